import type { DnsLookup } from '@sternpost/network'
import type { Clock } from '../base/index.ts'
import type { Config } from '../config/index.ts'
import type { Logger } from '../log/index.ts'
import type { ReportIntake } from '../reports-received/index.ts'
import type { Store } from '../store/index.ts'

export interface ReportDoorOptions {
  readonly config: Config
  readonly store: Store
  readonly clock: Clock
  readonly dns: DnsLookup
  readonly log: Logger
}

/** The one door of all reports, whatever way they come: by mail, by HTTPS, from folders or by an upload. */
export async function openReportDoor(options: ReportDoorOptions): Promise<ReportIntake> {
  const { config, ...rest } = options
  const { ReportIntake, ownDomains } = await import('../reports-received/index.ts')
  const { limits, domains } = config.reportsReceived
  return new ReportIntake({ ...rest, limits, ourDomains: ownDomains(domains) })
}
