import type { ChainFault, ObservedCertificate, ObservedChain } from '@sternpost/network'
import { quote } from '@sternpost/protocol'
import { getDomain } from 'tldts'
import { finding } from '../catalogue/index.ts'
import type { Evidence, Finding, Severity } from '../finding.ts'
import { caaNames } from '../observe/index.ts'
import { caaForbids, issuerOf } from './caa.ts'
import { describeExpiry, expiryUrgency } from './certificate-dates.ts'
import { answerTo, type DomainView, type HostView, severityByMode } from './domain-view.ts'
import { dnsEvidence, seenAt } from './evidence.ts'
import { hostSubject, onSome, type ProbedAddress, probedAddresses, sessionSource } from './probed-address.ts'

/** RFC 9325 §4.5. */
const MIN_RSA_BITS = 2048
const MIN_CURVE_BITS = 224
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1'

interface Presented extends ProbedAddress {
  readonly chain: ObservedChain
  readonly leaf: ObservedCertificate
}

/** Judges the certificates of the MX hosts as a sender with MTA-STS does. */
export function assessMxCertificates(view: DomainView): readonly Finding[] {
  return view.hosts.flatMap(host => {
    const presented = probedAddresses(host).flatMap(({ address, smtp }): Presented[] => {
      const chain = smtp.tls?.chain
      const leaf = chain?.certificates[0]
      return chain === undefined || leaf === undefined ? [] : [{ address, smtp, chain, leaf }]
    })
    if (presented.length === 0) return []
    // A host without the policy's blessing is not delivered to whatever its certificate; that is told elsewhere.
    return [
      ...faults(view, host, presented),
      ...expiring(view, host, presented),
      ...oddities(host, presented),
      ...caa(view, host, presented),
    ]
  })
}

type FaultCode =
  | 'mx-certificate/name'
  | 'mx-certificate/common-name'
  | 'mx-certificate/untrusted'
  | 'mx-certificate/self-signed'
  | 'mx-certificate/incomplete'
  | 'mx-certificate/expired'
  | 'mx-certificate/not-yet-valid'

/** Of several faults of a chain the one that must be mended first; a new certificate mends the rest. */
const faultOrder: readonly (readonly [ChainFault, FaultCode])[] = [
  ['self-signed', 'mx-certificate/self-signed'],
  ['expired', 'mx-certificate/expired'],
  ['not-yet-valid', 'mx-certificate/not-yet-valid'],
  ['incomplete-chain', 'mx-certificate/incomplete'],
  ['untrusted-root', 'mx-certificate/untrusted'],
  ['unknown-issuer', 'mx-certificate/untrusted'],
  ['issuer-expired', 'mx-certificate/untrusted'],
  ['other', 'mx-certificate/untrusted'],
  ['wrong-name', 'mx-certificate/name'],
]

function codeOf({ chain, leaf }: Presented): FaultCode | undefined {
  const code = faultOrder.find(([fault]) => chain.faults.includes(fault))?.[1]
  if (code !== 'mx-certificate/name') return code
  return leaf.dnsNamesTotal === 0 && leaf.subject.includes(chain.referenceName)
    ? 'mx-certificate/common-name'
    : code
}

function faults(view: DomainView, host: HostView, presented: readonly Presented[]): readonly Finding[] {
  const byCode = Map.groupBy(presented, codeOf)
  return [...byCode].flatMap(([code, at]) => {
    const [first] = at
    if (code === undefined || first === undefined) return []
    return [
      finding(code, {
        severity: faultSeverity(view, host),
        subject: hostSubject(host, at),
        message: `${describeFault(host, first, code)}${onSome(at, presented)}. ${consequence(view, host)}`,
        evidence: at.slice(0, 8).map(certificateEvidence),
        remedy: remedyFor(host, code),
      }),
    ]
  })
}

/** A backup host that fails costs no mail while the hosts before it work. */
function faultSeverity(view: DomainView, host: HostView): Severity {
  if (host.listed !== true) return 'advice'
  const severity = severityByMode(view)
  return severity === 'error' && isHiddenBackup(view, host) ? 'warning' : severity
}

/** Whether some host that is tried before shows a good certificate. */
export function isHiddenBackup(view: DomainView, host: HostView): boolean {
  return (
    !host.primary &&
    view.hosts.some(
      other =>
        other.preference < host.preference &&
        other.listed === true &&
        probedAddresses(other).some(({ smtp }) => smtp.tls?.chain.valid === true),
    )
  )
}

