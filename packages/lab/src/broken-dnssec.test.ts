import { createDnsClient } from '@sternpost/network'
import { afterEach, expect, test } from 'vitest'
import { createDnsServer } from './dns-server.ts'
import { zone } from './zone.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

test('bogus is told by checkingDisabled: SERVFAIL turns into an answer that is never secure', async () => {
  const names = zone({
    'broken.test': { dnssec: 'bogus', MX: '10 mx.broken.test' },
    'dead.test': { fault: 'servfail', MX: '10 mx.dead.test' },
    'good.test': { dnssec: 'secure', CAA: ['0 issue "ca.test; validationmethods=dns-01"', '128 iodef "x"'] },
  })
  const server = await createDnsServer({ address: '127.0.0.1', port: 0, source: names })
  cleanups.push(() => server.close())
  const dns = createDnsClient({ servers: [`127.0.0.1:${server.port}`] })
  cleanups.push(() => dns.close())

  expect(await dns.lookup('broken.test', 'MX')).toMatchObject({ kind: 'failure', code: 'dns/bogus' })
  expect(await dns.lookup('broken.test', 'MX', { checkingDisabled: true })).toMatchObject({
    kind: 'records',
    dnssec: 'insecure',
  })
  // Neither answer takes the other's place in what is kept.
  expect(await dns.lookup('broken.test', 'MX')).toMatchObject({ kind: 'failure' })
  expect(await dns.lookup('dead.test', 'MX', { checkingDisabled: true })).toMatchObject({
    kind: 'failure',
    code: 'dns/servfail',
  })
  expect(await dns.lookup('good.test', 'MX', { checkingDisabled: true })).toMatchObject({
    dnssec: 'insecure',
  })
  expect(await dns.lookup('good.test', 'CAA')).toMatchObject({
    dnssec: 'secure',
    records: [
      { critical: false, tag: 'issue', value: 'ca.test; validationmethods=dns-01' },
      { critical: true, tag: 'iodef', value: 'x' },
    ],
  })
})
