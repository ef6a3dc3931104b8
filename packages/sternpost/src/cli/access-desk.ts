import { existsSync } from 'node:fs'
import type { TokenStore, User, UserStore } from '../access/index.ts'
import type { Clock } from '../base/index.ts'
import { type CommandIo, errLine, type GlobalOptions, needConfig } from './command-io.ts'
import { type ExitCode, exitCode } from './exit-code.ts'
import { orderer } from './rollout-desk.ts'

/** What a command about users and tokens works with. */
export interface AccessDesk {
  readonly clock: Clock
  readonly users: UserStore
  readonly tokens: TokenStore
  /** Writes to the log of changes who did it at this machine. */
  audit(action: string, subject: string, detail?: Readonly<Record<string, unknown>>): Promise<void>
}

/** A command line that says what cannot be done. */
export class AccessOrderError extends Error {
  override readonly name = 'AccessOrderError'
}

/**
 * Runs a command on the users in the database of the configuration, whether a daemon runs on it or not; says why
 * where it cannot.
 *
 * @param access `read` makes no database where there is none.
 */
export async function atAccessDesk(
  io: CommandIo,
  options: GlobalOptions,
  access: 'read' | 'write',
  work: (desk: AccessDesk) => Promise<void>,
): Promise<void> {
  const loaded = needConfig(io, options)
  if (loaded === undefined) return
  const { config } = loaded
  const [
    { createSteadyClock },
    { AccessError, AuditLog, accessIssues, TokenStore, UserStore },
    { databaseFile, NotDurableError, Store },
  ] = await Promise.all([
    import('../base/index.ts'),
    import('../access/index.ts'),
    import('../store/index.ts'),
  ])
  if (access === 'read' && !existsSync(databaseFile(config.dataDirectory))) {
    errLine(io, `there is no database at ${databaseFile(config.dataDirectory)} yet.`)
    return io.end(exitCode.findings)
  }
  const clock = createSteadyClock()
  const store = new Store({ dataDir: config.dataDirectory, clock, onNotice: () => {} })
  await store.open()
  const fail = (message: string, code: ExitCode) => {
    errLine(io, message)
    io.end(code)
  }
  try {
    if (store.state.kind !== 'ok' && access === 'write')
      return fail(`nothing can be stored in ${store.file}: ${store.state.reason}`, exitCode.temporary)
    const log = new AuditLog(store, clock, config.access.auditRetentionSeconds)
    await work({
      clock,
      users: new UserStore(store, clock),
      tokens: new TokenStore(store, clock),
      audit: (action, subject, detail) =>
        log.write({ principal: { name: orderer(io) }, ip: '', action, subject, detail }),
    })
  } catch (error) {
    if (error instanceof AccessOrderError) return fail(error.message, exitCode.usage)
    if (error instanceof NotDurableError) return fail(error.message, exitCode.temporary)
    if (!(error instanceof AccessError)) throw error
    const code = accessIssues[error.code].temporary ? exitCode.temporary : exitCode.usage
    fail(`${error.message} [${error.code}]`, refusedAsThingsAre.has(error.code) ? exitCode.findings : code)
  } finally {
    await store.close()
  }
}

/** Not the command line is wrong, but what stands in the database says no. */
const refusedAsThingsAre: ReadonlySet<string> = new Set([
  'access/last-admin',
  'access/name-taken',
  'access/no-such-user',
  'access/too-many',
])

/** The user of a name. Errors: `AccessError`. */
export async function needUser({ users }: AccessDesk, name: string): Promise<User> {
  const user = await users.find(name)
  if (user !== undefined) return user
  const { AccessError } = await import('../access/index.ts')
  throw new AccessError('access/no-such-user', `there is no user ${JSON.stringify(name)}`)
}
