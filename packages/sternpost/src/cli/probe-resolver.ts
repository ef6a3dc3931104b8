import type { DnsConfig } from '../config/index.ts'

/**
 * Tells whether the resolver of the system validates DNSSEC and may be believed; undefined where none answers.
 *
 * Postfix asks the system's resolvers, whatever `dns.resolvers` says, so those of resolv.conf are meant.
 */
export async function systemResolverValidates(config: DnsConfig): Promise<boolean | undefined> {
  const { createDnsClient, summarizeValidation } = await import('@sternpost/network')
  const dns = createDnsClient({
    resolvConfPath: config.resolvConf,
    trustAd: config.trustAd,
    timeoutsMs: [config.timeoutSeconds * 1000],
    signedName: config.signedName,
    bogusNames: [config.bogusName],
  })
  try {
    const { dane } = summarizeValidation(await dns.proveValidation())
    return dane === 'unknown' ? undefined : dane === 'on'
  } finally {
    dns.close()
  }
}
