import type { Clock } from '../../base/index.ts'
import { AccessError } from '../access-error.ts'
import type { User, UserChange } from '../user.ts'
import type { UserStore } from '../user-store.ts'
import { OidcError } from './oidc-error.ts'
import { type OidcAttempt, OidcProvider } from './oidc-provider.ts'
import type { OidcSettings } from './oidc-settings.ts'
import { type OidcIdentity, readOidcClaims } from './read-oidc-claims.ts'

export interface OidcSignInOptions {
  readonly settings: OidcSettings
  readonly users: UserStore
  readonly clock: Pick<Clock, 'now'>
}

/**
 * Sign-in by OpenID Connect: who the provider says somebody is, and which user that is here.
 *
 * Errors: `OidcError`, `NotDurableError`.
 */
export class OidcSignIn {
  readonly #settings: OidcSettings
  readonly #users: UserStore
  readonly #provider: OidcProvider

  constructor({ settings, users, clock }: OidcSignInOptions) {
    this.#settings = settings
    this.#users = users
    this.#provider = new OidcProvider(settings, clock)
  }

  /** What the button says. */
  get label(): string {
    return this.#settings.label
  }

  /** Where to send a browser, and what to remember of it. */
  begin(redirectUri: string): ReturnType<OidcProvider['begin']> {
    return this.#provider.begin(redirectUri)
  }

  /**
   * Takes what a browser brought back for the user.
   *
   * Effects: adds the user, ties it to the provider's subject, gives the role and domains of the claims, as the
   * settings say.
   */
  async finish(redirectUri: string, attempt: OidcAttempt, query: URLSearchParams): Promise<User> {
    const claims = await this.#provider.finish(redirectUri, attempt, query)
    const identity = readOidcClaims(this.#settings, claims)
    // Another provider may give the same subject to somebody else.
    const subject = JSON.stringify([identity.issuer, identity.subject])
    const user =
      (await this.#users.findByOidcSubject(subject)) ?? (await this.#firstSignIn(identity, subject))
    return this.#withRights(user, identity)
  }

  async #firstSignIn(identity: OidcIdentity, subject: string): Promise<User> {
    const { name } = identity
    if (name === undefined)
      throw new OidcError(
        'refused',
        `the sign-in provider gives no name that counts (claim ${this.#settings.nameClaim})`,
      )
    const user = (await this.#find(name)) ?? (await this.#add(identity, name))
    // A name is the provider's word; it must not be enough to become whoever has a password here.
    if (user.hasPassword)
      throw new OidcError('refused', `${user.name} signs in with a password here, and not by the provider`)
    if (!(await this.#users.tieToOidc(user.userId, subject)))
      throw new OidcError('refused', `${user.name} is somebody else at the sign-in provider`)
    return user
  }

  async #find(name: string): Promise<User | undefined> {
    try {
      return await this.#users.find(name)
    } catch (error) {
      throw asRefusal(error)
    }
  }

  async #add({ role, domains }: OidcIdentity, name: string): Promise<User> {
    if (this.#settings.unknownUsers === 'refuse' || role === undefined)
      throw new OidcError(
        'refused',
        `there is no user ${JSON.stringify(name.slice(0, 120))} here; an admin can add one`,
      )
    try {
      return await this.#users.add({ name, password: undefined, role, domains: domains ?? 'all' })
    } catch (error) {
      throw asRefusal(error)
    }
  }

  async #withRights(user: User, { role, domains }: OidcIdentity): Promise<User> {
    const change: UserChange = {
      ...(role === undefined || role === user.role ? {} : { role }),
      ...(domains === undefined || isSame(domains, user.domains) ? {} : { domains }),
    }
    if (Object.keys(change).length === 0) return user
    try {
      return await this.#users.update(user.userId, change)
    } catch (error) {
      throw asRefusal(error)
    }
  }
}

function isSame(a: 'all' | readonly string[], b: 'all' | readonly string[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function asRefusal(error: unknown): unknown {
  return error instanceof AccessError ? new OidcError('refused', error.message, error) : error
}
