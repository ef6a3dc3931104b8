import { quote, selectTlsRptRecord, type TlsRptUri } from '@sternpost/protocol'
import { getDomain } from 'tldts'
import { finding } from '../catalogue/index.ts'
import type { Finding } from '../finding.ts'
import { assessRecord } from '../lint/index.ts'
import type { SeenReportDestination } from '../observation.ts'
import { misplacedTlsRptNames, reportTarget } from '../observe/index.ts'
import { answerTo, type DomainView, textsOf } from './domain-view.ts'
import { dnsEvidence, seenAt } from './evidence.ts'
import { probedAddresses } from './probed-address.ts'
import { withConsequence } from './with-consequence.ts'
import { recordLine } from './zone-line.ts'

/** Services that read TLS reports for others; any other address outside is worth a second look. */
const reportServices = [
  'agari.com',
  'cloudflare.net',
  'dmarcian.com',
  'easydmarc.com',
  'easydmarc.us',
  'mailhardener.com',
  'ondmarc.com',
  'powerdmarc.com',
  'proofpoint.com',
  'report-uri.com',
  'uriports.com',
  'valimail.com',
] as const

/** After a week without any report something is wrong, as the large senders report daily. */
const SILENT_DAYS = 7

/** Judges where the reports of failures go. */
export function assessTlsRpt(view: DomainView): readonly Finding[] {
  const answer = answerTo(view.observation, `_smtp._tls.${view.domain}`, 'TXT')
  if (answer === undefined || answer.kind === 'failure') return []
  const selection = selectTlsRptRecord(textsOf(answer))
  if (!view.takesMail) {
    const settled = view.observation.nextHop.route !== 'failure'
    return selection.kind === 'none' || !settled ? [] : [notNeeded(view)]
  }
  if (selection.kind === 'none') {
    const misplaced = misplacedRecord(view)
    if (misplaced !== undefined) return [misplaced]
  }
  const findings = assessRecord('tlsrpt', textsOf(answer), answer.name)
    .findings.filter(({ code, severity }) => code !== 'tls-rpt/record-none' && severity !== 'ok')
    .map(found => ({
      ...withConsequence(found, 'senders send no reports'),
      subject: { ...found.subject, ...recordSubject(view) },
      evidence: [...dnsEvidence(answer), ...found.evidence],
    }))
  if (selection.kind === 'none') return findings.length > 0 ? findings : [noRecord(view)]
  const uris = selection.kind === 'one' && selection.record.ok ? selection.record.value.rua : []
  return [
    ...findings,
    ...uris.flatMap(rua => destination(view, rua)),
    ...outside(view, uris),
    ...sameFault(view, uris),
    ...silent(view, uris),
  ]
}

function recordSubject(view: DomainView) {
  return { kind: 'record', name: `_smtp._tls.${view.domain}`, type: 'TXT' } as const
}

function recordEvidence(view: DomainView) {
  return dnsEvidence(answerTo(view.observation, `_smtp._tls.${view.domain}`, 'TXT'))
}

function noRecord(view: DomainView): Finding {
  const { domain, observation } = view
  const dane =
    'hosts' in observation.nextHop && observation.nextHop.hosts.some(({ tlsa }) => tlsa.kind === 'secure')
  const blind = view.record !== null || dane
  return finding('tls-rpt/record-none', {
    severity: blind ? 'warning' : 'advice',
    subject: recordSubject(view),
    message: blind
      ? `${domain} demands TLS but asks for no reports: when mail stops, nobody tells you.`
      : `${domain} asks for no TLS reports, which tell how much mail comes in protected and what fails.`,
    evidence: recordEvidence(view),
    remedy: {
      text: 'Ask for reports.',
      replacements: [
        recordLine(`_smtp._tls.${domain}`, 'TXT', `v=TLSRPTv1; rua=mailto:tls-reports@${domain}`),
      ],
    },
  })
}

function misplacedRecord(view: DomainView): Finding | undefined {
  const { domain, observation } = view
  for (const name of [...misplacedTlsRptNames(domain), domain]) {
    const answer = answerTo(observation, name, 'TXT')
    const selection = selectTlsRptRecord(textsOf(answer))
    if (selection.kind !== 'one') continue
    return finding('tls-rpt/record-misplaced', {
      severity: 'error',
      subject: { kind: 'record', name, type: 'TXT' },
      message: `The TLSRPT record stands at ${name}; senders look at _smtp._tls.${domain} only and send no reports.`,
      evidence: [...recordEvidence(view), ...dnsEvidence(answer)],
      remedy: {
        text: `Move the record to _smtp._tls.${domain}.`,
        replacements: [recordLine(`_smtp._tls.${domain}`, 'TXT', selection.text)],
      },
    })
  }
  return undefined
}

function notNeeded(view: DomainView): Finding {
  return finding('tls-rpt/not-needed', {
    severity: 'advice',
    subject: recordSubject(view),
    message: `${view.domain} takes no mail, so that there is nothing to report.`,
    evidence: recordEvidence(view),
  })
}

