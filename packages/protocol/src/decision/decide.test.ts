import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import daneVectors from '../../../../vectors/decision/dane.json' with { type: 'json' }
import mtaStsVectors from '../../../../vectors/decision/mta-sts.json' with { type: 'json' }
import overrideVectors from '../../../../vectors/decision/overrides.json' with { type: 'json' }
import { parseTlsaRecord } from '../dane/tlsa-presentation.ts'
import type { MtaStsMode, MtaStsPolicyDocument } from '../mta-sts/policy.ts'
import { formatMtaStsPolicy } from '../mta-sts/policy.ts'
import type { DomainName } from '../names/domain-name.ts'
import { parseMxHostPattern } from '../names/mx-host-pattern.ts'
import { formatPostfixTlsPolicy, postfixTlsPolicyFor } from '../postfix/tls-policy.ts'
import { decideDaneProtection } from './dane-protection.ts'
import {
  type DaneState,
  type Decision,
  type DomainOverride,
  decide,
  type MtaStsState,
  minimumLevels,
} from './decide.ts'
import type { AddressesObservation, NextHopObservation, TlsaObservation } from './observation.ts'

const POLICY_DOMAIN = 'example.com' as DomainName

interface ShortPolicy {
  readonly mode: string
  readonly mx: readonly string[]
}
interface ShortHost {
  readonly mxHost: string
  readonly addresses: string
  readonly tlsa: string | readonly string[]
  readonly tlsaBaseDomain?: string
}
interface ShortObservation {
  readonly route: string
  readonly mxDnssec?: string
  readonly hosts?: readonly ShortHost[]
}
interface ShortInput {
  readonly dane: string | ShortObservation
  readonly mtaSts: string | ShortPolicy
  readonly whileFetching?: string
  readonly afterFailure?: string
  readonly override?: { readonly action: string; readonly policy?: ShortPolicy; readonly level?: string }
}

function decideShort(input: ShortInput): { dane: DaneState; decision: Decision } {
  const dane: DaneState =
    typeof input.dane === 'string'
      ? { kind: 'off', reason: 'not asked' }
      : decideDaneProtection(observation(input.dane))
  const decision = decide({
    policyDomain: POLICY_DOMAIN,
    dane,
    mtaSts: mtaStsState(input.mtaSts),
    override: override(input.override),
    whileFetching: input.whileFetching === 'deliver' ? 'deliver' : 'defer',
    afterFailure: input.afterFailure === 'defer' ? 'defer' : 'deliver',
  })
  return { dane, decision }
}

function observation(short: ShortObservation): NextHopObservation {
  const base = { nextHopDomain: POLICY_DOMAIN, port: 25 }
  switch (short.route) {
    case 'null-mx':
    case 'no-name':
      return { ...base, route: short.route }
    case 'failure':
      return { ...base, route: 'failure', reason: 'SERVFAIL' }
    case 'mx':
    case 'implicit-mx':
    case 'no-mx-lookup':
      return {
        ...base,
        route: short.route,
        mxDnssec: short.mxDnssec === 'secure' ? 'secure' : 'insecure',
        hosts: (short.hosts ?? []).map((host, index) => ({
          mxHost: host.mxHost as DomainName,
          preference: 10 * index,
          addresses: addresses(host),
          tlsa: tlsa(host),
        })),
      }
    default:
      throw new Error(`no route: ${short.route}`)
  }
}

function addresses({ mxHost, addresses: short }: ShortHost): AddressesObservation {
  if (short === 'none') return { kind: 'none' }
  if (short === 'failure') return { kind: 'failure', reason: 'SERVFAIL' }
  if (short !== 'secure' && short !== 'insecure') throw new Error(`no addresses: ${short}`)
  return { kind: 'found', dnssec: short, canonicalName: mxHost as DomainName }
}

