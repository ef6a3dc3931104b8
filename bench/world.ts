/**
 * The Internet all servers of the benchmark see: a resolver and a policy host of the lab, in a process of its own.
 *
 * Shape: forked with a `WorldOptions` in JSON as argument; sends `{ caPem }` once it listens.
 * Answers are worked out from the name, so that it does not matter how many domains there are.
 */
import {
  createDnsServer,
  createPolicyHost,
  type DnsQuestionSeen,
  type DnsReply,
  type LeafCertificate,
  labCertificateAuthority,
  type ResourceRecord,
} from '@sternpost/lab'
import { APEX, domainName, POLICY_ID, policyText, readDomainName } from './domains.ts'

export interface WorldOptions {
  readonly dnsPort: number
  readonly policyPort: number
  /** Domains `sts` from 0 up to this can be fetched; their certificates are made before anything is measured. */
  readonly fetchableDomains: number
}

export const DNS_ADDRESS = '127.77.0.53'
const POLICY_ADDRESS = '127.77.0.43'
const MX_ADDRESS = '127.77.0.25'
/** A name whose signatures are broken, for those who put a resolver to the proof. */
export const BOGUS_NAME = `bogus.${APEX}`

const TTL_SECONDS = 3600
/** Domains in one certificate: signing one takes milliseconds, a long one costs those who check it. */
const DOMAINS_PER_CERTIFICATE = 20

/** What a validating resolver says of the benchmark's names. */
export function answer({ name, type }: DnsQuestionSeen): DnsReply {
  if (name === BOGUS_NAME) return { kind: 'error', rcode: 'SERVFAIL', extendedError: 6 }
  const read = readDomainName(name)
  if (read === undefined) return reply('secure', name === '.' || name === APEX ? 'NOERROR' : 'NXDOMAIN', [])
  const { prefix, kind, index } = read
  const dnssec = kind === 'dane' ? 'secure' : 'insecure'
  const domain = domainName(kind, index)
  const found = (data: string | readonly string[]) =>
    reply(dnssec, 'NOERROR', [{ name, type, ttlSeconds: TTL_SECONDS, data } as ResourceRecord])
  const nothing = reply(dnssec, 'NOERROR', [])
  switch (prefix) {
    case '':
      return type === 'MX' ? found(`10 mx.${domain}`) : nothing
    case 'mx':
      return type === 'A' ? found(MX_ADDRESS) : nothing
    case '_25._tcp.mx':
      if (kind !== 'dane') break
      return type === 'TLSA' ? found(`3 1 1 ${index.toString(16).padStart(64, 'a')}`) : nothing
    case '_mta-sts':
      if (kind !== 'sts') break
      return type === 'TXT' ? found([`v=STSv1; id=${POLICY_ID};`]) : nothing
    case 'mta-sts':
      if (kind !== 'sts') break
      return type === 'A' ? found(POLICY_ADDRESS) : nothing
  }
  return reply(dnssec, 'NXDOMAIN', [])
}

function reply(
  dnssec: 'secure' | 'insecure',
  rcode: 'NOERROR' | 'NXDOMAIN',
  records: readonly ResourceRecord[],
): DnsReply {
  if (records.length > 0) return { kind: 'answer', rcode, dnssec, records }
  return { kind: 'answer', rcode, dnssec, records, authority: [startOfAuthority] }
}

/** Says that the absence of a record may be remembered as long as a record. */
const startOfAuthority: ResourceRecord = {
  name: APEX,
  type: 'SOA',
  ttlSeconds: TTL_SECONDS,
  data: `ns.${APEX} hostmaster.${APEX} 1 3600 600 86400 ${TTL_SECONDS}`,
}

async function openWorld(options: WorldOptions): Promise<{ readonly caPem: string }> {
  const ca = await labCertificateAuthority()
  const certificates: LeafCertificate[] = []
  for (let from = 0; from < options.fetchableDomains; from += DOMAINS_PER_CERTIFICATE) {
    const names = Array.from(
      { length: DOMAINS_PER_CERTIFICATE },
      (_, offset) => `mta-sts.${domainName('sts', from + offset)}`,
    )
    certificates.push(await ca.issue({ names }))
  }
  await createPolicyHost({
    address: POLICY_ADDRESS,
    port: options.policyPort,
    ca,
    siteFor: domain => {
      const index = readDomainName(domain)?.index ?? Number.NaN
      const certificate = certificates[Math.floor(index / DOMAINS_PER_CERTIFICATE)]
      return certificate === undefined ? undefined : { text: policyText(domain), certificate }
    },
  })
  await createDnsServer({ address: DNS_ADDRESS, port: options.dnsPort, source: answer })
  return { caPem: ca.caPem }
}

if (import.meta.main) {
  const opened = await openWorld(JSON.parse(process.argv[2] ?? '') as WorldOptions)
  process.send?.(opened)
  process.once('disconnect', () => process.exit(0))
}