/** Whether a report would get there. */
function destination(view: DomainView, rua: TlsRptUri): readonly Finding[] {
  const { uri, scheme } = rua
  const target = reportTarget(rua)
  if (target === undefined) return []
  const seen = view.observation.reportDestinations.find(found => found.uri === uri)
  const addresses = [answerTo(view.observation, target, 'A'), answerTo(view.observation, target, 'AAAA')]
  const noAddress = addresses.every(answer => answer?.kind === 'no-name' || answer?.kind === 'no-data')
  if (scheme === 'https') {
    if (!noAddress) return []
    return [
      finding('tls-rpt/rua-https', {
        severity: 'warning',
        subject: { kind: 'uri', uri },
        message: `Reports are to be posted to ${quote(uri, 120)}, but ${target} has no address: they are lost.`,
        evidence: addresses.flatMap(dnsEvidence),
      }),
    ]
  }
  const mx = answerTo(view.observation, target, 'MX')
  const nullMx = mx?.kind === 'records' && mx.records.every(({ exchange }) => exchange === '.')
  const nowhere = mx?.kind === 'no-name' || nullMx || (mx?.kind === 'no-data' && noAddress)
  if (nowhere) {
    return [
      finding('tls-rpt/rua-domain', {
        severity: 'warning',
        subject: { kind: 'uri', uri },
        message: `Reports are to be mailed to ${quote(uri, 120)}, but ${target} takes no mail: they are lost.`,
        evidence: [mx, ...addresses].flatMap(dnsEvidence),
        remedy: { text: 'Name a mailbox that exists.', replacements: [] },
      }),
    ]
  }
  return mailbox(seen)
}

function mailbox(seen: SeenReportDestination | undefined): readonly Finding[] {
  const trial = seen?.smtp?.trials.recipient
  if (seen?.smtp === undefined || trial?.verdict !== 'refused') return []
  const { smtp } = seen
  const reply = trial.rcpt ?? trial.mail
  return [
    finding('smtp/rcpt-refused', {
      severity: 'warning',
      subject: { kind: 'uri', uri: seen.uri },
      message: `${smtp.mxHost} refuses the mailbox ${quote(trial.recipient, 120)} (${reply?.code}): reports come back to their senders.`,
      evidence: [
        seenAt(
          `RCPT TO: ${reply?.code} ${reply?.lines.join(' | ') ?? ''}`,
          `${smtp.mxHost} at ${smtp.address} port ${smtp.port}`,
          smtp.startedAt,
        ),
      ],
      remedy: { text: 'Create the mailbox, or name another one in the record.', replacements: [] },
    }),
  ]
}

/** Reports that go to somebody who is neither the owner nor known for reading them. */
function outside(view: DomainView, uris: readonly TlsRptUri[]): readonly Finding[] {
  const strangers = uris.flatMap(rua => {
    const target = reportTarget(rua)
    const owner = target === undefined ? undefined : (getDomain(target) ?? target)
    const known =
      owner === undefined ||
      owner === view.observation.organizationalDomain ||
      reportServices.some(name => name === owner)
    return known ? [] : [{ rua, owner }]
  })
  const [first] = strangers
  if (first === undefined) return []
  return [
    finding('tls-rpt/rua-outside', {
      severity: 'advice',
      subject: { kind: 'uri', uri: first.rua.uri },
      message: `TLS reports of ${view.domain} go to ${strangers.map(({ owner }) => owner).join(', ')}: whoever reads them learns who writes to you. See that this is wanted.`,
      evidence: recordEvidence(view),
    }),
  ]
}

/** The address for reports depends on the very hosts that are reported. */
function sameFault(view: DomainView, uris: readonly TlsRptUri[]): readonly Finding[] {
  const ownOnly =
    uris.length > 0 && uris.every(rua => rua.scheme === 'mailto' && reportTarget(rua) === view.domain)
  if (!ownOnly || view.mode !== 'enforce') return []
  const secured = view.hosts.some(
    host => host.listed === true && probedAddresses(host).some(({ smtp }) => smtp.tls?.chain.valid === true),
  )
  const seen = view.hosts.flatMap(probedAddresses).some(({ smtp }) => smtp.startTlsOffered !== undefined)
  if (secured || !seen) return []
  return [
    finding('tls-rpt/rua-same-fault', {
      severity: 'advice',
      subject: recordSubject(view),
      message: `Reports are mailed to ${view.domain} itself, whose MX hosts fail the policy: senders that hold reports to the policy as well cannot tell you.`,
      evidence: recordEvidence(view),
      remedy: { text: 'Add an https: address, or one at another domain.', replacements: [] },
    }),
  ]
}

function silent(view: DomainView, uris: readonly TlsRptUri[]): readonly Finding[] {
  const { reports } = view.context
  if (uris.length === 0 || reports === undefined || reports.days < SILENT_DAYS || reports.reporters > 0)
    return []
  return [
    finding('tls-rpt/silent', {
      severity: 'warning',
      subject: recordSubject(view),
      message: `In ${reports.days} days not one report came in: either nobody writes to ${view.domain}, or the reports do not arrive.`,
      evidence: recordEvidence(view),
    }),
  ]
}