function tlsa({ mxHost, tlsa: short, tlsaBaseDomain }: ShortHost): TlsaObservation {
  if (short === 'none' || short === 'not-asked') return { kind: short }
  if (short === 'failure') return { kind: 'failure', reason: 'SERVFAIL' }
  if (typeof short === 'string') throw new Error(`no TLSA state: ${short}`)
  return {
    kind: 'secure',
    tlsaBaseDomain: (tlsaBaseDomain ?? mxHost) as DomainName,
    records: short.map(text => {
      const words = text.split(' ')
      const digest = 'ab'.repeat(words[2] === '2' ? 64 : 32)
      const record = parseTlsaRecord(words.length === 3 ? `${text} ${digest}` : text)
      if (!record.ok) throw new Error(record.issues[0].message)
      return record.value
    }),
  }
}

function document({ mode, mx }: ShortPolicy): MtaStsPolicyDocument {
  const mxHostPatterns = mx.map(text => {
    const pattern = parseMxHostPattern(text)
    if (!pattern.ok) throw new Error(pattern.issues[0].message)
    return pattern.value
  })
  const value = { mode: mode as MtaStsMode, maxAgeSeconds: 86_400, mxHostPatterns }
  return { text: formatMtaStsPolicy(value), value, fetchedAt: 0 }
}

function mtaStsState(short: string | ShortPolicy): MtaStsState {
  if (typeof short !== 'string') {
    return { kind: 'applicable', policyDomain: POLICY_DOMAIN, policyId: 'p1', document: document(short) }
  }
  if (short === 'none' || short === 'pending' || short === 'unavailable' || short === 'unknown')
    return { kind: short, reason: `state ${short}` }
  throw new Error(`no MTA-STS state: ${short}`)
}

function override(short: ShortInput['override']): DomainOverride | undefined {
  const reason = 'asked by the postmaster'
  switch (short?.action) {
    case undefined:
      return undefined
    case 'skip':
    case 'enforce-testing':
      return { action: short.action, reason }
    case 'pin':
      return { action: 'pin', reason, document: document(short.policy ?? { mode: 'none', mx: [] }) }
    case 'minimum-level': {
      const level = minimumLevels.find(known => known === short.level)
      if (level === undefined) throw new Error(`no level: ${short.level}`)
      return { action: 'minimum-level', reason, level }
    }
    default:
      throw new Error(`no override: ${short?.action}`)
  }
}

function replyOf(decision: Decision): string {
  if (decision.action === 'defer') return 'TEMP'
  const policy = postfixTlsPolicyFor(decision)
  return policy === undefined ? 'NOTFOUND' : `OK ${formatPostfixTlsPolicy(policy, 'plain')}`
}

const vectors: readonly { id: string; input: ShortInput; expect: unknown }[] = [
  ...daneVectors,
  ...mtaStsVectors,
  ...overrideVectors,
]

describe('decisions: vectors', () => {
  it.each(vectors)('$id', ({ input, expect: expected }) => {
    const { dane, decision } = decideShort(input)
    const { action, rule } = decision
    expect({
      ok: true,
      value: { dane: dane.kind, action, rule, reply: replyOf(decision) },
      warnings: [],
    }).toEqual(expected)
    expect(decision.reason).not.toBe('')
  })
})

