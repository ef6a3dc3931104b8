import type { Clock } from '../base/index.ts'
import type { Logger } from '../log/index.ts'
import type { Store } from '../store/index.ts'
import { AccessError } from './access-error.ts'
import type { AccessGate, AuditEntry, Identification, RequestSigns } from './access-gate.ts'
import { AuditLog } from './audit-log.ts'
import { firstStartedAt } from './installation.ts'
import { isSameOrigin } from './is-same-origin.ts'
import type { Principal } from './principal.ts'
import { principalOfToken, principalOfUser } from './principal-of.ts'
import { createSecret, isSameSecret } from './secrets.ts'
import { type Session, type SessionLimits, SessionStore } from './session-store.ts'
import { SetupLink } from './setup-link.ts'
import { SignInLimiter } from './sign-in-limiter.ts'
import { TokenStore } from './token-store.ts'
import type { User } from './user.ts'
import { UserStore } from './user-store.ts'

/** The cookie of a session. */
export const SESSION_COOKIE = 'sternpost_session'
/** Where the CSRF token comes back. */
export const CSRF_HEADER = 'x-csrf-token'

export interface AccessControlOptions {
  readonly store: Store
  readonly clock: Clock
  readonly log: Logger
  readonly settings: {
    readonly sessions: SessionLimits
    readonly loopbackGraceSeconds: number
    readonly auditRetentionSeconds: number
  }
}

/** How somebody stands to the web side, for the first page. */
export type Standing =
  | { readonly kind: 'signed-in'; readonly user: User; readonly session: Session }
  | { readonly kind: 'loopback'; readonly csrfToken: string; readonly until: number }
  | { readonly kind: 'signed-out'; readonly needsSetup: boolean }

const AT_THE_MACHINE: Principal = {
  kind: 'loopback',
  name: 'loopback',
  userId: undefined,
  role: 'admin',
  domains: 'all',
  scopes: 'all',
}

/** Tells who asks: a person by session, a program by token, or in the first hour somebody at the machine itself. */
export class AccessControl implements AccessGate {
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly tokens: TokenStore
  readonly auditLog: AuditLog
  readonly #options: AccessControlOptions
  readonly #limiter: SignInLimiter
  readonly #setupLink: SetupLink
  /** For whoever is at the machine; a new one with each start. */
  readonly #loopbackCsrfToken = createSecret()
  #firstStartedAt: number | undefined

  constructor(options: AccessControlOptions) {
    const { store, clock, settings } = options
    this.#options = options
    this.users = new UserStore(store, clock)
    this.sessions = new SessionStore(store, clock, settings.sessions)
    this.tokens = new TokenStore(store, clock)
    this.auditLog = new AuditLog(store, clock, settings.auditRetentionSeconds)
    this.#limiter = new SignInLimiter(clock)
    this.#setupLink = new SetupLink(clock)
  }

  /**
   * Begins the first hour, if this is the first start of the installation; tells path and fragment of the setup link
   * while there are no users.
   */
  async begin(): Promise<string | undefined> {
    await this.#firstStart()
    return (await this.users.count()) === 0 ? this.#setupLink.path : undefined
  }

  async identify(signs: RequestSigns, why?: 'looks-again'): Promise<Identification> {
    const bearer = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(signs.header('authorization') ?? '')?.[1]
    if (bearer !== undefined) return this.#byToken(bearer)
    const standing = await this.standing(signs, why)
    switch (standing.kind) {
      case 'signed-in':
        return this.#unlessForged(signs, standing.session.csrfToken, principalOfUser(standing.user))
      case 'loopback':
        // What comes without any sign of a browser was sent by no other site's page.
        return isFromBrowser(signs)
          ? this.#unlessForged(signs, standing.csrfToken, AT_THE_MACHINE)
          : { kind: 'somebody', principal: AT_THE_MACHINE }
      case 'signed-out':
        return { kind: 'nobody', reason: standing.needsSetup ? NEEDS_SETUP : NEEDS_SIGN_IN }
    }
  }

