import { Resolver } from 'node:dns/promises'
import { request } from 'node:https'
import nodemailer from 'nodemailer'
import { afterEach, expect, test } from 'vitest'
import { createLab, type Lab } from './lab.ts'
import type { LabSpec } from './lab-spec.ts'
import { labZoneRecords } from './lab-zone-records.ts'

const SPEC = {
  domains: {
    'good.test': {
      dnssec: 'secure',
      mx: {
        'mx2.good.test': { preference: 20, fault: 'starttls-454' },
        'mx.good.test': { preference: 10, tlsa: ['3 1 1', '2 0 1 mismatch', { presentation: '3 1 1 00' }] },
      },
      policy: { mode: 'enforce', mx: ['*.good.test'], id: 'one' },
      tlsRpt: 'mailto:reports@good.test',
    },
    'shares.test': { mx: { 'mx.good.test': {} } },
    'plain.example': { policy: { certificate: 'expired', host: 'own' } },
    'nomail.test': { mx: 'null-mx' },
    'implicit.test': { implicitMx: true },
    'alias.test': { mx: { 'mx.alias.test': { aliasOf: 'real.alias.test' } } },
  },
  zone: { 'good.test': { TXT: 'v=spf1 "quoted" \\ -all' } },
} as const satisfies LabSpec

let lab: Lab | undefined
afterEach(async () => {
  await lab?.close()
  lab = undefined
})

function resolverOf({ dns }: Lab): Resolver {
  const resolver = new Resolver({ timeout: 200, tries: 1 })
  resolver.setServers([`${dns.address}:${dns.port}`])
  return resolver
}

function fetchPolicy({ ca, ports }: Lab, address: string, domain: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      host: address,
      port: ports.https,
      path: '/.well-known/mta-sts.txt',
      servername: `mta-sts.${domain}`,
      headers: { host: `mta-sts.${domain}` },
      ca: ca.caPem,
      agent: false,
    }
    request(options, response => {
      let text = ''
      response.on('data', chunk => {
        text += chunk
      })
      response.on('end', () => resolve(text))
    })
      .on('error', reject)
      .end()
  })
}

async function deliver({ ca, ports }: Lab, address: string, servername: string): Promise<void> {
  const transport = nodemailer.createTransport({
    host: address,
    port: ports.smtp,
    requireTLS: true,
    tls: { servername, ca: ca.caPem },
  })
  await transport.sendMail({ from: 'alice@sender.test', to: 'bob@good.test', text: 'hello' })
}

test('what the spec says can be found by DNS alone and works', async () => {
  lab = await createLab(SPEC)
  const resolver = resolverOf(lab)
  expect(await resolver.resolveMx('good.test')).toMatchObject([
    { priority: 10, exchange: 'mx.good.test' },
    { priority: 20, exchange: 'mx2.good.test' },
  ])
  expect(await resolver.resolveTxt('_mta-sts.good.test')).toEqual([['v=STSv1; id=one;']])
  expect(await resolver.resolveTxt('_smtp._tls.good.test')).toEqual([
    ['v=TLSRPTv1; rua=mailto:reports@good.test'],
  ])
  expect(await resolver.resolveTlsa('_25._tcp.mx.good.test')).toHaveLength(3)

  const [policyAddress] = await resolver.resolve4('mta-sts.good.test')
  expect(await fetchPolicy(lab, policyAddress!, 'good.test')).toContain('mx: *.good.test\r\n')
  const [mxAddress] = await resolver.resolve4('mx.good.test')
  await deliver(lab, mxAddress!, 'mx.good.test')
  expect(lab.domain('good.test').received()).toMatchObject([{ mxHost: 'mx.good.test' }])
  expect(lab.received()).toHaveLength(1)
})

test('every kind of route is there', async () => {
  lab = await createLab(SPEC)
  const resolver = resolverOf(lab)
  expect(lab.domain('shares.test').mxHosts[0]).toBe(lab.mxHost('mx.good.test'))
  expect(await resolver.resolveMx('nomail.test')).toMatchObject([{ priority: 0, exchange: '' }])
  await expect(resolver.resolveMx('implicit.test')).rejects.toMatchObject({ code: 'ENODATA' })
  expect(await resolver.resolve4('implicit.test')).toEqual([lab.mxHost('implicit.test').address])
  expect(await resolver.resolve4('mx.alias.test')).toEqual([lab.mxHost('mx.alias.test').address])
  const [own] = await resolver.resolve4('mta-sts.plain.example')
  expect(own).not.toBe(lab.domain('good.test').policyHost?.address)
  await expect(fetchPolicy(lab, own!, 'plain.example')).rejects.toMatchObject({ code: 'CERT_HAS_EXPIRED' })
})

