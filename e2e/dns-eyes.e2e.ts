import {
  type AuthoritativeLookup,
  createAuthoritativeLookup,
  createDnsClient,
  type DnsClient,
} from '@sternpost/network'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NAME_SERVER_ADDRESS, RESOLVER_ADDRESS } from './ground/addresses.ts'
import { rootsOfGround } from './ground/namespace.ts'
import { type Names, startNames } from './harness/names.ts'
import type { Zone, ZoneRecord } from './harness/zone.ts'

const zones: Zone[] = (['secure', 'insecure', 'bogus', 'lame'] as const).map(security => ({
  origin: `${security}.test`,
  security,
}))
const recordsOf = (origin: string): ZoneRecord[] => [
  { name: origin, type: 'MX', data: `10 mx.${origin}.` },
  { name: `_mta-sts.${origin}`, type: 'TXT', data: '"v=STSv1; id=1;"' },
  { name: `alias.${origin}`, type: 'CNAME', data: 'hoster.insecure.test.' },
  { name: origin, type: 'CAA', data: '0 issue "ca.test"' },
]

let names: Names
let dns: DnsClient
let authoritative: AuthoritativeLookup
beforeAll(async () => {
  names = await startNames(
    rootsOfGround().trixie,
    zones,
    zones.flatMap(({ origin }) => recordsOf(origin)),
  )
  dns = createDnsClient({ servers: [RESOLVER_ADDRESS] })
  authoritative = createAuthoritativeLookup({ dns, allowAddresses: ['127.0.0.0/8'] })
})
afterAll(async () => {
  dns.close()
  await names.stop()
})

describe('the eyes of a check, at a real resolver and a real name server', () => {
  it('tell broken DNSSEC from a server that fails: the first answers with CD', async () => {
    expect(await dns.lookup('bogus.test', 'MX')).toMatchObject({ kind: 'failure', code: 'dns/bogus' })
    expect(await dns.lookup('bogus.test', 'MX', { checkingDisabled: true })).toMatchObject({
      kind: 'records',
      dnssec: 'insecure',
    })
    expect(await dns.lookup('lame.test', 'MX', { checkingDisabled: true })).toMatchObject({
      kind: 'failure',
    })
  })

  it('read CAA with its DNSSEC status', async () => {
    expect(await dns.lookup('secure.test', 'CAA')).toMatchObject({
      dnssec: 'secure',
      records: [{ critical: false, tag: 'issue', value: 'ca.test' }],
    })
  })

  it.each(['secure.test', 'insecure.test', 'bogus.test'])('ask the server of %s itself', async origin => {
    const { zone, servers } = await authoritative.lookup(`_mta-sts.${origin}`, 'TXT', { serial: true })
    expect(zone).toBe(origin)
    expect(servers).toMatchObject([
      {
        nameServer: 'ns.test',
        address: NAME_SERVER_ADDRESS,
        serial: expect.any(Number),
        outcome: { kind: 'records', records: ['v=STSv1; id=1;'] },
      },
    ])
  })

  it('tell an alias, denials and their serial, and a server that does not know the zone', async () => {
    const outcome = async (name: string) => (await authoritative.lookup(name, 'TXT')).servers[0]
    expect(await outcome('alias.secure.test')).toMatchObject({
      outcome: { kind: 'alias', target: 'hoster.insecure.test' },
    })
    expect(await outcome('nobody.secure.test')).toMatchObject({
      serial: expect.any(Number),
      outcome: { kind: 'no-name' },
    })
    expect(await outcome('secure.test')).toMatchObject({ outcome: { kind: 'no-data' } })
    const lame = await authoritative.lookup('lame.test', 'MX')
    expect(lame.servers.every(({ outcome: { kind } }) => kind === 'lame' || kind === 'failure')).toBe(true)
  })
})
