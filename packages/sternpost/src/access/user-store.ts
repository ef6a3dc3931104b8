import type { Kysely, Selectable, Transaction } from 'kysely'
import type { Clock } from '../base/index.ts'
import { DurableStore, type Schema, type Store, type UserTable } from '../store/index.ts'
import { AccessError } from './access-error.ts'
import { checkNewPassword, hashPassword, verifyPassword } from './password.ts'
import { type Role, roles } from './principal.ts'
import {
  formatDomains,
  type NewUser,
  parseDomains,
  readDomains,
  readUserName,
  type User,
  type UserChange,
} from './user.ts'

/**
 * The people who may sign in.
 *
 * Errors: `AccessError`; `NotDurableError` from every method, with nothing of the change kept.
 */
export class UserStore {
  readonly #store: DurableStore
  readonly #clock: Clock

  constructor(store: Store, clock: Clock) {
    this.#store = new DurableStore(store)
    this.#clock = clock
  }

  async count(): Promise<number> {
    return this.#store.ask(countUsers)
  }

  /** All users by name. */
  async list(): Promise<User[]> {
    const rows = await this.#store.ask(db => db.selectFrom('users').selectAll().orderBy('name').execute())
    return rows.map(toUser)
  }

  async get(userId: number): Promise<User | undefined> {
    const row = await this.#store.ask(db =>
      db.selectFrom('users').selectAll().where('user_id', '=', userId).executeTakeFirst(),
    )
    return row === undefined ? undefined : toUser(row)
  }

  async find(name: string): Promise<User | undefined> {
    const row = await this.#row(readUserName(name))
    return row === undefined ? undefined : toUser(row)
  }

  /** Who has signed in by OpenID Connect as `subject` before. */
  async findByOidcSubject(subject: string): Promise<User | undefined> {
    const row = await this.#store.ask(db =>
      db.selectFrom('users').selectAll().where('oidc_subject', '=', subject).executeTakeFirst(),
    )
    return row === undefined ? undefined : toUser(row)
  }

  /** Ties a user to an OpenID Connect subject; a user tied to another one stays as it is and the answer is false. */
  async tieToOidc(userId: number, subject: string): Promise<boolean> {
    return this.#store.change(async db => {
      const { numUpdatedRows } = await db
        .updateTable('users')
        .set({ oidc_subject: subject, changed_at: this.#clock.now() })
        .where('user_id', '=', userId)
        .where(eb => eb.or([eb('oidc_subject', 'is', null), eb('oidc_subject', '=', subject)]))
        .executeTakeFirst()
      return numUpdatedRows === 1n
    })
  }

  /**
   * Adds a user; the first must be an admin of all domains.
   *
   * Errors: `access/bad-name`, `access/weak-password`, `access/bad-domain`, `access/name-taken`, `access/last-admin`.
   */
  async add(user: NewUser): Promise<User> {
    return this.#add(user, false)
  }

  /** Adds the first user, an admin. Errors: as `add`, and `access/setup-link` where there is a user already. */
  async addFirst(name: string, password: string): Promise<User> {
    return this.#add({ name, password, role: 'admin', domains: 'all' }, true)
  }

  async #add(user: NewUser, mustBeFirst: boolean): Promise<User> {
    const name = readUserName(user.name)
    const domains = formatDomains(readDomains(user.domains))
    if (user.password !== undefined) checkNewPassword(user.password, name)
    const password_hash = user.password === undefined ? null : await hashPassword(user.password)
    const now = this.#clock.now()
    const userId = await this.#store.change(async db => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('users')
        .values({
          name,
          password_hash,
          oidc_subject: null,
          role: user.role,
          domains,
          created_at: now,
          changed_at: now,
        })
        .onConflict(conflict => conflict.column('name').doNothing())
        .executeTakeFirst()
      if (numInsertedOrUpdatedRows !== 1n)
        throw new AccessError('access/name-taken', `there is a user ${name} already`)
      // Whoever is at the machine may come in only while there is no user: the first one must be able to go on.
      await keepAnAdmin(db, 'the first user must be an admin of all domains')
      if (mustBeFirst && (await countUsers(db)) !== 1)
        throw new AccessError('access/setup-link', 'there is an admin already; sign in')
      const row = await db
        .selectFrom('users')
        .select('user_id')
        .where('name', '=', name)
        .executeTakeFirstOrThrow()
      return row.user_id
    })
    return (await this.get(userId))!
  }

  /** Errors: `access/no-such-user`, `access/bad-domain`, `access/last-admin`. */
  async update(userId: number, change: UserChange): Promise<User> {
    const values = {
      ...(change.role === undefined ? {} : { role: change.role }),
      ...(change.domains === undefined ? {} : { domains: formatDomains(readDomains(change.domains)) }),
      changed_at: this.#clock.now(),
    }
    await this.#store.change(async db => {
      const { numUpdatedRows } = await db
        .updateTable('users')
        .set(values)
        .where('user_id', '=', userId)
        .executeTakeFirst()
      if (numUpdatedRows !== 1n) throw noSuchUser()
      await keepAnAdmin(db)
    })
    return (await this.get(userId))!
  }

  /** Removes a user with all sessions and tokens. Errors: `access/no-such-user`, `access/last-admin`. */
  async remove(userId: number): Promise<void> {
    await this.#store.change(async db => {
      const { numDeletedRows } = await db.deleteFrom('users').where('user_id', '=', userId).executeTakeFirst()
      if (numDeletedRows !== 1n) throw noSuchUser()
      await keepAnAdmin(db)
      await db.deleteFrom('sessions').where('user_id', '=', userId).execute()
      await db.deleteFrom('api_tokens').where('user_id', '=', userId).execute()
    })
  }

  /**
   * Sets a password and ends every session of the user but `keepSession`.
   *
   * Errors: `access/no-such-user`, `access/weak-password`.
   */
  async setPassword(userId: number, password: string, keepSession?: string): Promise<void> {
    const user = await this.get(userId)
    if (user === undefined) throw noSuchUser()
    checkNewPassword(password, user.name)
    const password_hash = await hashPassword(password)
    await this.#store.change(async db => {
      await db
        .updateTable('users')
        .set({ password_hash, changed_at: this.#clock.now() })
        .where('user_id', '=', userId)
        .execute()
      await db
        .deleteFrom('sessions')
        .where('user_id', '=', userId)
        .where('session_hash', '!=', keepSession ?? '')
        .execute()
    })
  }

  /** The user of a name and password; takes the same time whether there is such a user or not. */
  async verify(name: string, password: string): Promise<User | undefined> {
    const row = await this.#rowOfText(name)
    const isRight = await verifyPassword(password, row?.password_hash ?? undefined)
    return isRight && row !== undefined ? toUser(row) : undefined
  }

  /** Whether what somebody typed is the name of a user. */
  async isKnown(text: string): Promise<boolean> {
    return (await this.#rowOfText(text)) !== undefined
  }

  /** The user of a name as it was typed; undefined also for what can be nobody's name. */
  async #rowOfText(text: string): Promise<Selectable<UserTable> | undefined> {
    try {
      return await this.#row(readUserName(text))
    } catch (error) {
      if (!(error instanceof AccessError)) throw error
      return undefined
    }
  }

  #row(name: string): Promise<Selectable<UserTable> | undefined> {
    return this.#store.ask(db =>
      db.selectFrom('users').selectAll().where('name', '=', name).executeTakeFirst(),
    )
  }
}

function noSuchUser(): AccessError {
  return new AccessError('access/no-such-user', 'there is no such user')
}

async function countUsers(db: Kysely<Schema>): Promise<number> {
  const row = await db
    .selectFrom('users')
    .select(({ fn }) => fn.countAll().as('count'))
    .executeTakeFirst()
  return Number(row?.count ?? 0)
}

/** Somebody must be left who can change users: an admin of all domains. */
async function keepAnAdmin(
  db: Transaction<Schema>,
  message = 'this is the last admin of all domains; make another one first',
): Promise<void> {
  const admin = await db
    .selectFrom('users')
    .select('user_id')
    .where('role', '=', 'admin')
    .where('domains', '=', 'all')
    .executeTakeFirst()
  if (admin === undefined) throw new AccessError('access/last-admin', message)
}

function toUser(row: Selectable<UserTable>): User {
  return {
    userId: row.user_id,
    name: row.name,
    role: toRole(row.role),
    domains: parseDomains(row.domains),
    hasPassword: row.password_hash !== null,
    createdAt: row.created_at,
    changedAt: row.changed_at,
  }
}

/** An unknown word, as a newer version may have written, gets the least. */
function toRole(text: string): Role {
  return roles.find(role => role === text) ?? 'viewer'
}