function describeFault({ mxHost }: HostView, { chain, leaf }: Presented, code: FaultCode): string {
  const names = leaf.dnsNames
    .slice(0, 3)
    .map(name => quote(name))
    .join(', ')
  const more = leaf.dnsNamesTotal > 3 ? ` and ${leaf.dnsNamesTotal - 3} more` : ''
  switch (code) {
    case 'mx-certificate/name':
      return `The certificate of ${mxHost} is for ${names || 'no DNS name'}${more}, not for ${mxHost}`
    case 'mx-certificate/common-name':
      return `The certificate of ${mxHost} has its name in the common name only, which does not count`
    case 'mx-certificate/self-signed':
      return `The certificate of ${mxHost} is self-signed`
    case 'mx-certificate/expired':
      return `The certificate of ${mxHost} expired on ${isoDay(leaf.notAfter)}`
    case 'mx-certificate/not-yet-valid':
      return `The certificate of ${mxHost} is valid only from ${isoDay(leaf.notBefore)} on`
    case 'mx-certificate/incomplete':
      return `${mxHost} does not send the intermediate certificate of ${quote(leaf.issuer)}`
    case 'mx-certificate/untrusted':
      return chain.verifyError === 'INVALID_PURPOSE'
        ? `The certificate of ${mxHost} is not for servers (no serverAuth)`
        : `The certificate of ${mxHost} by ${quote(leaf.issuer)} leads to no trusted CA (${chain.verifyError ?? chain.faults.join(', ')})`
  }
}

function consequence(view: DomainView, host: HostView): string {
  if (host.listed !== true)
    return 'Without an MTA-STS policy senders do not look; with one they would not deliver there.'
  if (view.mode === 'testing')
    return 'Senders report a failure; once the mode is enforce they will not deliver there.'
  return isHiddenBackup(view, host)
    ? 'Senders with MTA-STS do not deliver there, which nobody notices until the hosts before it are down.'
    : 'Senders with MTA-STS do not deliver there: the mail waits and comes back.'
}

function remedyFor({ mxHost }: HostView, code: FaultCode) {
  const text =
    code === 'mx-certificate/incomplete'
      ? 'Let the mail server send the whole chain (fullchain.pem and not cert.pem).'
      : `Give the mail server a certificate of a public CA that names ${mxHost}, and reload it after each renewal.`
  return {
    text,
    replacements: [
      {
        kind: 'command',
        text: `postconf -e smtpd_tls_chain_files=/etc/letsencrypt/live/${mxHost}/privkey.pem,/etc/letsencrypt/live/${mxHost}/fullchain.pem && postfix reload`,
      } as const,
    ],
  }
}

function expiring(view: DomainView, host: HostView, presented: readonly Presented[]): readonly Finding[] {
  const good = presented.filter(({ chain }) => !chain.faults.includes('expired'))
  const urgencies = good.map(seen => ({ seen, urgency: expiryUrgency(seen.leaf, view.at) }))
  const soon = urgencies
    .filter(({ urgency }) => urgency !== undefined)
    .sort((one, other) => (one.seen.leaf.notAfter ?? 0) - (other.seen.leaf.notAfter ?? 0))
  const [first] = soon
  if (first?.urgency === undefined) return []
  const looked = host.listed === true && view.mode === 'enforce'
  return [
    finding('mx-certificate/expiring', {
      severity: looked ? first.urgency : first.urgency === 'advice' ? 'advice' : lowered(view),
      subject: hostSubject(
        host,
        soon.map(({ seen }) => seen),
      ),
      message: `The certificate of ${host.mxHost} ${describeExpiry(first.seen.leaf, view.at)}${onSome(
        soon.map(({ seen }) => seen),
        presented,
      )}: after that senders with MTA-STS do not deliver there.`,
      evidence: soon.slice(0, 4).map(({ seen }) => certificateEvidence(seen)),
      remedy: { text: 'Renew it, and see that the mail server loads the new one.', replacements: [] },
    }),
  ]
}

function lowered(view: DomainView): Severity {
  return view.mode === 'testing' ? 'warning' : 'advice'
}

