import { isIP, SocketAddress } from 'node:net'
import type { DnsLookup } from '@sternpost/network'
import { CertificateFault } from './certificate-issues.ts'

/** Where our policy host can be reached, as far as the configuration says; empty lists for "it does not". */
export interface PolicyHostReach {
  readonly addresses: readonly string[]
  /** Names that lead here, such as one that `mta-sts.<domain>` is a CNAME to. */
  readonly names: readonly string[]
}

/**
 * Makes sure that a host leads here, as an authority would look elsewhere in vain and count it against us.
 *
 * Shape: every address must be ours, as an authority takes any of them. Where the configuration names neither addresses
 * nor names, having an address is enough.
 * Errors: `CertificateFault` with `host-not-found`, `host-elsewhere` or `host-lookup-failed`.
 */
export async function checkHost(
  dns: Pick<DnsLookup, 'lookup'>,
  host: string,
  reach: PolicyHostReach,
): Promise<void> {
  const answers = await Promise.all([
    dns.lookup(host, 'A', { fresh: true }),
    dns.lookup(host, 'AAAA', { fresh: true }),
  ])
  const addresses: string[] = []
  for (const answer of answers) {
    if (answer.kind === 'failure')
      throw new CertificateFault(
        'certificate/host-lookup-failed',
        `${host} cannot be looked up: ${answer.message}`,
      )
    if (reach.names.some(name => answer.aliases.includes(name) || answer.canonicalName === name)) return
    if (answer.kind === 'records') addresses.push(...answer.records)
  }
  if (addresses.length === 0)
    throw new CertificateFault('certificate/host-not-found', `${host} has no address in DNS yet`)
  if (reach.addresses.length === 0 && reach.names.length === 0) return
  const ours = new Set(reach.addresses.map(inOneForm))
  const strange = addresses.filter(address => !ours.has(inOneForm(address)))
  if (strange.length === 0) return
  const wanted = [...reach.names, ...reach.addresses].join(', ')
  throw new CertificateFault(
    'certificate/host-elsewhere',
    `${host} leads to ${strange.slice(0, 5).join(', ')}, and the policy host is at ${wanted}`,
  )
}

function inOneForm(address: string): string {
  return isIP(address) === 6 ? new SocketAddress({ address, family: 'ipv6' }).address : address
}
