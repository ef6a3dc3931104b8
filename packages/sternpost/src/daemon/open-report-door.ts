import type { DnsLookup } from '@sternpost/network'
import type { StoredReport } from '../api/index.ts'
import type { Clock } from '../base/index.ts'
import type { Config } from '../config/index.ts'
import type { Logger } from '../log/index.ts'
import type { AcceptedReport, DocumentIntake } from '../reports-received/index.ts'
import type { Store } from '../store/index.ts'

export interface ReportDoorOptions {
  readonly config: Config
  readonly store: Store
  readonly clock: Clock
  readonly dns: DnsLookup
  readonly log: Logger
  /** Told of every report about our domains that was not there before, once it is on disk. */
  readonly onStored: (report: StoredReport) => void
}

/** The one door of all reports, whatever way they come: by mail, by HTTPS, from folders or by an upload. */
export async function openReportDoor(options: ReportDoorOptions): Promise<DocumentIntake> {
  const { config, onStored, ...rest } = options
  const { ReportIntake, dayOf, ownDomains } = await import('../reports-received/index.ts')
  const { limits, domains } = config.reportsReceived
  const intake = new ReportIntake({ ...rest, limits, ourDomains: ownDomains(domains) })
  return {
    async take(document) {
      const verdict = await intake.take(document)
      for (const accepted of verdict.reports)
        if (!accepted.isDuplicate && !accepted.isQuarantined)
          onStored(storedReport(accepted, dayOf(document.receivedAt)))
      return verdict
    },
  }
}

function storedReport({ report }: AcceptedReport, dayReceived: string): StoredReport {
  return {
    domains: [...new Set(report.policies.map(({ policyDomain = '' }) => policyDomain))],
    organization: report.organizationName ?? '',
    day: report.day ?? dayReceived,
  }
}
