import type { DnsLookup } from '@sternpost/network'
import { normalizeIpAddress } from '@sternpost/protocol'
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
 * Shape: every address must be ours, as an authority takes any of them. Where the configuration says nothing of the
 * policy host, having an address is enough.
 * Errors: `CertificateFault` with `host-not-found`, `host-elsewhere` or `host-lookup-failed`.
 */
export async function checkHost(
  dns: Pick<DnsLookup, 'lookup'>,
  host: string,
  reach: PolicyHostReach,
): Promise<void> {
  const found = await addressesOf(dns, host)
  if (reach.names.some(name => found.path.includes(name)) && found.addresses.length > 0) return
  if (found.addresses.length === 0)
    throw new CertificateFault('certificate/host-not-found', `${host} has no address in DNS yet`)
  const behindNames = await Promise.all(reach.names.map(name => addressesOf(dns, name)))
  const ours = [...reach.addresses, ...behindNames.flatMap(({ addresses }) => addresses)].map(inOneForm)
  if (ours.length === 0) return
  const strange = found.addresses.filter(address => !ours.includes(inOneForm(address)))
  if (strange.length === 0) return
  throw new CertificateFault(
    'certificate/host-elsewhere',
    `${host} leads to ${strange.slice(0, 5).join(', ')}, and the policy host is at ${ours.slice(0, 5).join(', ')}`,
  )
}

async function addressesOf(
  dns: Pick<DnsLookup, 'lookup'>,
  name: string,
): Promise<{ readonly addresses: readonly string[]; readonly path: readonly string[] }> {
  const answers = await Promise.all([
    dns.lookup(name, 'A', { fresh: true }),
    dns.lookup(name, 'AAAA', { fresh: true }),
  ])
  const addresses: string[] = []
  const path: string[] = []
  for (const answer of answers) {
    if (answer.kind === 'failure')
      throw new CertificateFault(
        'certificate/host-lookup-failed',
        `${name} cannot be looked up: ${answer.message}`,
      )
    path.push(...answer.aliases, answer.canonicalName)
    if (answer.kind === 'records') addresses.push(...answer.records)
  }
  return { addresses, path }
}

function inOneForm(address: string): string {
  return normalizeIpAddress(address) ?? address
}