const anyHost: fc.Arbitrary<Omit<ShortHost, 'mxHost'>> = fc.record({
  addresses: fc.constantFrom('secure', 'insecure', 'none', 'failure'),
  tlsa: fc.oneof(
    fc.constantFrom('none', 'not-asked', 'failure'),
    fc.subarray(['3 1 1', '2 0 2', '0 0 1', '3 1 1 ab', '200 1 1', '3 0 0 3000'], { minLength: 1 }),
  ),
})
const anyObservation: fc.Arbitrary<ShortObservation> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom('null-mx', 'no-name', 'failure').map(route => ({ route })) },
  {
    weight: 9,
    arbitrary: fc.record({
      route: fc.constantFrom('mx', 'implicit-mx', 'no-mx-lookup'),
      mxDnssec: fc.constantFrom('secure', 'insecure'),
      hosts: fc
        .array(anyHost, { maxLength: 4 })
        .map(hosts => hosts.map((host, index) => ({ ...host, mxHost: `mx${index}.example.com` }))),
    }),
  },
)
const anyPolicy: fc.Arbitrary<ShortPolicy> = fc.record({
  mode: fc.constantFrom('enforce', 'testing', 'none'),
  mx: fc.subarray(['mx0.example.com', '*.example.net'], { minLength: 1 }),
})
const anyInput: fc.Arbitrary<ShortInput> = fc.record({
  dane: fc.oneof(anyObservation, fc.constant('off')),
  mtaSts: fc.oneof(fc.constantFrom('none', 'pending', 'unavailable', 'unknown'), anyPolicy),
  whileFetching: fc.constantFrom('defer', 'deliver'),
  afterFailure: fc.constantFrom('defer', 'deliver'),
})

/** From no promise at all to the strictest; `defer` sends nothing. */
const strength = {
  'no-promise': 0,
  'prefer-dane': 1,
  'require-level': 2,
  'require-mta-sts': 3,
  'require-dane': 4,
  // Waiting protects as DANE does: at neither is a mail handed to a host that did not prove itself.
  defer: 4,
} as const

describe('decisions: properties', () => {
  it('DANE that covers every path is never replaced, whatever MTA-STS says', () => {
    fc.assert(
      fc.property(anyInput, input => {
        const { dane, decision } = decideShort(input)
        if (dane.kind === 'complete') expect(decision.action).toBe('require-dane')
        else expect(decision.action).not.toBe('require-dane')
      }),
    )
  })

  it('DANE that cannot be told delays the mail, whatever MTA-STS says', () => {
    fc.assert(
      fc.property(anyInput, input => {
        const { dane, decision } = decideShort(input)
        if (dane.kind === 'unknown') expect(decision.action).toBe('defer')
      }),
    )
  })

  it('an enforce policy in force is never dropped', () => {
    fc.assert(
      fc.property(anyInput, input => {
        if (typeof input.mtaSts === 'string' || input.mtaSts.mode !== 'enforce') return
        expect(strength[decideShort(input).decision.action]).toBeGreaterThanOrEqual(
          strength['require-mta-sts'],
        )
      }),
    )
  })

  it('failing lookups never weaken an answer', () => {
    const failing = (short: ShortObservation, place: number): ShortObservation => ({
      ...short,
      hosts: (short.hosts ?? []).map((host, index, { length }) =>
        index === place % length ? { ...host, tlsa: 'failure' } : host,
      ),
    })
    fc.assert(
      fc.property(anyInput, anyObservation, fc.nat(), (input, observed, place) => {
        const before = decideShort({ ...input, dane: observed }).decision
        const after = decideShort({ ...input, dane: failing(observed, place) }).decision
        expect(strength[after.action]).toBeGreaterThanOrEqual(strength[before.action])
      }),
    )
  })

  it('an unsigned MX answer alone never makes mail wait', () => {
    fc.assert(
      fc.property(anyObservation, short => {
        if (short.mxDnssec !== 'insecure') return
        expect(decideShort({ dane: short, mtaSts: 'none' }).decision.action).not.toBe('defer')
      }),
    )
  })

  it('a minimum level never weakens a decision of the standards, except prefer-dane, which is no minimum', () => {
    fc.assert(
      fc.property(anyInput, fc.constantFrom(...minimumLevels), (input, level) => {
        const before = decideShort(input).decision
        const after = decideShort({ ...input, override: { action: 'minimum-level', level } }).decision
        if (after.action === 'require-level') expect(after.level).toBe(level)
        else expect(after).toEqual(before)
        expect(after.action).not.toBe('no-promise')
        expect(after.action).not.toBe('prefer-dane')
      }),
    )
  })
})
