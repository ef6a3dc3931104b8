import { quote, selectMtaStsRecord } from '@sternpost/protocol'
import { finding } from '../catalogue/index.ts'
import type { Finding } from '../finding.ts'
import { assessRecord } from '../lint/index.ts'
import { misplacedMtaStsNames } from '../observe/index.ts'
import { answerTo, type DomainView, textsOf } from './domain-view.ts'
import { dnsEvidence } from './evidence.ts'
import { proposedPolicy, proposedRecord } from './proposed-policy.ts'
import { withConsequence } from './with-consequence.ts'
import { recordLine } from './zone-line.ts'

/** A record that stays in caches as long makes a roll-back as slow; our own DNS client counts no longer than this. */
const MAX_TTL_SECONDS = 86_400

/** Judges the record that announces the policy. */
export function assessMtaStsRecord(view: DomainView): readonly Finding[] {
  const answer = answerTo(view.observation, `_mta-sts.${view.domain}`, 'TXT')
  if (answer === undefined || answer.kind === 'failure' || view.selection === null) return []
  if (!view.takesMail) return withoutMail(view)
  const wildcard = wildcardRecord(view)
  if (view.selection.kind === 'none') {
    const misplaced = misplacedRecord(view)
    if (misplaced !== undefined) return [misplaced]
    const texts = textsOf(answer)
    const almost = assessRecord('sts', texts, answer.name).findings.filter(
      ({ code }) => code !== 'mta-sts/record-none' && code !== 'mta-sts/record-foreign',
    )
    if (almost.length > 0) return withEvidence(view, almost)
    return [noRecord(view)]
  }
  const findings = assessRecord('sts', textsOf(answer), answer.name).findings.filter(
    // A strange record beside the right one is told below, as legal as it is.
    ({ code }) => view.selection?.kind !== 'one' || code !== 'mta-sts/record-version',
  )
  return [
    ...withEvidence(
      view,
      findings.filter(({ severity }) => severity !== 'ok'),
    ),
    ...wildcard,
    ...foreign(view),
    ...aliases(view),
    ...longTtl(view),
  ]
}

function recordSubject(view: DomainView) {
  return { kind: 'record', name: `_mta-sts.${view.domain}`, type: 'TXT' } as const
}

function recordEvidence(view: DomainView) {
  return dnsEvidence(answerTo(view.observation, `_mta-sts.${view.domain}`, 'TXT'))
}

/** A linter knows the text; here it is also known where it came from, and what would be right. */
function withEvidence(view: DomainView, findings: readonly Finding[]): readonly Finding[] {
  return findings.map(found => {
    const whole = found.severity === 'error' && (found.remedy?.replacements.length ?? 0) === 0
    return {
      ...withConsequence(found, 'senders act as if there were no MTA-STS record'),
      subject: { ...found.subject, ...recordSubject(view) },
      evidence: [...recordEvidence(view), ...found.evidence],
      ...(whole
        ? {
            remedy: {
              text: found.remedy?.text ?? 'Publish exactly one record of this form.',
              replacements: [proposedRecord(view)],
            },
          }
        : {}),
    }
  })
}

/** No record: half a set-up where a policy is served, otherwise nothing yet. */
function noRecord(view: DomainView): Finding {
  const { domain, observation, servedPolicy } = view
  if (servedPolicy !== null) {
    return finding('mta-sts/policy-without-record', {
      severity: 'error',
      subject: recordSubject(view),
      message: `A policy is served at mta-sts.${domain}, but no record at _mta-sts.${domain} announces it: no sender looks at it.`,
      evidence: recordEvidence(view),
      remedy: { text: 'Publish the record.', replacements: [proposedRecord(view)] },
    })
  }
  const { organizationalDomain } = observation
  const parent = answerTo(observation, `_mta-sts.${organizationalDomain}`, 'TXT')
  if (organizationalDomain !== domain && selectMtaStsRecord(textsOf(parent)).kind === 'one') {
    return finding('mta-sts/subdomain-none', {
      severity: 'warning',
      subject: recordSubject(view),
      message: `${organizationalDomain} has MTA-STS, but a policy does not hold for subdomains: mail to ${domain} is not protected by it.`,
      evidence: [...recordEvidence(view), ...dnsEvidence(parent)],
      remedy: {
        text: `Publish a record and a policy for ${domain} itself; both may be aliases of those of ${organizationalDomain} if the same hosts take the mail.`,
        replacements: [proposedRecord(view), proposedPolicy(view, 'testing')],
      },
    })
  }
  return finding('mta-sts/record-none', {
    severity: 'advice',
    subject: recordSubject(view),
    message: `${domain} has no MTA-STS: whoever sits between the servers can have mail to it sent in clear text or to himself.`,
    evidence: recordEvidence(view),
    remedy: {
      text: 'Serve the policy first, then publish the record; begin in testing mode.',
      replacements: [proposedPolicy(view, 'testing'), proposedRecord(view)],
    },
  })
}

