import type { DnsConfig } from '../config/index.ts'

/**
 * Tells whether the resolver of the system validates DNSSEC and may be believed; undefined where none answers.
 *
 * Postfix asks the system's resolvers, whatever `dns.resolvers` says, so those of resolv.conf are meant.
 */
export async function systemResolverValidates(config: DnsConfig): Promise<boolean | undefined> {
  const { createDnsClient } = await import('@sternpost/network')
  const dns = createDnsClient({
    resolvConfPath: config.resolvConf,
    trustAd: config.trustAd,
    timeoutsMs: [config.timeoutSeconds * 1000],
    signedName: config.signedName,
    bogusNames: [config.bogusName],
  })
  try {
    const proofs = await dns.proveValidation()
    const telling = proofs.filter(({ state }) => state !== 'unreachable')
    return telling.length === 0 ? undefined : telling.some(({ state }) => state === 'validates')
  } finally {
    dns.close()
  }
}
