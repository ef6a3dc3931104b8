import { finding } from '../catalogue/index.ts'
import type { Finding } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'
import { type CheckPart, checkParts } from '../observed-parts.ts'
import { assessBimi } from './assess-bimi.ts'
import { assessDane } from './assess-dane.ts'
import { assessDns } from './assess-dns.ts'
import { assessFine } from './assess-fine.ts'
import { assessMtaStsRecord } from './assess-mta-sts-record.ts'
import { assessMx } from './assess-mx.ts'
import { assessMxAgainstPolicy } from './assess-mx-against-policy.ts'
import { assessMxCertificates } from './assess-mx-certificates.ts'
import { assessPolicyHost } from './assess-policy-host.ts'
import { assessPolicyText } from './assess-policy-text.ts'
import { assessReachability } from './assess-reachability.ts'
import { assessStartTls } from './assess-starttls.ts'
import { assessTlsDetails } from './assess-tls-details.ts'
import { assessTlsRpt } from './assess-tls-rpt.ts'
import type { AssessmentContext } from './assessment-context.ts'
import { type DomainView, viewDomain } from './domain-view.ts'
import { orderFindings } from './order-findings.ts'

/** An assessment, and what must have been looked at in full before what it says can be believed. */
interface Assessment {
  readonly assess: (view: DomainView) => readonly Finding[]
  readonly needs: readonly CheckPart[]
}

/** Everything senders choose a policy by. */
const policy = ['resolver', 'dns', 'policy-host'] as const

/** One after another; none knows of another, so each says only what is its own. */
const assessments: readonly Assessment[] = [
  { assess: assessDns, needs: ['resolver', 'dns', 'name-servers'] },
  { assess: assessMx, needs: ['resolver', 'dns'] },
  { assess: assessReachability, needs: checkParts },
  { assess: assessStartTls, needs: policy },
  { assess: assessTlsDetails, needs: policy },
  { assess: assessMxCertificates, needs: policy },
  { assess: assessMtaStsRecord, needs: policy },
  { assess: assessPolicyHost, needs: policy },
  { assess: assessPolicyText, needs: policy },
  { assess: assessMxAgainstPolicy, needs: policy },
  { assess: assessDane, needs: [...policy, 'mx-hosts'] },
  { assess: assessTlsRpt, needs: [...policy, 'mx-hosts', 'report-destinations'] },
  { assess: assessBimi, needs: ['resolver', 'dns'] },
]

/**
 * What can be said already of a domain of which only some parts were looked at.
 *
 * Shape: nothing that the whole observation would take back. Hosts that are not in it yet are said nothing of.
 */
export function assessParts(
  observation: DomainObservation,
  done: ReadonlySet<CheckPart>,
  context: AssessmentContext = {},
): readonly Finding[] {
  const view = viewDomain(observation, context)
  return assessments
    .filter(({ needs }) => needs.every(part => done.has(part)))
    .flatMap(({ assess }) => assess(view))
}

/**
 * Judges an observation: pure, so that a saved one is judged again as it was then.
 *
 * Shape: findings in the order of urgency; one fault gives one finding; what is good comes last.
 */
export function assessObservation(
  observation: DomainObservation,
  context: AssessmentContext = {},
): readonly Finding[] {
  const view = viewDomain(observation, context)
  // Of a domain that does not exist nothing else is worth saying.
  const found =
    observation.nextHop.route === 'no-name'
      ? assessMx(view)
      : [...assessments.flatMap(({ assess }) => assess(view)), ...unfinished(view)]
  return orderFindings([...found, ...assessFine(view, found)])
}

function unfinished({ observation, domain }: DomainView): readonly Finding[] {
  const { unfinished: left, durationMs } = observation
  if (left.length === 0) return []
  const shown = left.slice(0, 5).join('; ')
  const more = left.length > 5 ? ` and ${left.length - 5} more` : ''
  return [
    finding('check/unfinished', {
      severity: 'unknown',
      subject: { kind: 'domain', domain },
      message: `After ${Math.round(durationMs / 1000)} s not everything had been looked at: ${shown}${more}.`,
      evidence: [],
    }),
  ]
}
