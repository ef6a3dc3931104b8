import { createLab, type Lab, type LabDomainSpec } from '@sternpost/lab'
import type { DomainName } from '@sternpost/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CheckEyes } from '../check-eyes.ts'
import { type CheckResult, checkDomain } from '../index.ts'
import { createLabEyes } from '../testing/lab-eyes.ts'

const TIMEOUT_MS = 3_000
/** What a busy machine may need on top; far from what a host that never ends would take. */
const SLACK_MS = 3_000

const TWO_HUNDRED = Array.from({ length: 200 }, (_, index) => `10 mx${index}.many.test`)

const domains: Readonly<Record<string, LabDomainSpec>> = {
  'tarpit.test': { policy: {}, mx: { 'mx.tarpit.test': { fault: 'tarpit' } } },
  'dribble.test': { policy: {}, mx: { 'mx.dribble.test': { fault: 'dribble' } } },
  'silent.test': { policy: {}, mx: { 'mx.silent.test': { fault: 'hang-greeting' } } },
  'handshake-hangs.test': { policy: {}, mx: { 'mx.handshake-hangs.test': { fault: 'hang-in-starttls' } } },
  'garbage.test': { policy: {}, mx: { 'mx.garbage.test': { fault: 'garbage' } } },
  'huge-chain.test': { policy: {}, mx: { 'mx.huge-chain.test': { certificate: 'huge-chain' } } },
  'endless-policy.test': { policy: { fault: { kind: 'stream' } } },
  'dripping-policy.test': { policy: { fault: { kind: 'drip', chunkBytes: 1, intervalMs: 500 } } },
  'hanging-policy.test': { policy: { fault: { kind: 'hang', at: 'header' } } },
  'silent-dns.test': { policy: {} },
  'many.test': {},
}

let lab: Lab
let eyes: CheckEyes
const results = new Map<string, CheckResult>()

beforeAll(async () => {
  lab = await createLab({
    domains,
    zone: {
      'many.test': { MX: TWO_HUNDRED },
      '_mta-sts.silent-dns.test': { fault: 'timeout' },
      'mta-sts.silent-dns.test': { fault: 'timeout' },
      '_smtp._tls.silent-dns.test': { fault: 'timeout' },
    },
  })
  eyes = createLabEyes(lab)
  await Promise.all(
    Object.keys(domains).map(async domain => {
      results.set(domain, await checkDomain(domain as DomainName, eyes, { timeoutMs: TIMEOUT_MS }))
    }),
  )
}, 60_000)

afterAll(async () => {
  eyes.close()
  await lab.close()
})

const resultOf = (domain: string): CheckResult => {
  const result = results.get(domain)
  if (result === undefined) throw new RangeError(`${domain} was not checked`)
  return result
}
const codesOf = (domain: string) => resultOf(domain).findings.map(({ code }) => code)

describe('a domain that wants to keep us busy', () => {
  test.each(Object.keys(domains))('%s takes no longer than was given', domain => {
    expect(resultOf(domain).durationMs).toBeLessThan(TIMEOUT_MS + SLACK_MS)
  })

  test.each(Object.keys(domains))('%s still has its MX records told', domain => {
    const { observation, simulation } = resultOf(domain)
    expect(observation.nextHop.route).toBe('mx')
    expect(simulation).toHaveLength(4)
  })

  test.each(['tarpit.test', 'dribble.test', 'silent.test', 'handshake-hangs.test'])(
    '%s is not measured, and that is no error of its certificate',
    domain => {
      const findings = resultOf(domain).findings.filter(({ code }) =>
        /^(smtp|starttls|check|mx-cert)/.test(code),
      )
      expect(findings.filter(({ severity }) => severity === 'unknown').length).toBeGreaterThan(0)
      expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
    },
  )

  test('a mail server that speaks nonsense is told to be none', () => {
    expect(codesOf('garbage.test')).toContain('smtp/not-smtp')
  })

  test('a policy that never ends is cut at the size a policy may have', () => {
    expect(codesOf('endless-policy.test')).toContain('policy-host/too-large')
  })

  test('a policy host that hangs leaves the MX hosts judged', () => {
    for (const domain of ['dripping-policy.test', 'hanging-policy.test']) {
      expect(codesOf(domain)).toContain('starttls/fine')
      expect(resultOf(domain).findings.some(({ code }) => code.startsWith('policy-host/'))).toBe(true)
    }
  })

  test('DNS that is silent for one record is unknown, and the rest is judged', () => {
    expect(codesOf('silent-dns.test')).toEqual(expect.arrayContaining(['dns/timeout', 'starttls/fine']))
    const errors = resultOf('silent-dns.test').findings.filter(({ severity }) => severity === 'error')
    expect(errors).toEqual([])
  })

  test('of 200 MX records no more are told and tried than senders would', () => {
    expect(codesOf('many.test')).toContain('mx/too-many')
    expect(resultOf('many.test').observation.nextHop).toMatchObject({ hosts: { length: 64 } })
  })

  test('a check that is aborted judges what was seen by then', async () => {
    const abort = new AbortController()
    setTimeout(() => abort.abort(), 300)
    const result = await checkDomain('tarpit.test' as DomainName, eyes, { signal: abort.signal })
    expect(result.durationMs).toBeLessThan(300 + SLACK_MS)
    expect(result.observation.nextHop.route).toBe('mx')
  })
})
