import type { Selectable } from 'kysely'
import type { Clock } from '../base/index.ts'
import { type ApiTokenTable, DurableStore, type Store } from '../store/index.ts'
import { AccessError } from './access-error.ts'
import { type TokenScope, tokenScopes } from './principal.ts'
import { createSecret, hashSecret } from './secrets.ts'
import { formatDomains, parseDomains, readDomains } from './user.ts'

/** What every token begins with, so that scanners for leaked secrets know it. */
export const TOKEN_PREFIX = 'spt_'

const MINUTE_MS = 60_000
const MAX_TOKENS_PER_USER = 100
const MAX_TOKEN_NAME_LENGTH = 100

/** What a program may do in a user's place. */
export interface ApiToken {
  readonly tokenId: number
  readonly userId: number
  readonly name: string
  readonly scopes: readonly TokenScope[]
  /** `all` of the user's, or fewer. */
  readonly domains: 'all' | readonly string[]
  readonly createdAt: number
  readonly expiresAt: number | undefined
  /** To the minute. */
  readonly lastUsedAt: number | undefined
}

export interface NewApiToken {
  readonly name: string
  readonly scopes: readonly TokenScope[]
  readonly domains: 'all' | readonly string[]
  readonly expiresAt: number | undefined
}

/** The tokens of all users. Errors: `AccessError`; `NotDurableError` from every method. */
export class TokenStore {
  readonly #store: DurableStore
  /** For what may be lost: when something was last used. */
  readonly #notes: Pick<Store, 'write'>
  readonly #clock: Clock

  constructor(store: Store, clock: Clock) {
    this.#store = new DurableStore(store)
    this.#notes = store
    this.#clock = clock
  }

  /**
   * Makes a token; its text is told here and never again.
   *
   * Errors: `access/bad-name`, `access/bad-domain`, `access/too-many`.
   */
  async create(
    userId: number,
    token: NewApiToken,
  ): Promise<{ readonly text: string; readonly token: ApiToken }> {
    const name = token.name.trim()
    if (name === '' || name.length > MAX_TOKEN_NAME_LENGTH || /\p{C}/u.test(name))
      throw new AccessError(
        'access/bad-name',
        `a token has a name of 1 to ${MAX_TOKEN_NAME_LENGTH} characters`,
      )
    const text = TOKEN_PREFIX + createSecret()
    const values = {
      user_id: userId,
      name,
      token_hash: hashSecret(text),
      scopes: JSON.stringify([...new Set(token.scopes)]),
      domains: formatDomains(readDomains(token.domains)),
      created_at: this.#clock.now(),
      expires_at: token.expiresAt ?? null,
      last_used_at: null,
    }
    const row = await this.#store.change(async db => {
      await db.insertInto('api_tokens').values(values).execute()
      const rows = await db
        .selectFrom('api_tokens')
        .selectAll()
        .where('user_id', '=', userId)
        .limit(MAX_TOKENS_PER_USER + 1)
        .execute()
      if (rows.length > MAX_TOKENS_PER_USER)
        throw new AccessError('access/too-many', `a user has at most ${MAX_TOKENS_PER_USER} tokens`)
      return rows.find(each => each.token_hash === values.token_hash)!
    })
    return { text, token: toToken(row) }
  }

  /** The token of a text that came in, if it is still good; notes that it was used. */
  async use(text: string): Promise<ApiToken | undefined> {
    if (!text.startsWith(TOKEN_PREFIX)) return undefined
    const row = await this.#store.ask(db =>
      db.selectFrom('api_tokens').selectAll().where('token_hash', '=', hashSecret(text)).executeTakeFirst(),
    )
    if (row === undefined) return undefined
    const now = this.#clock.now()
    if (row.expires_at !== null && row.expires_at <= now) return undefined
    // A database that cannot be written keeps no program from looking at what it says.
    if (now - (row.last_used_at ?? 0) >= MINUTE_MS)
      await this.#notes.write(db =>
        db
          .updateTable('api_tokens')
          .set({ last_used_at: now })
          .where('token_id', '=', row.token_id)
          .execute(),
      )
    return toToken(row)
  }

  /** The tokens of a user, or of all, the newest first. */
  async list(userId?: number): Promise<ApiToken[]> {
    const rows = await this.#store.ask(db => {
      const query = db.selectFrom('api_tokens').selectAll().orderBy('token_id', 'desc')
      return (userId === undefined ? query : query.where('user_id', '=', userId)).execute()
    })
    return rows.map(toToken)
  }

  /** Ends a token, of one user or of anybody; false where there was none. */
  async revoke(tokenId: number, userId?: number): Promise<boolean> {
    return this.#store.change(async db => {
      const query = db.deleteFrom('api_tokens').where('token_id', '=', tokenId)
      const { numDeletedRows } = await (userId === undefined
        ? query
        : query.where('user_id', '=', userId)
      ).executeTakeFirst()
      return numDeletedRows > 0n
    })
  }
}

function toToken(row: Selectable<ApiTokenTable>): ApiToken {
  const scopes = JSON.parse(row.scopes) as string[]
  return {
    tokenId: row.token_id,
    userId: row.user_id,
    name: row.name,
    scopes: tokenScopes.filter(scope => scopes.includes(scope)),
    domains: parseDomains(row.domains),
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
  }
}
