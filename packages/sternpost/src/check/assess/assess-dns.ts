import { finding, type TabledCode } from '../catalogue/index.ts'
import type { Evidence, Finding } from '../finding.ts'
import type { SeenAnswer } from '../observation.ts'
import { answerTo, type DomainView } from './domain-view.ts'
import { dnsEvidence, seenAt, showRecord } from './evidence.ts'

/** Beyond them a list is no help. */
const MAX_NAMES_TOLD = 5
const MAX_EVIDENCE = 10
/** Asked to know more, and by no sender. */
const curious: readonly string[] = ['CAA', 'SOA', 'NS']

/** Judges what DNS itself is like: failures, signatures, name servers that disagree. */
export function assessDns(view: DomainView): readonly Finding[] {
  return [...bogus(view), ...failures(view), ...resolver(view), ...unsigned(view), ...nameServers(view)]
}

/** The questions whose failure matters; others are looked at out of curiosity. */
function failedAnswers(view: DomainView): readonly Extract<SeenAnswer, { readonly kind: 'failure' }>[] {
  const names = new Set([
    view.domain,
    `_mta-sts.${view.domain}`,
    `_smtp._tls.${view.domain}`,
    `_dmarc.${view.domain}`,
    `mta-sts.${view.domain}`,
    ...view.hosts.map(({ mxHost }) => mxHost),
  ])
  const { nextHop } = view.observation
  const asked = 'hosts' in nextHop ? nextHop.hosts.filter(({ tlsa }) => tlsa.kind === 'failure') : []
  /** TLSA questions that senders ask as well; where the server fails at them `dane/denial` says so. */
  const isSilentTlsa = (name: string, type: string) =>
    type === 'TLSA' && asked.some(({ mxHost }) => name === `_25._tcp.${mxHost}`)
  return view.observation.answers
    .filter(answer => answer.kind === 'failure')
    .filter(({ code, type }) => type !== 'TLSA' || (code !== 'dns/servfail' && code !== 'dns/bogus'))
    .filter(({ name, type }) => (names.has(name) || isSilentTlsa(name, type)) && !curious.includes(type))
}

function bogus(view: DomainView): readonly Finding[] {
  const failed = failedAnswers(view).filter(({ dnssec }) => dnssec === 'bogus')
  if (failed.length === 0) return []
  return [
    finding('dnssec/bogus', {
      severity: 'error',
      subject: { kind: 'domain', domain: view.domain },
      message: `The DNSSEC signatures of ${listOf(failed)} do not hold. Senders behind a validating resolver keep the mail and try again until it comes back.`,
      evidence: failed.slice(0, MAX_EVIDENCE).flatMap(dnsEvidence),
      remedy: {
        text: 'Sign the zone anew, and see that the DS record at the registrar fits the key in the zone.',
        replacements: [{ kind: 'command', text: `delv ${view.domain} MX` }],
      },
    }),
  ]
}

function failures(view: DomainView): readonly Finding[] {
  const failed = failedAnswers(view).filter(({ dnssec }) => dnssec !== 'bogus')
  const byCode = Map.groupBy(failed, ({ code }) => code)
  return [...byCode].map(([code, answers]) => {
    // A loop is in the zone for everybody; silence may be ours alone.
    const lasting = code === 'dns/alias-loop' || code === 'dns/name'
    const senders = lasting
      ? 'Nobody gets an answer: a sender acts as if nothing were there, or keeps the mail.'
      : 'Nothing can be said of it; senders who see the same keep the mail and try again.'
    return finding(code as TabledCode, {
      severity: lasting ? 'error' : 'unknown',
      subject: { kind: 'domain', domain: view.domain },
      message: `DNS gives no answer for ${listOf(answers)}: ${answers[0]?.message}. ${senders}`,
      evidence: answers.slice(0, MAX_EVIDENCE).flatMap(dnsEvidence),
    })
  })
}

function resolver(view: DomainView): readonly Finding[] {
  const { vantage } = view.observation
  if (vantage.validates) return []
  return [
    finding('dns/resolver-not-validating', {
      severity: 'unknown',
      subject: { kind: 'domain', domain: view.domain },
      message: `The resolver used here (${vantage.resolvers.join(', ') || 'none answered'}) did not prove to validate DNSSEC, so that nothing is said of signatures and DANE.`,
      evidence: [],
    }),
  ]
}

