import type { LabMxSpec } from '@sternpost/lab'
import { applyDigestAgility, matchTlsa, usableTlsaRecords } from '@sternpost/protocol'
import { afterEach, describe, expect, it } from 'vitest'
import { presentedCertificates, tlsaDigests } from '../certificate/tlsa-input.ts'
import { createSmtpProber } from './smtp-prober.ts'
import type { SmtpProberOptions } from './smtp-prober-options.ts'
import { mainSessionOnly, mxHost, type ProbeLab, startProbeLab } from './testing/probe-lab.ts'

let world: ProbeLab | undefined
afterEach(async () => {
  await world?.close()
  world = undefined
})

async function start(spec: LabMxSpec = {}, options: Partial<SmtpProberOptions> = {}) {
  world = await startProbeLab(spec, options)
  return world
}

describe('a good host', () => {
  it('is seen from the greeting to QUIT, with its chain, its TLS versions and its manners', async () => {
    const { probe, lab } = await start()
    const seen = await probe()
    expect(seen).toMatchObject({
      mxHost,
      heloName: 'probe.example.test',
      greeting: { code: 220, lines: [expect.stringContaining(mxHost)] },
      ehlo: { code: 250 },
      startTlsOffered: true,
      startTls: { code: 220 },
      tls: {
        version: 'TLSv1.3',
        cipher: expect.stringMatching(/^TLS_/),
        ephemeralKey: { name: expect.any(String) },
        serverName: mxHost,
        chain: { valid: true, trusted: true, nameMatches: true, faults: [], certificatesTotal: 1 },
      },
      ehloAfterTls: { code: 250 },
      trials: {
        withoutServerName: { kind: 'done' },
        otherServerName: { kind: 'done' },
        tlsVersions: {
          TLSv1: { kind: 'refused' },
          'TLSv1.1': { kind: 'refused' },
          'TLSv1.2': { kind: 'offered' },
          'TLSv1.3': { kind: 'offered' },
        },
        injection: { kind: 'discarded' },
      },
    })
    expect(seen.fault).toBeUndefined()
    expect(seen.capabilities).toContain('STARTTLS')
    expect(seen.capabilitiesAfterTls).not.toContain('STARTTLS')
    expect(seen.connections).toBe(6)
    const [leaf] = seen.tls?.chain.certificates ?? []
    expect(leaf).toMatchObject({
      dnsNames: [mxHost],
      key: { type: 'ec', bits: 256, curve: 'prime256v1' },
      signatureAlgorithm: 'ecdsa-with-SHA256',
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'],
      isCa: false,
      selfSigned: false,
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(lab.received()).toEqual([])
    // What is seen can be kept as it is.
    expect(JSON.parse(JSON.stringify(seen))).toEqual(seen)
  })

  it('gives out the chain as TLSA matching needs it', async () => {
    const { probe, hosts } = await start({ certificate: { intermediate: true, includeRoot: true } })
    const seen = await probe(mainSessionOnly)
    const chain = seen.tls?.chain
    if (chain === undefined) throw new Error('no chain')
    expect(chain.certificatesTotal).toBe(3)
    const tlsa = (['3 1 1', '2 0 1'] as const).map(parameters => hosts[0]?.certificate.tlsa(parameters))
    const records = applyDigestAgility(usableTlsaRecords(tlsa as never))
    const matches = matchTlsa(records, presentedCertificates(chain), tlsaDigests)
    expect(matches.map(({ record, depth }) => [record.usage, depth])).toEqual([
      ['DANE-EE', 0],
      ['DANE-TA', 1],
    ])
  })
})

describe('certificates', () => {
  it.each([
    ['good', [], true],
    ['wrong-name', ['wrong-name'], true],
    ['common-name-only', ['wrong-name'], true],
    ['expired', ['expired'], false],
    ['not-yet-valid', ['not-yet-valid'], false],
    ['self-signed', ['self-signed'], false],
    ['other-ca', ['unknown-issuer'], false],
    [{ signedBy: 'other', includeRoot: true }, ['untrusted-root'], false],
    [
      { signedBy: 'other', validity: 'expired', names: ['x.test'] },
      ['unknown-issuer', 'expired', 'wrong-name'],
      false,
    ],
    ['missing-intermediate', ['incomplete-chain'], false],
    ['expired-intermediate', ['issuer-expired'], false],
    ['client-only', ['other'], false],
    ['weak-key', [], true],
    ['sha-1', [], true],
    ['huge-chain', [], true],
  ] as const)('%j: %j', async (certificate, faults, trusted) => {
    const { probe } = await start({ certificate } as LabMxSpec)
    const { tls, fault } = await probe(mainSessionOnly)
    expect(fault).toBeUndefined()
    expect(tls?.chain.faults).toEqual(faults)
    expect(tls?.chain.trusted).toBe(trusted)
    expect(tls?.chain.verifyError !== undefined).toBe(!trusted)
  })

  it('tells weak keys and old signatures as facts', async () => {
    const weak = await (await start({ certificate: 'weak-key' })).probe(mainSessionOnly)
    expect(weak.tls?.chain.certificates[0]?.key).toEqual({ type: 'rsa', bits: 1024 })
    await world?.close()
    const old = await (await start({ certificate: 'sha-1' })).probe(mainSessionOnly)
    expect(old.tls?.chain.certificates[0]?.signatureAlgorithm).toMatch(/SHA1/)
  })

  it('differ with SNI, without and with another name', async () => {
    const { probe } = await start({
      certificateWithoutServerName: 'wrong-name',
      certificateForOtherNames: 'expired',
    })
    const { tls, trials } = await probe()
    expect(tls?.chain.valid).toBe(true)
    expect(trials.withoutServerName).toMatchObject({
      tls: { serverName: null, chain: { faults: ['wrong-name'] } },
    })
    expect(trials.otherServerName).toMatchObject({ tls: { chain: { faults: ['expired'] } } })
  })

  it('differ by address', async () => {
    const { probe, hosts } = await start({ addresses: [{}, { certificate: 'expired' }, { ipv6: true }] })
    const seen = await Promise.all(hosts.map(({ address }) => probe({ address, ...mainSessionOnly })))
    expect(seen.map(({ tls }) => tls?.chain.faults)).toEqual([[], ['expired'], []])
    const six = await probe({ address: `::ffff:${hosts[2]?.address}`, ...mainSessionOnly })
    expect(six.tls?.chain.valid).toBe(true)
  })
})

describe('TLS versions', () => {
  it.each([
    ['TLSv1', 'TLSv1', ['TLSv1']],
    ['TLSv1', 'TLSv1.1', ['TLSv1', 'TLSv1.1']],
    ['TLSv1.2', 'TLSv1.2', ['TLSv1.2']],
    ['TLSv1.3', 'TLSv1.3', ['TLSv1.3']],
    ['TLSv1', 'TLSv1.3', ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
  ] as const)('%s to %s are proved by handshakes', async (minTlsVersion, maxTlsVersion, offered) => {
    const { probe } = await start({ minTlsVersion, maxTlsVersion })
    const { tls, trials } = await probe({ tryServerNames: false, tryInjection: false })
    const found = Object.entries(trials.tlsVersions).filter(([, { kind }]) => kind === 'offered')
    expect(found.map(([version]) => version)).toEqual(offered)
    expect(tls?.version).toBe(maxTlsVersion)
    expect(
      Object.values(trials.tlsVersions).every(({ kind }) => kind === 'offered' || kind === 'refused'),
    ).toBe(true)
  })
})

describe('a recipient', () => {
  it.each([
    [undefined, 'accepted', 250],
    ['greylist', 'temporary', 450],
    ['rcpt-550', 'refused', 550],
    ['rcpt-421', 'temporary', 421],
  ] as const)('at a host that is %s: %s', async (fault, verdict, code) => {
    const { probe, lab } = await start(fault === undefined ? {} : { fault })
    const { trials } = await probe({ recipient: 'reports@example.test', ...mainSessionOnly })
    expect(trials.recipient).toMatchObject({ overTls: true, verdict, mail: { code: 250 }, rcpt: { code } })
    expect(lab.received()).toEqual([])
    const commands = lab.mxHost(mxHost).clearCommands()
    expect(commands.map(({ line }) => line)).not.toContain('DATA')
  })

  it('that could smuggle a command in is not asked about', async () => {
    const { probe } = await start()
    await expect(probe({ recipient: 'a@example.test>\r\nDATA' })).rejects.toThrow(RangeError)
  })
})

describe('politeness', () => {
  it('visits an address with one connection at a time and gives out again what it saw', async () => {
    const { lab, prober, hosts } = await start({}, { reuseSeconds: 60, pauseMs: 50 })
    let open = 0
    let most = 0
    const target = await hosts[0]?.behind()
    const { connect } = await import('node:net')
    hosts[0]?.divert(client => {
      open += 1
      most = Math.max(most, open)
      const server = connect(target?.port ?? 0, target?.address)
      client.pipe(server).pipe(client)
      for (const socket of [client, server]) socket.on('error', () => {})
      server.on('close', () => client.destroy())
      client.on('close', () => {
        open -= 1
        server.destroy()
      })
    })
    const address = hosts[0]?.address ?? ''
    const names = [mxHost, mxHost, 'other.example.test']
    const seen = await Promise.all(names.map(name => prober.probe({ mxHost: name, address })))
    expect(most).toBe(1)
    expect(seen[0]).toBe(seen[1])
    expect(seen[2]?.tls?.chain.faults).toEqual(['wrong-name'])
    expect(lab.mxHost(mxHost).connections()).toBe(7)
  })

  it('sees the trials of an address once, whatever names it goes by, and judges them for each name', async () => {
    const { probe, lab } = await start(
      { certificateWithoutServerName: { names: ['second.example.test'] } },
      { reuseSeconds: 60 },
    )
    const first = await probe()
    const second = await probe({ mxHost: 'second.example.test', recipient: 'a@example.test' })
    expect(first.trials.seenFor).toBeUndefined()
    expect(first.trials.withoutServerName).toMatchObject({
      tls: { chain: { faults: ['wrong-name'], valid: false } },
    })
    expect(second).toMatchObject({
      connections: 1,
      trials: {
        seenFor: { mxHost, at: first.startedAt },
        withoutServerName: {
          tls: { chain: { faults: [], valid: true, referenceName: 'second.example.test' } },
        },
        tlsVersions: first.trials.tlsVersions,
        injection: { kind: 'discarded' },
        recipient: { verdict: 'accepted' },
      },
    })
    // What was asked for less is no answer to what is asked for more.
    const less = await probe({ mxHost: 'third.example.test', ...mainSessionOnly })
    expect(less.trials.injection).toEqual({ kind: 'not-tried', reason: 'not-wanted' })
    lab.mxHost(mxHost).setFault('no-starttls')
    const changed = await probe({ mxHost: 'fourth.example.test' })
    expect(changed).toMatchObject({
      startTlsOffered: false,
      trials: { injection: { reason: 'no-starttls' } },
    })
  })

  it('does not give out again what another caller broke off', async () => {
    const { probe, lab } = await start({ fault: { delayMs: 150 } }, { reuseSeconds: 60 })
    const impatient = probe({ ...mainSessionOnly, signal: AbortSignal.timeout(100) })
    const patient = [probe(mainSessionOnly), probe(mainSessionOnly)]
    expect(await impatient).toMatchObject({ fault: { code: 'smtp/aborted' } })
    const [one, other] = await Promise.all(patient)
    expect(one?.tls?.chain.valid).toBe(true)
    expect(other).toBe(one)
    expect(lab.mxHost(mxHost).connections()).toBe(2)
  })

  it('calls no address that is not public unless allowed, and says why', async () => {
    const prober = createSmtpProber({ heloName: 'probe.example.test' })
    const seen = await prober.probe({ mxHost, address: '127.77.0.1' })
    expect(seen).toMatchObject({ fault: { step: 'address', code: 'smtp/address-refused' }, connections: 0 })
  })

  it('needs a name to introduce itself by', () => {
    for (const heloName of ['', 'a b', 'x\r\nMAIL FROM:<>'])
      expect(() => createSmtpProber({ heloName })).toThrow(RangeError)
  })
})