test('every host has its own address', async () => {
  lab = await createLab(SPEC)
  const addresses = labZoneRecords(lab)
    .filter(({ type, name }) => type === 'A' && name !== 'mta-sts.good.test')
    .map(({ data }) => data)
  expect(new Set(addresses).size).toBe(addresses.length)
  for (const address of addresses) expect(address).toMatch(/^127\.77\./)
})

test('an attack begins and ends while the lab runs', async () => {
  lab = await createLab(SPEC)
  const { address } = lab.mxHost('mx.good.test')
  const [attacker] = await lab.attack('good.test', 'strip')
  await expect(deliver(lab, address, 'mx.good.test')).rejects.toThrow()
  expect(lab.received()).toEqual([])
  expect(attacker?.commandsAfterRefusal().filter(line => line !== 'QUIT')).toEqual([])
  const [same] = await lab.attack('good.test', 'off')
  expect(same).toBe(attacker)
  await deliver(lab, address, 'mx.good.test')
  expect(lab.received()).toMatchObject([{ tls: { serverName: 'mx.good.test' } }])
})

test('a rollover changes the policy and its id', async () => {
  lab = await createLab(SPEC)
  lab.rollPolicy('good.test', { mode: 'testing' }, 'two')
  expect(await resolverOf(lab).resolveTxt('_mta-sts.good.test')).toEqual([['v=STSv1; id=two;']])
  const { policyHost } = lab.domain('good.test')
  expect(await fetchPolicy(lab, policyHost!.address, 'good.test')).toBe(
    'version: STSv1\r\nmode: testing\r\nmx: mx.good.test\r\nmx: mx2.good.test\r\nmax_age: 86400\r\n',
  )
})

test('DNS and the policy host of one domain can be blocked and freed', async () => {
  lab = await createLab(SPEC)
  const resolver = resolverOf(lab)
  const domain = lab.domain('good.test')
  domain.setDnsFault('servfail')
  for (const name of ['good.test', '_mta-sts.good.test', 'mta-sts.good.test']) {
    await expect(resolver.resolveTxt(name)).rejects.toMatchObject({ code: 'ESERVFAIL' })
  }
  expect(await resolver.resolveMx('shares.test')).toHaveLength(1)
  domain.setDnsFault(undefined)
  expect(await resolver.resolveTxt('_mta-sts.good.test')).toHaveLength(1)

  domain.setPolicyFault({ kind: 'reset', at: 'tls' })
  await expect(fetchPolicy(lab, domain.policyHost!.address, 'good.test')).rejects.toThrow()
  domain.setPolicyFault(undefined)
  expect(await fetchPolicy(lab, domain.policyHost!.address, 'good.test')).toContain('STSv1')
})

test('all records come out as lines of a zone file with the status they should have', async () => {
  lab = await createLab(SPEC)
  const records = labZoneRecords(lab)
  const lines = records.map(({ line }) => line)
  expect(lines).toContain('good.test. 300 IN MX 10 mx.good.test.')
  expect(lines).toContain('nomail.test. 300 IN MX 0 .')
  expect(lines).toContain('mx.alias.test. 300 IN CNAME real.alias.test.')
  expect(lines).toContain('_mta-sts.good.test. 300 IN TXT "v=STSv1; id=one;"')
  expect(lines).toContain('good.test. 300 IN TXT "v=spf1 \\"quoted\\" \\\\ -all"')
  expect(lines).toContain('_25._tcp.mx.good.test. 300 IN TLSA 3 1 1 00')
  expect(records.find(({ name }) => name === '_25._tcp.mx.good.test')?.dnssec).toBe('secure')
  expect(records.find(({ name }) => name === 'plain.example')?.dnssec).toBe('insecure')
})

test('two labs run side by side, and a closed one leaves its ports', async () => {
  lab = await createLab({ domains: { 'one.test': {} } })
  const other = await createLab({ domains: { 'one.test': {} } })
  expect(other.dns.address).not.toBe(lab.dns.address)
  await other.close()
  await expect(deliver(other, other.mxHost('mx.one.test').address, 'mx.one.test')).rejects.toThrow()
  await deliver(lab, lab.mxHost('mx.one.test').address, 'mx.one.test')
})

test('a spec that contradicts itself is refused', async () => {
  const twice = { 'mx.one.test': { fault: 'reset' } } as const
  await expect(
    createLab({ domains: { 'one.test': { mx: twice }, 'two.test': { mx: twice } } }),
  ).rejects.toThrow(RangeError)
  await expect(createLab({ domains: { 'sternpost.org': {} } })).rejects.toThrow(RangeError)
  await expect(
    createLab({ domains: { 'one.test': { mx: { 'mx.one.test': {} }, implicitMx: true } } }),
  ).rejects.toThrow(RangeError)
})
