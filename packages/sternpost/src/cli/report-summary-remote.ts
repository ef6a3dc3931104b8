import type { FailureGroup, PolicyDrift, ReporterCalendar } from '../reports-received/index.ts'
import type { ApiClient, CallOutput } from './api-client.ts'
import { hasReportsThere, queryOf } from './report-remote.ts'
import type { SummaryOptions, SummarySource } from './report-summary.ts'
import { SUMMARY_FAILURES } from './report-summary-text.ts'

/** The figures of a time, from a daemon elsewhere. */
export function summaryThere(api: ApiClient, options: SummaryOptions): SummarySource {
  const query = queryOf(options)
  return {
    async summary() {
      const summary = await api.call('GET /reports/summary', { query })
      return { ...summary, from: summary.from, to: summary.to }
    },
    async rest() {
      const { domain } = query
      const failures = await api.call('GET /reports/failure-groups', {
        query: { ...query, limit: SUMMARY_FAILURES },
      })
      const fresh = await api.call('GET /reports/new-failures', {
        query: { ...query, from: options.newFrom },
      })
      const calendar = await api.call('GET /reports/reporters', { query })
      const { families, leftOut } = await api.call('GET /reports/address-families', { query })
      return {
        failures: {
          groups: failures.groups.map(readGroup),
          unexplainedCount: failures.unexplainedCount,
          isCut: failures.isCut,
          leftOut: failures.leftOut,
        },
        newFailures: {
          groups: fresh.groups.map(readGroup),
          since: fresh.since,
          quietDays: fresh.quietDays,
          leftOut: fresh.leftOut,
        },
        reporters: readCalendar(calendar),
        families: { families: families.map(row => ({ ...row, family: row.family })), leftOut },
        ...(domain === undefined
          ? {}
          : {
              policies: await readDrift(
                await api.call('GET /reports/drift', { query: { ...query, domain } }),
              ),
            }),
      }
    },
    hasReports: () => hasReportsThere(api),
  }
}

type WireGroup = CallOutput<'GET /reports/failure-groups'>['groups'][number]

function readGroup(group: WireGroup): FailureGroup {
  const { networks, mxMismatch, diagnosis } = group
  return {
    ...group,
    networks: networks.map(network => ({ ...network, network: network.network })),
    mxMismatch,
    // A daemon of this version knows the same codes.
    diagnosis: {
      ...diagnosis,
      findingCode: diagnosis.findingCode as FailureGroup['diagnosis']['findingCode'],
    },
  }
}

function readCalendar({ reporters, leftOut }: CallOutput<'GET /reports/reporters'>): ReporterCalendar {
  return {
    reporters: reporters.map(reporter => ({ ...reporter, silentSince: reporter.silentSince })),
    leftOut,
  }
}

async function readDrift(wire: CallOutput<'GET /reports/drift'>): Promise<PolicyDrift> {
  const { readPolicyVersion } = await import('../reports-received/index.ts')
  return {
    published: wire.published === undefined ? undefined : readPolicyVersion(wire.published.lines),
    publishedSource: wire.publishedSource,
    reporters: wire.reporters.map(({ lines, problems: _, mayHoldUntil, organization, ...rest }) => ({
      organization,
      version: readPolicyVersion(lines),
      ...rest,
      mayHoldUntil: mayHoldUntil === undefined ? undefined : Date.parse(mayHoldUntil),
    })),
    leftOut: wire.leftOut,
  }
}
