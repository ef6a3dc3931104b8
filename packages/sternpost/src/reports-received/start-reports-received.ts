import type { DnsLookup } from '@sternpost/network'
import type { Clock, Timer } from '../base/index.ts'
import type { Logger } from '../log/index.ts'
import type { Store } from '../store/index.ts'
import type { UnpackLimits } from './document.ts'
import { ReportIntake } from './ingest.ts'
import { type ReportChannelSettings, type ReportChannels, startReportChannels } from './intake-channels.ts'
import { ownDomains } from './our-domains.ts'
import { pruneReports, type ReportRetention } from './retention.ts'

export interface ReportsReceivedOptions {
  /** The section `reportsReceived` of the configuration. */
  readonly settings: ReportChannelSettings & {
    readonly domains: readonly string[]
    readonly retention: ReportRetention
    readonly limits: UnpackLimits
  }
  /** Whether there is an HTTP server that `routes` will be added to. */
  readonly hasHttpServer: boolean
  readonly store: Store
  readonly clock: Clock
  readonly dns: DnsLookup
  readonly log: Logger
}

/** How often reports that are old enough are deleted. */
const PRUNE_MS = 3_600_000

/**
 * Sets the room to work: every configured way in, the one door behind them, and the deletion of what is old.
 *
 * Errors: `ListenError` where an address or certificate cannot be had; nothing is left open then.
 */
export async function startReportsReceived(options: ReportsReceivedOptions): Promise<ReportChannels> {
  const { settings, hasHttpServer, store, clock, dns, log } = options
  const { limits, domains, retention } = settings
  const intake = new ReportIntake({ store, clock, dns, limits, ourDomains: ownDomains(domains), log })
  const channels = await startReportChannels({ settings, hasHttpServer, intake, clock, log })
  let timer: Timer
  const schedule = () => {
    timer = clock.setTimer(() => {
      pruneReports(store, clock, retention)
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
