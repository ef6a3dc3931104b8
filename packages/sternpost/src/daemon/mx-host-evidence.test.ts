import { createLab, type Lab } from '@sternpost/lab'
import { createDnsClient, createSmtpProber, type DnsClient } from '@sternpost/network'
import type { DomainName } from '@sternpost/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mxHostEvidence } from './mx-host-evidence.ts'

let lab: Lab
let dns: DnsClient
beforeAll(async () => {
  lab = await createLab({
    domains: {
      'example.test': {
        mx: {
          'good.example.test': {},
          'expired.example.test': { certificate: 'expired' },
          'named.example.test': { certificate: 'wrong-name' },
          'clear.example.test': { fault: 'no-starttls' },
          'half.example.test': { addresses: [{}, { certificate: 'self-signed' }] },
          'dead.example.test': { addresses: [{ dead: true }] },
        },
      },
    },
  })
  dns = createDnsClient({ servers: [`${lab.dns.address}:${lab.dns.port}`], timeoutsMs: [1_000] })
})
afterAll(async () => {
  dns.close()
  await lab.close()
})

async function look(...names: string[]) {
  const prober = createSmtpProber({
    heloName: 'probe.example.test',
    port: lab.ports.smtp,
    ca: [lab.ca.caPem],
    allowAddresses: ['127.0.0.0/8'],
    pauseMs: 0,
    reuseSeconds: 0,
  })
  return mxHostEvidence(names as DomainName[], { dns, prober, now: Date.now })
}

test('a host is good where STARTTLS and its certificate are, and its certificate is counted', async () => {
  const { mxHosts, certificates } = await look('good.example.test')
  expect(mxHosts).toEqual([{ mxHost: 'good.example.test', verdict: 'good', why: undefined }])
  expect(certificates[0]?.expiresAt).toBeGreaterThan(Date.now())
})

test.each([
  ['expired.example.test', 'bad', 'expired'],
  ['named.example.test', 'bad', 'wrong-name'],
  ['clear.example.test', 'bad', 'STARTTLS is not offered'],
  // One machine behind the name is enough to lose mail.
  ['half.example.test', 'bad', 'self-signed'],
  ['nobody.example.test', 'bad', 'the name has no address'],
  // Many networks let nothing out on port 25: that says nothing of the host.
  ['dead.example.test', 'unknown', 'no connection'],
])('%s is %s', async (name, verdict, why) => {
  const { mxHosts } = await look(name)
  expect(mxHosts).toMatchObject([{ mxHost: name, verdict, why: expect.stringContaining(why) }])
})
