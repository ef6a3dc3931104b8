import type { LabMxSpec, MxFault } from '@sternpost/lab'
import { afterEach, describe, expect, it } from 'vitest'
import { startDeafListener } from '../policy/testing/deaf-listener.ts'
import type { SmtpProbeRequest, SmtpProberOptions } from './smtp-prober-options.ts'
import { mainSessionOnly, mxHost, type ProbeLab, startProbeLab } from './testing/probe-lab.ts'

let world: ProbeLab | undefined
afterEach(async () => {
  await world?.close()
  world = undefined
})

async function see(
  fault: MxFault,
  request: Partial<SmtpProbeRequest> = mainSessionOnly,
  options: Partial<SmtpProberOptions> = {},
  spec: LabMxSpec = {},
) {
  world = await startProbeLab({ ...spec, fault }, { stepTimeoutMs: 400, totalTimeoutMs: 8000, ...options })
  return await world.probe(request)
}

describe('what a host does wrong is told apart', () => {
  it.each<[string, MxFault, string, string]>([
    ['silence in place of a greeting', 'hang-greeting', 'greeting', 'smtp/timeout'],
    ['silence after EHLO', 'hang-after-ehlo', 'ehlo', 'smtp/timeout'],
    ['silence in place of the handshake', 'hang-starttls', 'handshake', 'smtp/timeout'],
    ['every reply late', 'tarpit', 'greeting', 'smtp/timeout'],
    ['a greeting byte by byte', 'dribble', 'greeting', 'smtp/slow'],
    ['421', 'greeting-4xx', 'greeting', 'smtp/greeting-temporary'],
    ['554', 'greeting-554', 'greeting', 'smtp/greeting-refused'],
    ['HTTP', 'http', 'greeting', 'smtp/not-smtp'],
    ['garbage', 'garbage', 'greeting', 'smtp/not-smtp'],
    ['a close behind the greeting', 'close-after-greeting', 'ehlo', 'smtp/closed'],
    ['a reset at EHLO', 'reset-at-ehlo', 'ehlo', 'smtp/closed'],
    ['550 to EHLO', 'ehlo-550', 'ehlo', 'smtp/ehlo-refused'],
    ['10 MB of EHLO', 'huge-ehlo', 'ehlo', 'smtp/too-long'],
    ['a line of 100 KB', 'huge-line', 'ehlo', 'smtp/too-long'],
    ['454 to STARTTLS', 'starttls-454', 'starttls', 'starttls/refused'],
    ['554 to STARTTLS', 'starttls-554', 'starttls', 'starttls/refused'],
    ['a close in the handshake', 'close-in-handshake', 'handshake', 'starttls/handshake'],
    ['a reset in the handshake', 'reset-in-handshake', 'handshake', 'starttls/handshake'],
    ['garbage in the handshake', 'garbage-in-handshake', 'handshake', 'starttls/handshake'],
    ['a reset after the handshake', 'reset-after-tls', 'ehlo-tls', 'smtp/closed'],
  ])('%s', async (_, fault, step, code) => {
    const seen = await see(fault)
    expect(seen.fault).toMatchObject({ step, code })
    expect(seen.fault?.message).toMatch(/\(RFC [0-9]+ §/)
    // No control character of the host's gets into a sentence of ours.
    expect(seen.fault?.message).not.toMatch(/\p{Cc}/u)
  })

  it('a reset at once, before or after we saw the connection stand', async () => {
    expect((await see('reset')).fault).toMatchObject({ code: 'smtp/closed', systemError: 'ECONNRESET' })
  })

  it('a host that shakes hands with nobody is tried with every version', async () => {
    const { trials } = await see('close-in-handshake', { tryServerNames: false, tryInjection: false })
    expect(Object.values(trials.tlsVersions).map(({ kind }) => kind)).toEqual(new Array(4).fill('refused'))
  })

  it('a good host without STARTTLS has no fault, it just does not offer it', async () => {
    const seen = await see('no-starttls')
    expect(seen).toMatchObject({ startTlsOffered: false, trials: { injection: { reason: 'not-wanted' } } })
    expect(seen.fault).toBeUndefined()
    const fully = await world?.probe()
    expect(fully?.trials.withoutServerName).toEqual({ kind: 'not-tried', reason: 'no-starttls' })
  })

  it('an address where nobody listens, and one where nobody takes the connection', async () => {
    const refused = await see({ greeting: '220 x' }, mainSessionOnly, {}, { addresses: [{ dead: true }] })
    // The lab plays a host without an address elsewhere; this is the dead one.
    const dead = await world?.probe({ ...mainSessionOnly, address: '127.77.255.254' })
    expect(refused.greeting).toBeDefined()
    expect(dead?.fault).toMatchObject({
      step: 'connect',
      code: 'smtp/unreachable',
      systemError: 'ECONNREFUSED',
    })

    const deaf = await startDeafListener('127.77.255.253', 10_025)
    const knocking = () => process.getActiveResourcesInfo().filter(name => name === 'ConnectWrap').length
    const before = knocking()
    const never = await world?.prober.probe({ mxHost, address: '127.77.255.253', ...mainSessionOnly })
    // A turn of the loop lets the closed socket go; nothing of ours goes on knocking.
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(knocking()).toBe(before)
    await deaf.close()
    expect(never?.fault).toMatchObject({
      step: 'connect',
      code: 'smtp/unreachable',
      systemError: 'ETIMEDOUT',
    })
  })
})

describe('what a host says is data', () => {
  it('with escapes and NUL kept as they came, for the printer to escape', async () => {
    const seen = await see('escapes', { ...mainSessionOnly, recipient: 'a@example.test' })
    expect(seen.greeting?.lines[0]).toContain('\u001b[31m')
    expect(seen.capabilitiesAfterTls?.[0]).toContain('\u001b[31m')
    expect(seen.trials.recipient?.rcpt).toMatchObject({ code: 550, enhancedCode: '5.1.1' })
    await world?.close()
    const withNul = await see('nul')
    expect(withNul.capabilities).toEqual(['STARTTLS\0', 'STARTTLS'])
    expect(withNul.tls?.chain.valid).toBe(true)
  })

  it('also in the names of a certificate', async () => {
    const evil = '\u001b[2Jevil.test'
    world = await startProbeLab({ certificate: { names: [evil, mxHost] } })
    const { tls } = await world.probe(mainSessionOnly)
    const [leaf] = tls?.chain.certificates ?? []
    expect(leaf?.dnsNames).toContain(mxHost)
    expect(leaf?.dnsNamesTotal).toBe(2)
    expect(tls?.chain.nameMatches).toBe(true)
  })

  it('a greeting of several lines is one reply', async () => {
    expect((await see('multi-line-greeting')).greeting?.lines).toEqual(['mx ESMTP', 'no spam', 'please'])
  })

  it('STARTTLS still offered under TLS shows', async () => {
    expect((await see('starttls-after-tls')).capabilitiesAfterTls).toEqual(['STARTTLS'])
  })

  it('a delayed banner is waited for within the step', async () => {
    const seen = await see('slow-greeting', mainSessionOnly, { stepTimeoutMs: 5000 })
    expect(seen.greeting?.afterMs).toBeGreaterThanOrEqual(500)
    expect(seen.tls?.chain.valid).toBe(true)
  })
})

describe('injection', () => {
  it.each<[MxFault, string]>([
    ['injection', 'answered'],
    ['multi-line-greeting', 'discarded'],
    [{ startTls: '554 5.5.0 pipelining is not allowed' }, 'not-tried'],
  ])('%j: %s', async (fault, kind) => {
    const { trials } = await see(fault, { tryServerNames: false, tryTlsVersions: false })
    expect(trials.injection.kind).toBe(kind)
  })

  it('bytes the host puts behind its own reply are counted and thrown away', async () => {
    const seen = await see('surplus-after-starttls')
    expect(seen.surplusBytes === undefined || seen.surplusBytes > 0).toBe(true)
    expect(seen.fault === undefined || seen.fault.code === 'starttls/handshake').toBe(true)
  })
})

describe('no host holds a probe up', () => {
  it('the whole ends with its deadline, trials that had no time are said to be so', async () => {
    const seen = await see({ delayMs: 300 }, {}, { totalTimeoutMs: 2500, stepTimeoutMs: 2000 })
    expect(seen.tls?.chain.valid).toBe(true)
    expect(JSON.stringify(seen.trials)).toContain('no-time')
    expect(seen.durationMs).toBeLessThan(10_000)
  })

  it('ten thousand single bytes end with the step', async () => {
    const seen = await see({ ehlo: { raw: '250-x\r\n'.repeat(2000) }, dribbleMs: 1 })
    expect(seen.fault).toMatchObject({ code: 'smtp/slow' })
  })

  it('the caller may give up at any time, and gets what was seen by then', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 100)
    const seen = await see('hang-after-ehlo', { signal: controller.signal }, { stepTimeoutMs: 60_000 })
    expect(seen).toMatchObject({ greeting: { code: 220 }, fault: { step: 'ehlo', code: 'smtp/aborted' } })
    const never = await world?.probe({ signal: AbortSignal.abort() })
    expect(never).toMatchObject({ fault: { code: 'smtp/aborted' }, connections: 0 })
  })

  it('memory does not grow with what a host sends', async () => {
    world = await startProbeLab({ fault: 'huge-ehlo' })
    await world.probe(mainSessionOnly)
    globalThis.gc?.()
    const before = process.memoryUsage().arrayBuffers
    for (let i = 0; i < 10; i += 1) await world.probe(mainSessionOnly)
    globalThis.gc?.()
    // 100 MB were on offer; a megabyte or two of garbage may wait for its collection.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000)
  })
})
