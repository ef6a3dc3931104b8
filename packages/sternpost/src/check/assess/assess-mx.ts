import { MAX_MX_HOSTS } from '@sternpost/network'
import { quote } from '@sternpost/protocol'
import { finding } from '../catalogue/index.ts'
import type { Finding } from '../finding.ts'
import { assessMxHosts } from './assess-mx-hosts.ts'
import { answerTo, type DomainView, textsOf } from './domain-view.ts'
import { dnsEvidence } from './evidence.ts'
import { recordLine } from './zone-line.ts'

/** Postfix tries five addresses (`smtp_mx_address_limit`), Gmail not many more. */
const MANY_MX_HOSTS = 20

/** Judges where DNS leads the mail of a domain. */
export function assessMx(view: DomainView): readonly Finding[] {
  const { nextHop } = view.observation
  switch (nextHop.route) {
    case 'no-name':
      return [noName(view)]
    case 'null-mx':
      return [nullMx(view), ...parked(view)]
    case 'failure':
    case 'no-mx-lookup':
      return []
    case 'implicit-mx':
      return view.takesMail ? [implicitMx(view), ...assessMxHosts(view)] : [noMx(view), ...parked(view)]
    case 'mx':
      return [...records(view), ...assessMxHosts(view)]
  }
}

function noName(view: DomainView): Finding {
  const { domain, observation } = view
  const near = observation.answers.filter(
    ({ name, type, kind }) => name !== domain && type === 'MX' && kind === 'records',
  )
  const meant = near.length === 0 ? '' : ` Was ${near.map(({ name }) => name).join(' or ')} meant?`
  return finding('domain/no-name', {
    severity: 'error',
    subject: { kind: 'domain', domain },
    message: `${domain} does not exist: senders return mail to it at once.${meant}`,
    evidence: [answerTo(observation, domain, 'MX'), ...near].flatMap(dnsEvidence),
  })
}

function mxSubject(view: DomainView) {
  return { kind: 'record', name: view.domain, type: 'MX' } as const
}

function mxEvidence(view: DomainView) {
  return dnsEvidence(answerTo(view.observation, view.domain, 'MX'))
}

function nullMx(view: DomainView): Finding {
  return finding('mx/null', {
    severity: 'advice',
    subject: mxSubject(view),
    message: `${view.domain} says by a null MX that it takes no mail: senders return mail to it at once.`,
    evidence: mxEvidence(view),
  })
}

function noMx(view: DomainView): Finding {
  return finding('mx/none', {
    severity: 'advice',
    subject: mxSubject(view),
    message: `${view.domain} has neither an MX nor an address record: mail to it comes back, from some senders only after days.`,
    evidence: mxEvidence(view),
    remedy: {
      text: 'Say by a null MX that no mail is taken, or publish an MX record.',
      replacements: [recordLine(view.domain, 'MX', '0 .')],
    },
  })
}

/** A domain that takes no mail: whether it also says so, and that none comes from it. */
function parked(view: DomainView): readonly Finding[] {
  const { domain, observation } = view
  const spf = answerTo(observation, domain, 'TXT')
  const dmarc = answerTo(observation, `_dmarc.${domain}`, 'TXT')
  const missing = [
    ...(observation.nextHop.route === 'null-mx' ? [] : [recordLine(domain, 'MX', '0 .')]),
    ...(spf?.kind === 'failure' || textsOf(spf).some(text => /^v=spf1\s+-all\s*$/i.test(text))
      ? []
      : [recordLine(domain, 'TXT', 'v=spf1 -all')]),
    ...(dmarc?.kind === 'failure' ||
    textsOf(dmarc).some(text => /^v=DMARC1\s*;.*\bp\s*=\s*reject\b/.test(text))
      ? []
      : [recordLine(`_dmarc.${domain}`, 'TXT', 'v=DMARC1; p=reject;')]),
  ]
  // Without an MX record alone there is `mx/none` already.
  if (missing.length === 0 || missing.every(line => line.kind === 'dns-record' && line.type === 'MX'))
    return []
  return [
    finding('mx/parked-unprotected', {
      severity: 'advice',
      subject: { kind: 'domain', domain },
      message: `${domain} takes no mail, but does not say that none comes from it: forged mail in its name is not refused.`,
      evidence: [spf, dmarc].flatMap(dnsEvidence),
      remedy: { text: 'Publish the records that close a domain without mail.', replacements: missing },
    }),
  ]
}

function implicitMx(view: DomainView): Finding {
  const { domain } = view
  return finding('mx/implicit', {
    severity: 'advice',
    subject: mxSubject(view),
    message: `${domain} has no MX record, so that mail goes to its own address: a policy must list ${domain} itself, and the certificate must bear that name.`,
    evidence: mxEvidence(view),
    remedy: {
      text: 'Publish an MX record, so that nobody has to rely on the fallback.',
      replacements: [recordLine(domain, 'MX', `10 ${domain}.`)],
    },
  })
}

/** What the MX records themselves get wrong. */
function records(view: DomainView): readonly Finding[] {
  const answer = answerTo(view.observation, view.domain, 'MX')
  if (answer?.kind !== 'records') return []
  const findings: Finding[] = []
  const exchanges = answer.records.map(({ exchange }) => exchange)
  if (exchanges.includes('.')) {
    const others = answer.records.filter(({ exchange }) => exchange !== '.')
    findings.push(
      finding('mx/null-beside-others', {
        severity: 'error',
        subject: mxSubject(view),
        message: `A null MX stands beside other MX records of ${view.domain}: some senders return all mail, others use the other hosts.`,
        evidence: mxEvidence(view),
        remedy: {
          text: 'Remove the null MX, or all the others.',
          replacements: others.map(mx => recordLine(view.domain, 'MX', `${mx.preference} ${mx.exchange}.`)),
        },
      }),
    )
  }
  const addresses = exchanges.filter(exchange => /^[0-9]+(\.[0-9]+){3}$/.test(exchange))
  if (addresses.length > 0) {
    findings.push(
      finding('mx/address', {
        severity: 'error',
        subject: mxSubject(view),
        message: `An MX record of ${view.domain} holds the IP address ${addresses.join(', ')} where a host name is needed: senders look for a host of that name and find none.`,
        evidence: mxEvidence(view),
        remedy: {
          text: 'Give the server a name, and put the name into the MX record.',
          replacements: [
            recordLine(view.domain, 'MX', `10 mail.${view.domain}.`),
            recordLine(`mail.${view.domain}`, 'A', addresses[0] ?? ''),
          ],
        },
      }),
    )
  }
  const twice = [...new Set(exchanges.filter((exchange, at) => exchanges.indexOf(exchange) !== at))]
  if (twice.length > 0) {
    findings.push(
      finding('mx/duplicate', {
        severity: 'advice',
        subject: mxSubject(view),
        message: `${twice.map(host => quote(host)).join(', ')} stands in more than one MX record of ${view.domain}: senders try it again after it failed, to no use.`,
        evidence: mxEvidence(view),
        remedy: { text: 'Keep one record for each host.', replacements: [] },
      }),
    )
  }
  if (exchanges.length > MANY_MX_HOSTS) {
    const seen = Math.min(exchanges.length, MAX_MX_HOSTS)
    findings.push(
      finding('mx/too-many', {
        severity: 'warning',
        subject: mxSubject(view),
        message: `${view.domain} has ${exchanges.length} MX records: senders try a handful and then let the mail wait. Of them ${seen} were looked at here.`,
        evidence: mxEvidence(view),
        remedy: { text: 'Put many machines behind few names.', replacements: [] },
      }),
    )
  }
  return findings
}