function oddities(host: HostView, presented: readonly Presented[]): readonly Finding[] {
  const findings: Finding[] = []
  // Machines behind one name often have a certificate each; a fault of one of them is told as that fault.
  const kinds = new Set(presented.map(({ leaf }) => `${leaf.issuer} ${leaf.dnsNames.join(' ')}`))
  if (kinds.size > 1 && presented.every(({ chain }) => chain.valid)) {
    findings.push(
      finding('mx-certificate/varies', {
        severity: 'advice',
        subject: { kind: 'mx-host', host: host.mxHost },
        message: `The addresses of ${host.mxHost} show ${kinds.size} kinds of certificates: every one must be renewed, and what works at one may fail at another.`,
        evidence: presented.slice(0, 8).map(certificateEvidence),
      }),
    )
  }
  // What makes the whole chain fail is told as that.
  const weak = presented.flatMap(seen => {
    const reason = seen.chain.faults.includes('other') ? undefined : weakness(seen.leaf)
    return reason === undefined ? [] : [{ seen, reason }]
  })
  if (weak.length > 0) {
    findings.push(
      finding('mx-certificate/weak', {
        severity: 'warning',
        subject: hostSubject(
          host,
          weak.map(({ seen }) => seen),
        ),
        message: `The certificate of ${host.mxHost} ${weak[0]?.reason}: careful senders refuse it.`,
        evidence: weak.slice(0, 4).map(({ seen }) => certificateEvidence(seen)),
        remedy: {
          text: 'Order a new one with a P-256 key or an RSA key of 2048 bits or more.',
          replacements: [],
        },
      }),
    )
  }
  const sni = presented.filter(dependsOnSni)
  if (sni.length > 0) {
    findings.push(
      finding('mx-certificate/sni', {
        severity: 'warning',
        subject: hostSubject(host, sni),
        message: `${host.mxHost} shows ${sni[0]?.chain.valid === true ? 'the right certificate only to senders that send SNI' : 'a good certificate only to senders without SNI'}${onSome(sni, presented)}: many mail servers send none for mail without a policy, and all send it with one.`,
        evidence: sni.slice(0, 4).map(sniEvidence),
        remedy: { text: `Make the certificate for ${host.mxHost} the default one.`, replacements: [] },
      }),
    )
  }
  return findings
}

/** A good certificate whose CA may not issue it again. */
function caa(view: DomainView, host: HostView, presented: readonly Presented[]): readonly Finding[] {
  const [first] = presented.filter(({ chain }) => chain.trusted)
  const answer = caaNames(host.mxHost, getDomain(host.mxHost) ?? host.mxHost)
    .map(name => answerTo(view.observation, name, 'CAA'))
    .find(candidate => candidate?.kind === 'records')
  if (first === undefined || answer?.kind !== 'records' || !caaForbids(answer.records, first.leaf)) return []
  return [
    finding('mx-certificate/caa', {
      severity: 'warning',
      subject: { kind: 'mx-host', host: host.mxHost },
      message: `CAA records at ${answer.name} do not allow ${quote(issuerOf(first.leaf))}, which issued the certificate of ${host.mxHost}: the next renewal fails.`,
      evidence: [...dnsEvidence(answer), certificateEvidence(first)],
      remedy: { text: 'Allow the CA in use, or use one that is allowed.', replacements: [] },
    }),
  ]
}

function dependsOnSni({ smtp, chain }: Presented): boolean {
  const without = smtp.trials.withoutServerName
  return without.kind === 'done' && without.tls.chain.valid !== chain.valid
}

function weakness({
  key,
  signatureAlgorithm,
  extendedKeyUsage,
  selfSigned,
}: ObservedCertificate): string | undefined {
  if (key.type === 'rsa' && key.bits !== null && key.bits < MIN_RSA_BITS)
    return `has an RSA key of ${key.bits} bits, 2048 are needed`
  if (key.type === 'ec' && key.bits !== null && key.bits < MIN_CURVE_BITS)
    return `has a key on a curve of ${key.bits} bits`
  // Nobody checks the signature of a certificate that vouches for itself.
  if (!selfSigned && /sha1|md5/i.test(signatureAlgorithm))
    return `is signed with ${quote(signatureAlgorithm)}`
  if (extendedKeyUsage !== null && !extendedKeyUsage.includes(SERVER_AUTH))
    return 'is not for servers (no serverAuth)'
  return undefined
}

function certificateEvidence({ address, smtp, leaf, chain }: Presented): Evidence {
  const names = leaf.dnsNames.slice(0, 5).join(', ') || 'none'
  const dates = `${isoDay(leaf.notBefore)} to ${isoDay(leaf.notAfter)}`
  const seen = `certificate ${leaf.subject}, names ${names}, ${dates}, by ${leaf.issuer}, ${chain.certificatesTotal} sent, SHA-256 ${leaf.fingerprint}`
  return seenAt(seen, sessionSource({ address, smtp }), smtp.startedAt)
}

function sniEvidence({ address, smtp, leaf }: Presented): Evidence {
  const without = smtp.trials.withoutServerName
  const other = without.kind === 'done' ? without.tls.chain.certificates[0]?.subject : undefined
  return seenAt(
    `with SNI ${leaf.subject}; without ${other ?? 'none'}`,
    sessionSource({ address, smtp }),
    smtp.startedAt,
  )
}

function isoDay(at: number | null): string {
  return at === null ? 'an unreadable date' : new Date(at).toISOString().slice(0, 10)
}