function unsigned(view: DomainView): readonly Finding[] {
  const { nextHop, vantage } = view.observation
  if (!vantage.validates || !('mxDnssec' in nextHop) || nextHop.mxDnssec === 'secure' || !view.takesMail)
    return []
  return [
    finding('dnssec/unsigned', {
      severity: 'advice',
      subject: { kind: 'domain', domain: view.domain },
      message: `The MX records of ${view.domain} are not signed by DNSSEC: DANE is not possible, and a forged answer can hide the MTA-STS record at first contact.`,
      evidence: dnsEvidence(answerTo(view.observation, view.domain, 'MX')),
      remedy: {
        text: 'Sign the zone and give the DS record to the registrar; most DNS providers do both at a click.',
        replacements: [],
      },
    }),
  ]
}

type ServerAnswers = DomainView['observation']['nameServers'][number]

function nameServers(view: DomainView): readonly Finding[] {
  const findings: Finding[] = []
  const { nameServers: answers } = view.observation
  const differing = answers.filter(answer => new Set(answered(answer).map(({ shown }) => shown)).size > 1)
  if (differing.length > 0) {
    const names = differing.map(({ question }) => `${question.name} ${question.type}`).join(', ')
    findings.push(
      finding('dns/servers-differ', {
        severity: 'warning',
        subject: { kind: 'domain', domain: view.domain },
        message: `The name servers of ${differing[0]?.zone ?? view.domain} give different answers for ${names}: which one a sender gets is chance.`,
        evidence: differing.flatMap(serverEvidence).slice(0, MAX_EVIDENCE),
        remedy: {
          text: 'Compare the serial numbers and look at the zone transfers of the server that is behind; a change made minutes ago may still be on its way.',
          replacements: [],
        },
      }),
    )
  }
  const [first] = answers
  const silent =
    first?.servers.filter(({ outcome }) => outcome.kind === 'failure' || outcome.kind === 'lame') ?? []
  if (first !== undefined && silent.length > 0 && silent.length < first.servers.length) {
    const told = silent.map(({ nameServer, address }) => `${nameServer} (${address})`).join(', ')
    findings.push(
      finding('dns/server-silent', {
        severity: 'warning',
        subject: { kind: 'domain', domain: view.domain },
        message: `${told} does not answer for the zone while others do: senders lose time, and mail waits once the others fail too.`,
        evidence: serverEvidence(first).slice(0, MAX_EVIDENCE),
      }),
    )
  }
  return findings
}

/** What each server said in comparable words; servers that said nothing are left out. */
function answered({ question, servers }: ServerAnswers) {
  return servers.flatMap(server => {
    const { outcome } = server
    if (outcome.kind === 'failure' || outcome.kind === 'lame') return []
    if (outcome.kind !== 'records') {
      // The answer for an alias and for its target may come from different zones.
      return outcome.kind === 'alias' ? [] : [{ server, shown: 'no record' }]
    }
    const records = outcome.records.map(record => showRecord(question.type, record as never)).sort()
    return [{ server, shown: records.join(', ') }]
  })
}

function serverEvidence(answers: ServerAnswers): readonly Evidence[] {
  const { question, servers } = answers
  const shown = new Map(answered(answers).map(({ server, shown: text }) => [server, text]))
  return servers.map(server => {
    const { nameServer, address, serial, receivedAt, outcome } = server
    const text = shown.get(server) ?? ('message' in outcome ? outcome.message : outcome.kind)
    const zone = serial === null ? '' : ` (serial ${serial})`
    const seen = `${question.name} ${question.type}: ${text}${zone}`
    return seenAt(seen, `name server ${nameServer} at ${address}`, receivedAt)
  })
}

function listOf(answers: readonly SeenAnswer[]): string {
  const shown = answers.slice(0, MAX_NAMES_TOLD).map(({ name, type }) => `${name} ${type}`)
  const more = answers.length - shown.length
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '')
}
