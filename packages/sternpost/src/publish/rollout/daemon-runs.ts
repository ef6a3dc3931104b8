import type { Clock } from '../../base/index.ts'
import type { Rollout } from './create-rollout.ts'

/** A daemon that was not seen for this long does not run. */
const DAEMON_SILENT_MS = 60_000

/** Whether a daemon executes publications on this database, by its last sign of life. Errors: `NotDurableError`. */
export async function daemonRuns({ evidence }: Pick<Rollout, 'evidence'>, clock: Clock): Promise<boolean> {
  const seenAt = await evidence.daemonSeenAt()
  return seenAt !== undefined && clock.now() - seenAt < DAEMON_SILENT_MS
}
