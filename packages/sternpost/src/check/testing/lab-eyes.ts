import type { Lab } from '@sternpost/lab'
import { createDnsClient } from '@sternpost/network'
import type { CheckEyes } from '../check-eyes.ts'
import { createCheckEyes } from '../create-check-eyes.ts'

/** The eyes of a check that sees a lab and nothing else. */
export function createLabEyes(lab: Lab, more: Partial<CheckEyes> = {}): CheckEyes {
  const { dns: dnsPort, https, http: httpPort, smtp: smtpPort } = lab.ports
  const dns = createDnsClient({
    servers: [`${lab.dns.address}:${lab.dns.port}`],
    timeoutsMs: [1_000],
    tries: 1,
  })
  const allowAddresses = ['127.0.0.0/8']
  const eyes = createCheckEyes({
    dns,
    heloName: 'check.sternpost.test',
    policyHosts: { ca: [lab.ca.caPem], port: https, allowAddresses },
    smtpPort,
    allowAddresses,
    controlHosts: [],
    reuseSeconds: 60,
    lab: { dnsPort, httpPort, probe: { pauseMs: 0, connectTimeoutMs: 2_000, stepTimeoutMs: 3_000 } },
    now: Date.now,
    random: Math.random,
  })
  return {
    ...eyes,
    // The lab's resolver vouches for what the zone says; the names real resolvers are proved by are not in it.
    resolvers: async () => ({ names: ['192.0.2.53:53'], validates: true }),
    reachesPort25: async () => true,
    ...more,
  }
}
