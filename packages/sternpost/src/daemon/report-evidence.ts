import type { DomainName } from '@sternpost/protocol'
import type { FailureEvidence, ReportEvidence } from '../publish/index.ts'
import type { FailureGroup } from '../reports-received/index.ts'
import type { Store } from '../store/index.ts'

/** More kinds of failure than this tell nothing more to a gate that is shut by one. */
const MAX_KINDS = 20

/**
 * What trusted reports say of a domain since a moment, with the failures since another; undefined where the
 * database does not answer.
 *
 * Failures under a TLSA policy are left out, as DANE and not the policy decides there. One that most likely comes
 * from a fault of the sender's own does not count against the policy; everything else does, what has no detail
 * included.
 */
export async function reportEvidence(
  store: Store,
  domain: DomainName,
  since: number,
  failuresSince: number,
): Promise<ReportEvidence | undefined> {
  const { dayOf, failureGroups, summarizeReports } = await import('../reports-received/index.ts')
  return store.read(async db => {
    const all = await summarizeReports(db, { domain, from: dayOf(since) })
    const window = { domain, from: dayOf(failuresSince) }
    const { groups, unexplainedCount } = await failureGroups(db, window, { limit: MAX_KINDS })
    const failures = groups.filter(({ policyType }) => policyType !== 'tlsa').map(toEvidence)
    const { failedSessionCount, to } = await summarizeReports(db, window)
    const isUntold = groups.length === 0 && failedSessionCount > 0
    return {
      sessionCount: all.successfulSessionCount + all.failedSessionCount,
      reporters: all.organizations.map(({ organization }) => organization),
      failures: isUntold || unexplainedCount > 0 ? [...failures, untold(failedSessionCount, to)] : failures,
    }
  })
}

function toEvidence(group: FailureGroup): FailureEvidence {
  const { likelyCause, confidence, summary } = group.diagnosis
  const isTheirs =
    likelyCause === 'sender-problem' && (confidence === 'likely' || confidence === 'very likely')
  return {
    mxHost: group.mxHost === '' ? undefined : group.mxHost,
    resultType: group.resultType,
    failedSessionCount: group.failedSessionCount,
    reporters: group.reporters.map(({ organization }) => organization),
    lastDay: group.lastDay,
    summary,
    explainedBy: isTheirs ? `${confidence} a fault of the sender's own` : undefined,
  }
}

/** Sessions that failed without a word about why. */
function untold(failedSessionCount: number, lastDay: string | undefined): FailureEvidence {
  return {
    mxHost: undefined,
    resultType: 'a failure without detail',
    failedSessionCount,
    reporters: [],
    lastDay: lastDay ?? '',
    summary: 'Reports count failed sessions and do not say why.',
    explainedBy: undefined,
  }
}
