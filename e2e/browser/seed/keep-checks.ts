import type { Lab } from '@sternpost/lab'
import type { DnsClient } from '@sternpost/network'
import { parseDomainName } from '@sternpost/protocol'
import { createSteadyClock } from '../../../packages/sternpost/src/base/index.ts'
import { CheckArchive, checkDomain, createCheckEyes } from '../../../packages/sternpost/src/check/index.ts'
import type { Config } from '../../../packages/sternpost/src/config/index.ts'
import { Store } from '../../../packages/sternpost/src/store/index.ts'

/** Checks that were made before the tests begin, the earlier first. */
export const keptChecks = {
  domain: 'expired.example',
  earlier: 'earlier-check-01',
  later: 'later-check-0001',
} as const

/** Checks a domain of the lab twice, between which its policy changes, and keeps both results. */
export async function keepChecks(lab: Lab, config: Config, dns: DnsClient): Promise<void> {
  const clock = createSteadyClock()
  const store = new Store({ dataDir: config.dataDirectory, clock, onNotice: () => {} })
  await store.open()
  const archive = new CheckArchive(store, clock)
  const domain = parseDomainName(keptChecks.domain)
  if (!domain.ok) throw new Error(`${keptChecks.domain} is no name`)
  for (const checkId of [keptChecks.earlier, keptChecks.later]) {
    const eyes = createCheckEyes({
      dns,
      policyHosts: { ca: [lab.ca.caPem], port: lab.ports.https, allowAddresses: ['127.0.0.0/8'] },
      heloName: 'probe.example',
      smtpPort: lab.ports.smtp,
      allowAddresses: ['127.0.0.0/8'],
      controlHosts: [],
      reuseSeconds: 0,
      now: clock.now,
      random: Math.random,
    })
    const requestedAt = clock.now()
    await archive.add({
      checkId,
      domain: domain.value,
      input: keptChecks.domain,
      requestedAt,
      requestedBy: 'loopback',
    })
    const result = await checkDomain(domain.value, eyes)
    if (!(await archive.finish(checkId, result, 100))) throw new Error('the check could not be kept')
    lab.rollPolicy(
      keptChecks.domain,
      'version: STSv1\r\nmode: testing\r\nmx: mx.expired.example\r\nmax_age: 86400\r\n',
      '20261120',
    )
  }
  await store.close()
}
