import { existsSync } from 'node:fs'
import type { Clock } from '../base/index.ts'
import type { Config } from '../config/index.ts'
import type { PublishStore } from '../publish/index.ts'
import type { Store } from '../store/index.ts'
import { type CommandIo, errLine, type GlobalOptions, needConfig } from './command-io.ts'
import { exitCode } from './exit-code.ts'
import { sayWishErrors } from './say-wish-errors.ts'

/** What a command about published domains works with. */
export interface PublishDesk {
  readonly config: Config
  readonly clock: Clock
  readonly store: Store
  readonly publish: PublishStore
}

/**
 * Runs a command on the database of the configuration, whether a daemon runs on it or not; says why where it cannot.
 *
 * @param access `read` makes no database where there is none; a question then finds no domains.
 */
export async function atPublishDesk(
  io: CommandIo,
  options: GlobalOptions,
  access: 'read' | 'write',
  work: (desk: PublishDesk) => Promise<void>,
): Promise<void> {
  const loaded = needConfig(io, options)
  if (loaded === undefined) return
  const { config } = loaded
  const [{ createSteadyClock }, { PublishStore }, { databaseFile, NotDurableError, Store }] =
    await Promise.all([
      import('../base/index.ts'),
      import('../publish/index.ts'),
      import('../store/index.ts'),
    ])
  if (access === 'read' && !existsSync(databaseFile(config.dataDirectory))) {
    errLine(io, `there is no database at ${databaseFile(config.dataDirectory)} yet.`)
    return io.end(exitCode.findings)
  }
  const clock = createSteadyClock()
  // A question may be the first to see a database from before this version; opened to write, it is renewed.
  const store = new Store({ dataDir: config.dataDirectory, clock, onNotice: () => {} })
  await store.open()
  try {
    if (store.state.kind !== 'ok' && access === 'write') {
      errLine(io, `nothing can be stored in ${store.file}: ${store.state.reason}`)
      return io.end(exitCode.temporary)
    }
    await sayWishErrors(io, () => work({ config, clock, store, publish: new PublishStore(store, clock) }))
  } catch (error) {
    if (!(error instanceof NotDurableError)) throw error
    errLine(io, error.message)
    io.end(exitCode.temporary)
  } finally {
    await store.close()
  }
}
