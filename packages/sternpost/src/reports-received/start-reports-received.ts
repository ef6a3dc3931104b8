import type { Clock, Timer } from '../base/index.ts'
import type { Logger } from '../log/index.ts'
import type { Store } from '../store/index.ts'
import { type ReportChannelSettings, type ReportChannels, startReportChannels } from './intake-channels.ts'
import type { DocumentIntake } from './intake-document.ts'
import { pruneReports, type ReportRetention } from './retention.ts'

export interface ReportsReceivedOptions {
  /** The section `reportsReceived` of the configuration. */
  readonly settings: ReportChannelSettings & {
    readonly retention: ReportRetention
  }
  /** Whether there is an HTTP server that `routes` will be added to. */
  readonly hasHttpServer: boolean
  readonly store: Store
  readonly clock: Clock
  /** The one door behind all ways in. */
  readonly intake: DocumentIntake
  readonly log: Logger
}

/** How often reports that are old enough are deleted. */
const PRUNE_MS = 3_600_000

/**
 * Sets the room to work: every configured way in, and the deletion of what is old.
 *
 * Errors: `ListenError` where an address or certificate cannot be had; nothing is left open then.
 */
export async function startReportsReceived(options: ReportsReceivedOptions): Promise<ReportChannels> {
  const { settings, hasHttpServer, store, clock, intake, log } = options
  const channels = await startReportChannels({ settings, hasHttpServer, intake, clock, log })
  let timer: Timer
  const schedule = () => {
    timer = clock.setTimer(() => {
      pruneReports(store, clock, settings.retention)
        .catch((error: unknown) => log.error({ err: error }, 'old reports could not be deleted'))
        .finally(schedule)
    }, PRUNE_MS)
  }
  schedule()
  return {
    ...channels,
    async close() {
      timer.cancel()
      await channels.close()
      timer.cancel()
    },
  }
}