  /** How somebody stands, whether or not a request is allowed to change anything. */
  async standing(signs: RequestSigns, why?: 'looks-again'): Promise<Standing> {
    const cookie = signs.cookie(SESSION_COOKIE)
    if (cookie !== undefined) {
      const session = await (why === undefined ? this.sessions.use(cookie) : this.sessions.find(cookie))
      const user = session === undefined ? undefined : await this.users.get(session.userId)
      if (session !== undefined && user !== undefined) return { kind: 'signed-in', user, session }
    }
    const needsSetup = (await this.users.count()) === 0
    if (needsSetup && isAtTheMachine(signs)) {
      const until = await this.#loopbackUntil()
      if (until !== undefined) return { kind: 'loopback', csrfToken: this.#loopbackCsrfToken, until }
    }
    return { kind: 'signed-out', needsSetup }
  }

  /**
   * Signs in by name and password; the secret is for the cookie.
   *
   * Errors: `access/slow-down`, `access/wrong-password`, `access/busy`.
   */
  async signIn(
    name: string,
    password: string,
    from: { readonly ip: string; readonly userAgent: string },
  ): Promise<{ readonly user: User; readonly secret: string; readonly session: Session }> {
    const succeeded = this.#limiter.begin(name, from.ip)
    const user = await this.users.verify(name, password)
    if (user === undefined) {
      // A name that nobody has may be a password that was typed into the wrong field.
      const subject = (await this.users.isKnown(name)) ? name : 'no such user'
      await this.audit({ principal: undefined, ip: from.ip, action: 'session.refuse', subject })
      throw new AccessError('access/wrong-password', 'the name or the password is wrong')
    }
    succeeded()
    return { user, ...(await this.beginSession(user, from)) }
  }

  /** Begins a session for a user whose identity is proved. */
  async beginSession(
    user: User,
    from: { readonly ip: string; readonly userAgent: string },
  ): Promise<{ readonly secret: string; readonly session: Session }> {
    const begun = await this.sessions.begin(user.userId, from)
    await this.audit({ principal: user, ip: from.ip, action: 'session.begin', subject: user.name })
    return begun
  }

  /** Makes the first admin by the setup link. Errors: `access/setup-link`, `access/bad-name`, `access/weak-password`. */
  async setUp(token: string, name: string, password: string): Promise<User> {
    this.#setupLink.check(token)
    const user = await this.users.addFirst(name, password)
    this.#setupLink.spend()
    return user
  }

  /** Checks a password again before something that must not be done by whoever finds the screen open. */
  async confirmPassword(user: User, password: string, ip: string): Promise<void> {
    const succeeded = this.#limiter.begin(user.name, ip)
    if ((await this.users.verify(user.name, password)) === undefined)
      throw new AccessError('access/wrong-password', 'the password is wrong')
    succeeded()
  }

  /**
   * Counts an attempt to sign in by somebody else's word as failed; what it returns takes that back.
   *
   * Errors: `access/slow-down`.
   */
  beginAttempt(ip: string): () => void {
    return this.#limiter.begin(undefined, ip)
  }

  /** Writes to the log of changes. What cannot be written is in the daemon's log at least. */
  async audit(entry: AuditEntry): Promise<void> {
    const { principal, ip, action, subject } = entry
    this.#options.log.info({ who: principal?.name, ip, action, subject }, 'audit')
    try {
      await this.auditLog.write(entry)
    } catch (error) {
      this.#options.log.error({ err: error, action, subject }, 'the log of changes could not be written')
    }
  }

  async #byToken(text: string): Promise<Identification> {
    const token = await this.tokens.use(text)
    const user = token === undefined ? undefined : await this.users.get(token.userId)
    if (token === undefined || user === undefined)
      return { kind: 'nobody', reason: 'the token is unknown, revoked or has expired' }
    return { kind: 'somebody', principal: principalOfToken(token, user) }
  }

  #unlessForged(signs: RequestSigns, csrfToken: string, principal: Principal): Identification {
    if (signs.method === 'GET' || signs.method === 'HEAD') return { kind: 'somebody', principal }
    if (!isSameOrigin(signs))
      return { kind: 'forged', reason: 'the request was sent by a page of another site' }
    if (!isSameSecret(signs.header(CSRF_HEADER) ?? '', csrfToken))
      return { kind: 'forged', reason: `the header ${CSRF_HEADER} lacks the token of GET /session` }
    return { kind: 'somebody', principal }
  }

  /** When the first hour ends; undefined where it is over, or where the clock cannot have it right. */
  async #loopbackUntil(): Promise<number | undefined> {
    const startedAt = await this.#firstStart()
    const age = this.#options.clock.now() - startedAt
    const graceMs = this.#options.settings.loopbackGraceSeconds * 1000
    return age >= 0 && age < graceMs ? startedAt + graceMs : undefined
  }

  async #firstStart(): Promise<number> {
    this.#firstStartedAt ??= await firstStartedAt(this.#options.store, this.#options.clock)
    return this.#firstStartedAt
  }
}

const NEEDS_SIGN_IN = 'this needs a sign-in'
const NEEDS_SETUP =
  'there is no user yet: open the setup link that the daemon printed at its start, or run: sternpost user add NAME --role admin'

/** Nobody but a program or person on this machine, and no proxy of theirs that brings strangers. */
function isAtTheMachine({ httpVersion, peer, host, header }: RequestSigns): boolean {
  const name = host.replace(/:\d{1,5}$/, '')
  return (
    // What nginx speaks where nobody told it otherwise, with our own name as host and no word of whom it brings.
    httpVersion !== '1.0' &&
    ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(peer) &&
    // A page of another site whose name was led to 127.0.0.1 sends that name (DNS rebinding).
    ['127.0.0.1', '[::1]', 'localhost'].includes(name) &&
    ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'].every(
      each => header(each) === undefined,
    )
  )
}

function isFromBrowser({ header }: RequestSigns): boolean {
  return ['origin', 'referer', 'sec-fetch-site', 'cookie'].some(name => header(name) !== undefined)
}