function misplacedRecord(view: DomainView): Finding | undefined {
  const { domain, observation } = view
  const places = [domain, ...misplacedMtaStsNames(domain)]
  for (const name of places) {
    const answer = answerTo(observation, name, 'TXT')
    const selection = selectMtaStsRecord(textsOf(answer))
    if (selection.kind !== 'one') continue
    return finding('mta-sts/record-misplaced', {
      severity: 'error',
      subject: { kind: 'record', name, type: 'TXT' },
      message: `The MTA-STS record stands at ${name}; senders look at _mta-sts.${domain} only, find none and act as if there were no policy.`,
      evidence: [...recordEvidence(view), ...dnsEvidence(answer)],
      remedy: {
        text: `Move the record to _mta-sts.${domain}.`,
        replacements: [recordLine(`_mta-sts.${domain}`, 'TXT', selection.text)],
      },
    })
  }
  return undefined
}

function wildcardRecord(view: DomainView): readonly Finding[] {
  const answer = answerTo(view.observation, view.observation.randomName, 'TXT')
  if (selectMtaStsRecord(textsOf(answer)).kind === 'none') return []
  return [
    finding('dns/answer-wildcard', {
      severity: 'warning',
      subject: { kind: 'record', name: `*.${view.domain}`, type: 'TXT' },
      message: `A wildcard TXT record answers for every name under ${view.domain}: subdomains seem to announce an MTA-STS policy that is not served.`,
      evidence: dnsEvidence(answer),
      remedy: {
        text: 'Replace the wildcard by records at the names that need them.',
        replacements:
          view.selection?.kind === 'one'
            ? [recordLine(`_mta-sts.${view.domain}`, 'TXT', view.selection.text)]
            : [],
      },
    }),
  ]
}

/** Records of others at the name: legal, and a sign that somebody took the wrong name. */
function foreign(view: DomainView): readonly Finding[] {
  const texts = textsOf(answerTo(view.observation, `_mta-sts.${view.domain}`, 'TXT'))
  const others = texts.filter(text => selectMtaStsRecord([text]).kind === 'none')
  if (view.selection?.kind !== 'one' || others.length === 0) return []
  return [
    finding('mta-sts/record-foreign', {
      severity: 'advice',
      subject: recordSubject(view),
      message: `Beside the MTA-STS record there is ${quote(others[0] ?? '')}; senders pass over it, but it belongs elsewhere.`,
      evidence: recordEvidence(view),
    }),
  ]
}

/** Who holds record and policy by aliases, and whether it is one and the same. */
function aliases(view: DomainView): readonly Finding[] {
  const { domain, observation } = view
  const record = answerTo(observation, `_mta-sts.${domain}`, 'TXT')
  const host = [
    answerTo(observation, `mta-sts.${domain}`, 'A'),
    answerTo(observation, `mta-sts.${domain}`, 'AAAA'),
  ].find(answer => answer?.kind === 'records')
  if (record?.kind !== 'records' || host?.kind !== 'records') return []
  const recordAlias = record.aliases.length > 0
  const hostAlias = host.aliases.length > 0
  const evidence = [record, host].flatMap(dnsEvidence)
  if (recordAlias && !hostAlias) {
    // Whoever changes the id is not who serves the policy: an id without a new policy, or the reverse.
    return [
      finding('mta-sts/alias-half', {
        severity: 'warning',
        subject: recordSubject(view),
        message: `_mta-sts.${domain} is an alias of ${record.canonicalName}, mta-sts.${domain} is none: whoever changes the id there does not serve the policy here, and senders keep an old policy or miss a new one.`,
        evidence,
        remedy: {
          text: `Delegate both names to the same provider, or neither.`,
          replacements: [],
        },
      }),
    ]
  }
  if (recordAlias) {
    return [
      finding('mta-sts/record-alias', {
        severity: 'ok',
        subject: recordSubject(view),
        message: `_mta-sts.${domain} is an alias of ${record.canonicalName}, mta-sts.${domain} of ${host.canonicalName}: the policy is kept by their owner.`,
        evidence,
      }),
    ]
  }
  return []
}

function longTtl(view: DomainView): readonly Finding[] {
  const answer = answerTo(view.observation, `_mta-sts.${view.domain}`, 'TXT')
  if (answer?.kind !== 'records' || answer.ttlSeconds < MAX_TTL_SECONDS) return []
  const text = view.selection?.kind === 'one' ? view.selection.text : undefined
  return [
    finding('mta-sts/record-ttl', {
      severity: 'advice',
      subject: recordSubject(view),
      message: `The MTA-STS record stays in caches for a day or longer: a new policy, or a way back from a mistake, reaches senders that much later.`,
      evidence: recordEvidence(view),
      remedy: {
        text: 'Lower the TTL to an hour, to 300 seconds while testing.',
        replacements: text === undefined ? [] : [recordLine(`_mta-sts.${view.domain}`, 'TXT', text)],
      },
    }),
  ]
}

function withoutMail(view: DomainView): readonly Finding[] {
  if (view.selection?.kind !== 'one' || view.observation.nextHop.route === 'failure') return []
  return [
    finding('mta-sts/without-mail', {
      severity: 'advice',
      subject: recordSubject(view),
      message: `${view.domain} takes no mail, so that its MTA-STS record has nothing to protect.`,
      evidence: recordEvidence(view),
      remedy: {
        text: 'Remove record and policy once the max_age ever served has passed.',
        replacements: [],
      },
    }),
  ]
}
