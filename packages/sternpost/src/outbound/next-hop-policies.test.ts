import type { LabSpec } from '@sternpost/lab'
import type { DomainName } from '@sternpost/protocol'
import { afterEach, describe, expect, test } from 'vitest'
import { Overrides } from './overrides.ts'
import { createOutboundWorld, type OutboundWorld, START } from './testing/outbound-world.ts'

let world: OutboundWorld | undefined

afterEach(async () => {
  await world?.close()
  world = undefined
})

const enforce = { policy: { mode: 'enforce' } } as const

/** One way DNS can look, and what must follow; the rows are those of RFC 7672 §2 and RFC 8461 §2. */
interface Row {
  readonly name: string
  readonly spec: LabSpec
  readonly key?: string
  readonly verdict: string
}

const rows: readonly Row[] = [
  {
    name: 'signed throughout, every host has usable TLSA: DANE alone, also beside an enforced policy',
    spec: {
      domains: {
        'd.test': {
          ...enforce,
          dnssec: 'secure',
          mx: { 'a.d.test': { tlsa: ['3 1 1'] }, 'b.d.test': { tlsa: ['2 1 1'] } },
        },
      },
    },
    verdict: 'require-dane dane-complete',
  },
  {
    name: 'one of two hosts lacks TLSA: the policy protects both',
    spec: {
      domains: {
        'd.test': { ...enforce, dnssec: 'secure', mx: { 'a.d.test': { tlsa: ['3 1 1'] }, 'b.d.test': {} } },
      },
    },
    verdict: 'require-mta-sts mta-sts-enforce',
  },
  {
    name: 'one of two hosts lacks TLSA and there is no policy: DANE where it can be had',
    spec: {
      domains: { 'd.test': { dnssec: 'secure', mx: { 'a.d.test': { tlsa: ['3 1 1'] }, 'b.d.test': {} } } },
    },
    verdict: 'prefer-dane dane-partial',
  },
  {
    name: 'unsigned MX that names a signed host with TLSA: the policy, as whoever forges MX could name another host',
    spec: {
      domains: { 'd.test': { ...enforce, mx: { 'mx.host.example': { tlsa: ['3 1 1'] } } } },
      zone: { 'host.example': { dnssec: 'secure' } },
    },
    verdict: 'require-mta-sts mta-sts-enforce',
  },
  {
    name: 'the same without a policy: DANE where it can be had',
    spec: {
      domains: { 'd.test': { mx: { 'mx.host.example': { tlsa: ['3 1 1'] } } } },
      zone: { 'host.example': { dnssec: 'secure' } },
    },
    verdict: 'prefer-dane dane-partial',
  },
  {
    name: 'an MX host that is an alias, TLSA at its real name: DANE',
    spec: {
      domains: {
        'd.test': {
          ...enforce,
          dnssec: 'secure',
          mx: { 'mx.d.test': { aliasOf: 'real.d.test', tlsa: ['3 1 1'] } },
        },
      },
      zone: { '_25._tcp.real.d.test': { TLSA: `3 1 1 ${'ab'.repeat(32)}` } },
    },
    verdict: 'require-dane dane-complete',
  },
  {
    name: 'the address of one host cannot be looked up: the others decide',
    spec: {
      domains: {
        'd.test': {
          dnssec: 'secure',
          mx: { 'a.d.test': { tlsa: ['3 1 1'] }, 'b.d.test': { tlsa: ['3 1 1'] } },
        },
      },
      zone: { 'b.d.test': { fault: 'servfail' } },
    },
    verdict: 'require-dane dane-complete',
  },
  {
    name: 'the TLSA of one host cannot be looked up: the others decide, and no policy stands in',
    spec: {
      domains: {
        'd.test': { ...enforce, dnssec: 'secure', mx: { 'a.d.test': { tlsa: ['3 1 1'] }, 'b.d.test': {} } },
      },
      zone: { '_25._tcp.b.d.test': { fault: 'servfail' } },
    },
    verdict: 'require-dane dane-complete',
  },
  {
    name: 'the TLSA of the only host is bogus: the mail waits, whatever the policy says',
    spec: {
      domains: { 'd.test': { ...enforce, dnssec: 'secure', mx: { 'a.d.test': { tlsa: ['3 1 1'] } } } },
      zone: { '_25._tcp.a.d.test': { states: { TLSA: 'bogus' } } },
    },
    verdict: 'defer dane-unknown',
  },
  {
    name: 'the MX lookup fails: the mail waits',
    spec: { domains: { 'd.test': enforce }, zone: { 'd.test': { states: { MX: 'servfail' } } } },
    verdict: 'defer dane-unknown',
  },
  {
    name: 'unsigned, no policy, one host cannot be looked up: nothing is promised and nothing waits',
    spec: {
      domains: { 'd.test': { mx: { 'a.d.test': {}, 'b.d.test': {} } } },
      zone: { 'b.d.test': { fault: 'servfail' } },
    },
    verdict: 'no-promise no-policy',
  },
  {
    name: 'only unusable TLSA: TLS is mandatory, the peer not authenticated',
    spec: {
      domains: {
        'd.test': {
          dnssec: 'secure',
          mx: { 'a.d.test': { tlsa: [{ presentation: `0 0 1 ${'ab'.repeat(32)}` }] } },
        },
      },
    },
    verdict: 'prefer-dane dane-partial',
  },
  {
    name: 'null MX: nothing to protect',
    spec: { domains: { 'd.test': { mx: 'null-mx' } } },
    verdict: 'no-promise no-policy',
  },
  {
    name: 'no such domain: nothing to protect',
    spec: { domains: { 'other.test': {} } },
    verdict: 'no-promise no-policy',
  },
  {
    name: 'signed denial of MX, TLSA at the domain itself: DANE',
    spec: {
      domains: { 'd.test': { dnssec: 'secure', implicitMx: true, mx: { 'd.test': { tlsa: ['3 1 1'] } } } },
    },
    verdict: 'require-dane dane-complete',
  },
  {
    name: 'unsigned addresses: TLSA is not asked for, so name servers that fail on it do no harm',
    spec: {
      domains: { 'd.test': { mx: { 'a.d.test': {} } } },
      zone: { '_25._tcp.a.d.test': { fault: 'servfail' } },
    },
    verdict: 'no-promise no-policy',
  },
  {
    name: 'another port has TLSA of its own',
    spec: { domains: { 'd.test': { dnssec: 'secure', mx: { 'a.d.test': { tlsa: ['3 1 1'] } } } } },
    key: 'd.test:587',
    verdict: 'no-promise no-policy',
  },
  {
    name: 'a smart host in brackets is asked for TLSA itself',
    spec: { domains: { 'd.test': { dnssec: 'secure', mx: { 'a.d.test': { tlsa: ['3 1 1'] } } } } },
    key: '[a.d.test]',
    verdict: 'require-dane dane-complete',
  },
]

