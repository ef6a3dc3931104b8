import type { Clock } from '../base/index.ts'
import type { CheckDesk, KeptCheck } from '../check/index.ts'
import type { Config } from '../config/index.ts'
import type { Logger } from '../log/index.ts'
import type { PolicyStore } from '../outbound/index.ts'
import type { Store } from '../store/index.ts'
import { checkContextOf } from './check-contexts.ts'
import { createEyes } from './check-eyes.ts'

/** Whoever checks again has changed something: an observation of a host holds only for what is under way. */
const REUSE_SECONDS = 5

export interface OpenCheckDesk {
  readonly desk: CheckDesk
  close(): Promise<void>
}

/** Opens the desk where the web side asks for checks, with eyes of its own. */
export async function openCheckDesk(options: {
  readonly config: Config
  readonly store: Store
  readonly policies: Pick<PolicyStore, 'load'>
  readonly clock: Clock
  readonly log: Logger
  readonly onChange: (check: KeptCheck) => void
}): Promise<OpenCheckDesk> {
  const { config, store, policies, clock, log, onChange } = options
  const [{ CheckArchive, CheckDesk, checkDomain }, eyes] = await Promise.all([
    import('../check/index.ts'),
    createEyes(config, clock.now, REUSE_SECONDS),
  ])
  const desk = new CheckDesk({
    archive: new CheckArchive(store, clock),
    clock,
    log,
    check: (domain, wishes) => checkDomain(domain, eyes, wishes),
    contextOf: domain => checkContextOf(domain, store, policies, clock.now()),
    keepResults: config.check.keepResults,
    onChange,
  })
  await desk.start()
  return {
    desk,
    async close() {
      await desk.stop()
      eyes.close()
    },
  }
}
