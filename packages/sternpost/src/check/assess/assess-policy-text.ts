import { isDomainName, matchMxHost, parseMtaStsPolicy } from '@sternpost/protocol'
import { finding } from '../catalogue/index.ts'
import type { Finding } from '../finding.ts'
import { assessPolicyText as lintPolicyText } from '../lint/index.ts'
import type { DomainView } from './domain-view.ts'
import { seenAt } from './evidence.ts'
import { WITHOUT_POLICY } from './policy-host-words.ts'
import { proposedPolicy, proposedRecord } from './proposed-policy.ts'
import { withConsequence } from './with-consequence.ts'

/** RFC 8461 §5: a policy is tested until the reports are clean, not for ever. */
const STALE_TESTING_DAYS = 30

/** Beyond it a sentence is no sentence any more. */
const MAX_HOSTS_TOLD = 5

/**
 * Judges the policy file line by line, and what it says over time.
 *
 * Shape: only a file that senders get; one that cannot be had is judged with its host.
 */
export function assessPolicyText(view: DomainView): readonly Finding[] {
  const { policyText, response, record } = view
  if (policyText === null || response === undefined || record === null || !view.takesMail) return []
  const source = `${response.url} at ${response.address}`
  const { findings: told, corrected } = lintPolicyText(policyText, policySubject(view))
  const findings = told
    .filter(({ severity }) => severity !== 'ok')
    .map(found => coveringHosts(withConsequence(found, WITHOUT_POLICY), corrected, view))
    .map(found => ({
      ...found,
      evidence: [seenAt(lineOf(policyText, found.subject), source, response.startedAt), ...found.evidence],
    }))
  return [...withoutEchoes(findings), ...testing(view), ...idUnchanged(view)]
}

/**
 * Lets the corrected file of a policy that no sender reads also allow today's MX hosts: otherwise its owner mends it
 * once for the form and, having published it, once more for the hosts.
 */
function coveringHosts(found: Finding, corrected: string | undefined, view: DomainView): Finding {
  if (view.servedPolicy !== null || corrected === undefined || found.remedy === undefined) return found
  if (!found.remedy.replacements.some(({ text }) => text === corrected)) return found
  const mended = parseMtaStsPolicy(corrected)
  if (!mended.ok || mended.value.mode === 'none') return found
  const { mxHostPatterns } = mended.value
  const missing = view.hosts.flatMap(({ mxHost }) =>
    isDomainName(mxHost) && !matchMxHost(mxHost, mxHostPatterns) ? [mxHost] : [],
  )
  if (missing.length === 0) return found
  const replacement = proposedPolicy({ ...view, servedPolicy: mended.value })
  const replacements = found.remedy.replacements.map(each => (each.text === corrected ? replacement : each))
  const message = `${found.message} Once it can be read, it would not allow ${missing.slice(0, MAX_HOSTS_TOLD).join(', ')}${missing.length > MAX_HOSTS_TOLD ? ' and others' : ''}; the file below does.`
  return { ...found, message, remedy: { ...found.remedy, replacements } }
}

/** The line a finding is about, or how much there is of the whole. */
function lineOf(text: string, subject: Finding['subject']): string {
  const line =
    'line' in subject && subject.line !== undefined ? text.split('\n')[subject.line - 1] : undefined
  return line === undefined ? `a policy of ${text.length} bytes` : `line: ${line.trimEnd()}`
}

/**
 * Leaves out what follows from another finding: the mode's meaning, which is told with the evidence of reports, and
 * in a text that is no policy at all the keys that are missing.
 */
function withoutEchoes(findings: readonly Finding[]): readonly Finding[] {
  const missing = findings.filter(
    ({ code, subject }) =>
      ['mta-sts/policy-version', 'mta-sts/policy-mode', 'mta-sts/policy-max-age'].includes(code) &&
      subject.kind === 'policy' &&
      subject.line === undefined,
  )
  const isNoPolicy = missing.length === 3 && findings.length > missing.length
  return findings.filter(
    found => found.code !== 'mta-sts/policy-mode-testing' && !(isNoPolicy && missing.includes(found)),
  )
}

function policySubject(view: DomainView) {
  return { kind: 'policy', domain: view.domain } as const
}

/** Testing: what it means, and with the evidence of reports whether it has lasted long enough. */
function testing(view: DomainView): readonly Finding[] {
  const { policy, context, domain } = view
  if (policy?.mode !== 'testing') return []
  const { reports } = context
  const clean = reports !== undefined && reports.sessions > 0 && reports.failedSessions === 0
  if (clean && reports.days >= STALE_TESTING_DAYS) {
    return [
      finding('mta-sts/policy-testing-stale', {
        severity: 'advice',
        subject: policySubject(view),
        message: `The policy of ${domain} has been tested for ${reports.days} days: ${reports.reporters} senders reported ${reports.sessions} sessions and no failure. It protects nothing until the mode is enforce.`,
        evidence: [],
        remedy: {
          text: 'Change the mode to enforce, then the id.',
          replacements: [proposedPolicy(view, 'enforce'), proposedRecord(view)],
        },
      }),
    ]
  }
  return [
    finding('mta-sts/policy-mode-testing', {
      severity: 'advice',
      subject: policySubject(view),
      message: `The policy of ${domain} is in testing mode: senders report failures and deliver all the same, unprotected.`,
      evidence: [],
      remedy: {
        text: 'Once the reports show no failures of your own hosts, change the mode to enforce, then the id.',
        replacements: [proposedPolicy(view, 'enforce'), proposedRecord(view)],
      },
    }),
  ]
}

/** Another text under an id that senders know already, or another id for the same text. */
function idUnchanged(view: DomainView): readonly Finding[] {
  const { record, policyText, context, domain } = view
  const known = context.knownPolicies ?? []
  if (record === null || policyText === null || known.length === 0) return []
  const before = known.filter(({ policyId }) => policyId === record.policyId).at(-1)
  if (before !== undefined && before.text !== policyText) {
    return [
      finding('mta-sts/record-id-unchanged', {
        severity: 'error',
        subject: { kind: 'record', name: `_mta-sts.${domain}`, type: 'TXT' },
        message: `The policy of ${domain} changed, the id in the record is still ${record.policyId}: senders that have the old policy keep it until its max_age has passed.`,
        evidence: [seenAt(before.text, `policy as fetched under id ${record.policyId}`, before.seenAt)],
        remedy: { text: 'Change the id.', replacements: [proposedRecord(view)] },
      }),
    ]
  }
  const sameText = known.filter(({ text }) => text === policyText)
  if (sameText.length < 2 || new Set(sameText.map(({ policyId }) => policyId)).size < 2) return []
  return [
    finding('mta-sts/record-id-churn', {
      severity: 'warning',
      subject: { kind: 'record', name: `_mta-sts.${domain}`, type: 'TXT' },
      message: `The id of ${domain} changes though the policy does not (${sameText
        .map(({ policyId }) => policyId)
        .slice(-4)
        .join(', ')}): every sender fetches the policy anew for nothing.`,
      evidence: sameText.slice(-4).map(({ policyId, seenAt: at }) => seenAt(`id ${policyId}`, 'history', at)),
      remedy: { text: 'Change the id only with the bytes of the policy.', replacements: [] },
    }),
  ]
}