describe('one decision for DANE and MTA-STS', () => {
  test.each(rows)('$name', async ({ spec, key, verdict }) => {
    world = await createOutboundWorld(spec)
    expect(await world.verdict(key ?? 'd.test')).toBe(verdict)
  })

  test('a resolver that does not validate leaves MTA-STS in force and asks nothing for DANE', async () => {
    world = await createOutboundWorld(
      { domains: { 'd.test': { ...enforce, dnssec: 'secure', mx: { 'a.d.test': { tlsa: ['3 1 1'] } } } } },
      { daneOff: 'the resolver does not validate' },
    )
    expect(await world.verdict('d.test')).toBe('require-mta-sts mta-sts-enforce')
    expect(world.lab.zone.queries('d.test', 'MX')).toBe(0)
  })

  test('a general minimum raises weaker answers and leaves stronger ones, and an override of the domain goes before it', async () => {
    world = await createOutboundWorld({
      domains: {
        'part.test': { dnssec: 'secure', mx: { 'a.part.test': { tlsa: ['3 1 1'] }, 'b.part.test': {} } },
        'full.test': { dnssec: 'secure', mx: { 'a.full.test': { tlsa: ['3 1 1'] } } },
        'enforced.test': enforce,
        'left-out.test': {},
      },
    })
    world.policies.settings = {
      ...world.policies.settings,
      minimumLevel: 'encrypt',
      overrides: new Overrides([
        {
          domain: 'left-out.test' as DomainName,
          override: { action: 'skip', reason: 'a test' },
          expiresAt: START + 1_000,
        },
      ]),
    }
    expect(await world.decide('part.test')).toMatchObject({
      decision: { action: 'require-level', level: 'encrypt' },
    })
    expect(await world.verdict('full.test')).toBe('require-dane dane-complete')
    expect(await world.verdict('enforced.test')).toBe('require-mta-sts mta-sts-enforce')
    expect(await world.decide('left-out.test')).toMatchObject({
      decision: { action: 'no-promise', rule: 'override-skip' },
      validUntil: START + 1_000,
    })
    await world.clock.advance(1_000)
    expect(await world.verdict('left-out.test')).toBe('require-level override-minimum-level')
  })

  test('a decision that a change overtook is given and not kept', async () => {
    world = await createOutboundWorld({
      domains: { 'd.test': enforce },
      zone: { 'd.test': { states: { MX: 'timeout' } } },
    })
    const overtaken = world.decide('d.test')
    await new Promise(resolve => setTimeout(resolve, 50))
    world.policies.forget('d.test' as DomainName)
    const { validUntil } = await overtaken
    expect(validUntil).toBe(world.clock.now())
  })

  test('DNS that does not answer within the budget has the mail wait, and the answer is there soon after', async () => {
    world = await createOutboundWorld(
      { domains: { 'd.test': {} }, zone: { 'd.test': { states: { MX: 'timeout' } } } },
      { answerBudgetMs: 20 },
    )
    const first = world.verdict('d.test')
    await new Promise(resolve => setTimeout(resolve, 50))
    await world.clock.advance(25)
    expect(await first).toBe('defer dane-unknown')
    world.lab.zone.clearState('d.test', 'MX')
    await new Promise(resolve => setTimeout(resolve, 600))
    await world.clock.advance(60_000)
    expect(await world.verdict('d.test')).toBe('no-promise no-policy')
  })
})
