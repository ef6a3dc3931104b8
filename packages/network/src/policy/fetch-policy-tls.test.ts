import { constants } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  codesOf,
  createTestIdentity,
  fetchOnce,
  goodPolicy,
  policyHost,
  type TestIdentity,
} from './testing/fetch-once.ts'
import { policyAnswer, type Respond } from './testing/policy-host.ts'
import { type CertificateWishes, createThrowawayCa, dnsNames } from './testing/throwaway-ca.ts'

const DAY_MS = 86_400_000
const respond: Respond = socket => socket.end(policyAnswer(goodPolicy))

let identity: TestIdentity
beforeAll(async () => {
  identity = await createTestIdentity()
})

describe('a certificate for the policy host is accepted', () => {
  test.each([
    ['by its name', [policyHost]],
    ['by its name in upper case', ['MTA-STS.Example.TEST']],
    ['by a wildcard', ['*.example.test']],
    ['among other names', ['other.example', '*.example.org', policyHost]],
  ])('%s', async (_, names) => {
    const tls = await identity.ca.issue({ names: dnsNames(...names) })
    const { result } = await fetchOnce(identity, respond, { tls })
    expect(codesOf(result)).toEqual([])
  })

  test('over TLS 1.2', async () => {
    const { result } = await fetchOnce(identity, respond, { tls: { maxVersion: 'TLSv1.2' } })
    expect(result).toMatchObject({ ok: true, evidence: { tlsVersion: 'TLSv1.2' } })
  })

  test('from a server that goes by the name asked for (SNI) and speaks HTTP/1.1 (ALPN)', async () => {
    const offered: string[] = []
    const { result } = await fetchOnce(identity, respond, {
      tls: {
        ALPNCallback: ({ servername, protocols }) => {
          offered.push(servername, ...protocols)
          return protocols[0]
        },
      },
    })
    expect(result.ok).toBe(true)
    expect(offered).toEqual([policyHost, 'http/1.1'])
  })
})

describe('a certificate that is not good ends the fetch before anything is sent', () => {
  const now = Date.now()
  const own = dnsNames(policyHost)
  const bad: readonly (readonly [string, CertificateWishes, readonly string[]])[] = [
    ['expired', { names: own, notBefore: now - 9 * DAY_MS, notAfter: now - DAY_MS }, ['certificate-expired']],
    [
      'not yet valid',
      { names: own, notBefore: now + DAY_MS, notAfter: now + 9 * DAY_MS },
      ['certificate-not-yet-valid'],
    ],
    ['self-signed', { names: own, selfSigned: true }, ['certificate-untrusted']],
    ['for another name', { names: dnsNames('example.test', 'mta-sts.example.org') }, ['certificate-name']],
    ['with a common name only', { subject: `CN=${policyHost}` }, ['certificate-name']],
    [
      'with a common name beside another name',
      { subject: `CN=${policyHost}`, names: dnsNames('www.example.test') },
      ['certificate-name'],
    ],
    ['with a wildcard two labels up', { names: dnsNames('*.test', '*.*.test') }, ['certificate-name']],
    [
      'with a wildcard within a label',
      { names: dnsNames('mta-*.example.test', '*sts.example.test', 'm*s.example.test') },
      ['certificate-name'],
    ],
    ['with a wildcard in the middle', { names: dnsNames('mta-sts.*.test') }, ['certificate-name']],
    ['for the IP address', { names: [{ type: 'ip', value: '127.0.0.1' }] }, ['certificate-name']],
    [
      'for a URI and a mail address',
      {
        names: [
          { type: 'url', value: `https://${policyHost}/` },
          { type: 'email', value: `DNS:${policyHost}` },
        ],
      },
      ['certificate-name'],
    ],
    ['with a name that looks like a list', { names: dnsNames(`x, DNS:${policyHost}`) }, ['certificate-name']],
    [
      'self-signed for another name',
      { names: dnsNames('localhost'), selfSigned: true },
      ['certificate-untrusted', 'certificate-name'],
    ],
  ]
  test.each(bad)('%s', async (_, wishes, codes) => {
    const tls = await identity.ca.issue(wishes)
    const { result, requests, connectionCount } = await fetchOnce(identity, respond, { tls })
    expect(codesOf(result)).toEqual(codes.map(code => `policy-host/${code}`))
    expect(result).toMatchObject({ ok: false, resultType: 'sts-webpki-invalid' })
    expect(requests).toEqual([])
    expect(connectionCount).toBe(1)
    // What was rejected is shown.
    expect(result.evidence.certificate?.fingerprint).toMatch(/^[0-9a-f]{64}$/)
    expect(result.evidence.attempts).toEqual([{ address: '127.0.0.1', error: expect.any(String) }])
  })

  test('by an unknown authority', async () => {
    const stranger = await createThrowawayCa('Strange root')
    const tls = await stranger.issue({ names: own })
    const { result, requests } = await fetchOnce(identity, respond, { tls })
    expect(codesOf(result)).toEqual(['policy-host/certificate-untrusted'])
    expect(requests).toEqual([])
  })

  test('by a known name that did not sign it', async () => {
    const impostor = await createThrowawayCa()
    const { result } = await fetchOnce(identity, respond, { tls: await impostor.issue({ names: own }) })
    expect(codesOf(result)).toEqual(['policy-host/certificate-untrusted'])
  })

  test('and without own roots, the roots of Node do not know the throwaway one', async () => {
    const { result, requests } = await fetchOnce(identity, respond, { ca: [] })
    expect(codesOf(result)).toEqual(['policy-host/certificate-untrusted'])
    expect(requests).toEqual([])
  })
})

describe('a handshake that fails is no certificate fault', () => {
  test('TLS 1.1 only', async () => {
    const { result, requests } = await fetchOnce(identity, respond, {
      tls: {
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT:@SECLEVEL=0',
        secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
      },
    })
    expect(codesOf(result)).toEqual(['policy-host/tls'])
    expect(result).toMatchObject({ resultType: 'sts-policy-fetch-error' })
    expect(requests).toEqual([])
  })

  test('no common protocol above TLS', async () => {
    const { result } = await fetchOnce(identity, respond, { tls: { ALPNProtocols: ['h2'] } })
    expect(codesOf(result)).toEqual(['policy-host/tls'])
  })

  test('a server without a certificate', async () => {
    const { result } = await fetchOnce(identity, respond, { tls: { cert: undefined, key: undefined } })
    expect(codesOf(result)).toEqual(['policy-host/tls'])
  })
})
