/**
 * The Internet that `sternpost check` is measured in: a resolver, a policy host and MX hosts of the lab, in a process
 * of its own.
 *
 * Shape: forked, with `well-known` as argument where it is to listen on ports 53, 443 and 25 too; sends `{ caPem }` once
 * it listens; to any message it answers with a `WorldCounts`. Answers are worked out from the name, so that it does not
 * matter how many domains there are.
 */
import {
  type CertificateAuthority,
  createDnsServer,
  createMxHost,
  createPolicyHost,
  type DnsQuestionSeen,
  type DnsReply,
  labCertificateAuthority,
  type MxHost,
  type PolicyHostOptions,
  type ResourceRecord,
} from '@sternpost/lab'
import { formatTlsaRecord } from '@sternpost/protocol'

/** What was asked of the world so far. */
export interface WorldCounts {
  readonly dnsQuestions: number
  readonly smtpConnections: number
}

export const checkWorld = {
  dnsAddress: '127.77.0.53',
  dnsPort: 10053,
  policyAddress: '127.77.0.43',
  policyPort: 10443,
  smtpPort: 10025,
  /** For those who can ask no other. */
  wellKnown: { dnsPort: 53, policyPort: 443, smtpPort: 25 },
  apex: 'bench.test',
  bogusName: 'bogus.bench.test',
} as const

const TTL_SECONDS = 3600
/** Domains in one certificate: signing one takes milliseconds, a long one costs those who check it. */
const DOMAINS_PER_CERTIFICATE = 20

/** `c000001.bench.test` has mail, a policy and TLS reports; `n000001.bench.test` exists and takes no mail. */
export function checkDomainName(kind: 'c' | 'n', index: number): string {
  return `${kind}${String(index).padStart(6, '0')}.${checkWorld.apex}`
}

function readName(name: string): { prefix: string; kind: string; index: number } | undefined {
  const match = /^(?:(.+)\.)?([cn])([0-9]{6})\.bench\.test$/.exec(name)
  if (match === null) return undefined
  return { prefix: match[1] ?? '', kind: match[2] ?? '', index: Number(match[3]) }
}

/** Each host has an address of its own, as one that many domains share is visited once. */
function mxAddress(index: number): string {
  return `127.${80 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`
}

/** What a validating resolver says of the names of this world. */
function answer({ name, type }: DnsQuestionSeen, tlsa: string): DnsReply {
  if (name === checkWorld.bogusName) return { kind: 'error', rcode: 'SERVFAIL', extendedError: 6 }
  const found = (...data: readonly (string | readonly string[])[]) =>
    reply(
      'NOERROR',
      data.map(one => ({ name, type, ttlSeconds: TTL_SECONDS, data: one }) as ResourceRecord),
    )
  const nothing = reply('NOERROR', [])
  const host = /^(?:_25\._tcp\.)?h([0-9]{6})\.mx\.bench\.test$/.exec(name)
  if (host !== null) {
    if (name.startsWith('_')) return type === 'TLSA' ? found(tlsa) : nothing
    return type === 'A' ? found(mxAddress(Number(host[1]))) : nothing
  }
  const read = readName(name)
  if (read === undefined) return reply(name === '.' || name === checkWorld.apex ? 'NOERROR' : 'NXDOMAIN', [])
  const { prefix, kind, index } = read
  if (kind === 'n') return prefix !== '' ? reply('NXDOMAIN', []) : type === 'MX' ? found('0 .') : nothing
  switch (prefix) {
    case '':
      return type === 'MX' ? found(`10 h${String(index).padStart(6, '0')}.mx.${checkWorld.apex}`) : nothing
    case '_mta-sts':
      return type === 'TXT' ? found(['v=STSv1; id=20260101;']) : nothing
    case '_smtp._tls':
      return type === 'TXT' ? found(['v=TLSRPTv1; rua=mailto:tls@bench.test']) : nothing
    case 'mta-sts':
      return type === 'A' ? found(checkWorld.policyAddress) : nothing
  }
  return reply('NXDOMAIN', [])
}

function reply(rcode: 'NOERROR' | 'NXDOMAIN', records: readonly ResourceRecord[]): DnsReply {
  const base = { kind: 'answer', rcode, dnssec: 'secure', records } as const
  return records.length > 0 ? base : { ...base, authority: [startOfAuthority] }
}

/** Says that the absence of a record may be remembered as long as a record. */
const startOfAuthority: ResourceRecord = {
  name: checkWorld.apex,
  type: 'SOA',
  ttlSeconds: TTL_SECONDS,
  data: `ns.${checkWorld.apex} hostmaster.${checkWorld.apex} 1 3600 600 86400 ${TTL_SECONDS}`,
}

async function openWorld(
  ports: readonly { dnsPort: number; policyPort: number; smtpPort: number }[],
): Promise<{ readonly caPem: string; counts(): WorldCounts }> {
  const ca = await labCertificateAuthority()
  const certificate = await ca.issue({ names: [`*.mx.${checkWorld.apex}`] })
  const tlsa = formatTlsaRecord(certificate.tlsa('3 1 1'))
  let dnsQuestions = 0
  const mxHosts: MxHost[] = []
  for (const { dnsPort, policyPort, smtpPort } of ports) {
    // Every address of loopback: the hosts differ by name and address, and not by who answers.
    const mx = { name: 'mx.bench.test', address: '0.0.0.0', port: smtpPort, certificate }
    mxHosts.push(await createMxHost(mx))
    await createPolicyHost({ ...policySites(ca), address: checkWorld.policyAddress, port: policyPort })
    await createDnsServer({
      address: checkWorld.dnsAddress,
      port: dnsPort,
      source(question) {
        dnsQuestions += 1
        return answer(question, tlsa)
      },
    })
  }
  const smtpConnections = () => mxHosts.reduce((sum, mx) => sum + mx.connections(), 0)
  return { caPem: ca.caPem, counts: () => ({ dnsQuestions, smtpConnections: smtpConnections() }) }
}

function policySites(ca: CertificateAuthority): Omit<PolicyHostOptions, 'address' | 'port'> {
  return {
    ca,
    certificateNames(serverName) {
      const from = Math.floor((readName(serverName)?.index ?? 0) / DOMAINS_PER_CERTIFICATE)
      return Array.from(
        { length: DOMAINS_PER_CERTIFICATE },
        (_, offset) => `mta-sts.${checkDomainName('c', from * DOMAINS_PER_CERTIFICATE + offset)}`,
      )
    },
    siteFor(domain) {
      const index = readName(domain)?.index
      if (index === undefined) return undefined
      const mxLine = `mx: h${String(index).padStart(6, '0')}.mx.${checkWorld.apex}`
      return { text: `version: STSv1\r\nmode: enforce\r\n${mxLine}\r\nmax_age: 1209600\r\n` }
    },
  }
}

if (import.meta.main) {
  const { caPem, counts } = await openWorld(
    process.argv[2] === 'well-known' ? [checkWorld, checkWorld.wellKnown] : [checkWorld],
  )
  process.send?.({ caPem })
  process.on('message', () => process.send?.(counts()))
  process.once('disconnect', () => process.exit(0))
}
