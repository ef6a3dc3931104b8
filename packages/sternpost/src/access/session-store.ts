import type { Clock } from '../base/index.ts'
import { DurableStore, type Store } from '../store/index.ts'
import { createSecret, hashSecret } from './secrets.ts'

const MINUTE_MS = 60_000
/** The oldest of a user's sessions end where there are more. */
const MAX_SESSIONS_PER_USER = 50
const MAX_USER_AGENT_LENGTH = 200

export interface SessionLimits {
  /** A session ends after this long without a request. */
  readonly idleSeconds: number
  /** A session ends this long after the sign-in, however much it is used. */
  readonly absoluteSeconds: number
}

/** A sign-in in one browser. */
export interface Session {
  /** Names the session without letting anybody use it. */
  readonly sessionHash: string
  readonly userId: number
  /** Must come back in a header with every change: other sites cannot read it (OWASP synchroniser token). */
  readonly csrfToken: string
  readonly createdAt: number
  readonly lastSeenAt: number
  readonly ip: string
  readonly userAgent: string
}

/** The sessions of all users. Errors: `NotDurableError` from every method. */
export class SessionStore {
  readonly #store: DurableStore
  /** For what may be lost: when something was last used. */
  readonly #notes: Pick<Store, 'write'>
  readonly #clock: Clock
  readonly #limits: SessionLimits

  constructor(store: Store, clock: Clock, limits: SessionLimits) {
    this.#store = new DurableStore(store)
    this.#notes = store
    this.#clock = clock
    this.#limits = limits
  }

  /** Begins a session; `secret` is for the cookie and kept nowhere. */
  async begin(
    userId: number,
    from: { readonly ip: string; readonly userAgent: string },
  ): Promise<{ readonly secret: string; readonly session: Session }> {
    const secret = createSecret()
    const now = this.#clock.now()
    const session: Session = {
      sessionHash: hashSecret(secret),
      userId,
      csrfToken: createSecret(),
      createdAt: now,
      lastSeenAt: now,
      ip: from.ip,
      userAgent: from.userAgent.slice(0, MAX_USER_AGENT_LENGTH),
    }
    await this.#store.change(async db => {
      await db.insertInto('sessions').values(toRow(session)).execute()
      const { idleSeconds, absoluteSeconds } = this.#limits
      await db
        .deleteFrom('sessions')
        .where(eb =>
          eb.or([
            eb('created_at', '<=', now - absoluteSeconds * 1000),
            eb('last_seen_at', '<=', now - idleSeconds * 1000),
          ]),
        )
        .execute()
      const surplus = await db
        .selectFrom('sessions')
        .select('session_hash')
        .where('user_id', '=', userId)
        .orderBy('last_seen_at', 'desc')
        .orderBy('created_at', 'desc')
        .offset(MAX_SESSIONS_PER_USER)
        .limit(1_000)
        .execute()
      if (surplus.length > 0)
        await db
          .deleteFrom('sessions')
          .where(
            'session_hash',
            'in',
            surplus.map(row => row.session_hash),
          )
          .execute()
    })
    return { secret, session }
  }

  /** The session of a cookie, if it is still good. */
  async find(secret: string): Promise<Session | undefined> {
    const sessionHash = hashSecret(secret)
    const row = await this.#store.ask(db =>
      db.selectFrom('sessions').selectAll().where('session_hash', '=', sessionHash).executeTakeFirst(),
    )
    if (row === undefined) return undefined
    const session = fromRow(row)
    return this.#isGood(session, this.#clock.now()) ? session : undefined
  }

  /** As `find`, and notes that it was seen. */
  async use(secret: string): Promise<Session | undefined> {
    const session = await this.find(secret)
    if (session === undefined) return undefined
    const now = this.#clock.now()
    // A database that cannot be written keeps nobody from looking at what it says.
    if (now - session.lastSeenAt >= MINUTE_MS)
      await this.#notes.write(db =>
        db
          .updateTable('sessions')
          .set({ last_seen_at: now })
          .where('session_hash', '=', session.sessionHash)
          .execute(),
      )
    return session
  }

  /** The sessions of a user that are good, the newest first. */
  async list(userId: number): Promise<Session[]> {
    const rows = await this.#store.ask(db =>
      db
        .selectFrom('sessions')
        .selectAll()
        .where('user_id', '=', userId)
        .orderBy('last_seen_at', 'desc')
        .execute(),
    )
    const now = this.#clock.now()
    return rows.map(fromRow).filter(session => this.#isGood(session, now))
  }

  /** Ends a session of a user; false where there was none. */
  async end(userId: number, sessionHash: string): Promise<boolean> {
    return this.#store.change(async db => {
      const { numDeletedRows } = await db
        .deleteFrom('sessions')
        .where('user_id', '=', userId)
        .where('session_hash', '=', sessionHash)
        .executeTakeFirst()
      return numDeletedRows > 0n
    })
  }

  /** A clock set back makes nothing younger than new. */
  #isGood({ createdAt, lastSeenAt }: Session, now: number): boolean {
    const { idleSeconds, absoluteSeconds } = this.#limits
    return now - lastSeenAt < idleSeconds * 1000 && now - createdAt < absoluteSeconds * 1000
  }
}

interface SessionRow {
  readonly session_hash: string
  readonly user_id: number
  readonly csrf_token: string
  readonly created_at: number
  readonly last_seen_at: number
  readonly ip: string
  readonly user_agent: string
}

function toRow(session: Session): SessionRow {
  return {
    session_hash: session.sessionHash,
    user_id: session.userId,
    csrf_token: session.csrfToken,
    created_at: session.createdAt,
    last_seen_at: session.lastSeenAt,
    ip: session.ip,
    user_agent: session.userAgent,
  }
}

function fromRow(row: SessionRow): Session {
  return {
    sessionHash: row.session_hash,
    userId: row.user_id,
    csrfToken: row.csrf_token,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    ip: row.ip,
    userAgent: row.user_agent,
  }
}
