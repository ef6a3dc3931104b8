import { createLab, type Lab, type LabPolicySpec } from '@sternpost/lab'
import type { DomainName } from '@sternpost/protocol'
import { afterEach, describe, expect, it } from 'vitest'
import { createDnsClient, type DnsClient } from '../dns/dns-client.ts'
import { createPolicyHostObserver, type PolicyHostObserverOptions } from './observe-policy-host.ts'
import type { PolicyObserveOptions } from './policy-host-observation.ts'

let lab: Lab | undefined
let dns: DnsClient | undefined
afterEach(async () => {
  dns?.close()
  await lab?.close()
})

const domain = 'example.test' as DomainName

async function observe(
  policy: LabPolicySpec | undefined,
  options: PolicyObserveOptions = {},
  settings: Partial<PolicyHostObserverOptions> = {},
) {
  lab = await createLab({ domains: { [domain]: policy === undefined ? {} : { policy } } })
  dns = createDnsClient({ servers: [`${lab.dns.address}:${lab.dns.port}`] })
  const observer = createPolicyHostObserver({
    dns,
    ca: [lab.ca.caPem],
    allowAddresses: ['127.77.0.0/16'],
    port: lab.ports.https,
    httpPort: lab.ports.http,
    connectTimeoutMs: 1000,
    idleTimeoutMs: 500,
    ...settings,
  })
  const seen = await observer.observe(domain, options)
  // What is seen can be kept as it is.
  expect(JSON.parse(JSON.stringify(seen))).toEqual(seen)
  const codes = seen.responses.map(({ issues }) => issues.map(({ code }) => code))
  return { seen, codes, first: seen.responses[0] }
}

describe('a good policy host', () => {
  it('is seen with certificate, times, header, body and policy, and nothing is sought elsewhere', async () => {
    const { seen, first } = await observe({ mode: 'testing', certificateWithoutServerName: 'wrong-name' })
    expect(first).toMatchObject({
      url: 'https://mta-sts.example.test:10443/.well-known/mta-sts.txt',
      userAgent: expect.stringMatching(/^Sternpost\//),
      tlsVersion: 'TLSv1.3',
      status: 200,
      headers: { 'content-type': 'text/plain' },
      policy: { mode: 'testing' },
      issues: [],
      chain: { valid: true, certificates: [{ dnsNames: ['mta-sts.example.test'] }] },
    })
    expect(first?.bodyText).toContain('mode: testing')
    expect(seen.withoutServerName).toMatchObject({ chain: { faults: ['wrong-name'] } })
    expect(seen.otherUserAgent).toMatchObject({ userAgent: null, status: 200, issues: [] })
    expect(seen.wrongPlaces).toEqual([])
  })

  it('without a default host fails handshakes without SNI, and that is told', async () => {
    const { seen } = await observe({})
    expect(seen.withoutServerName?.message).toMatch(/handshake/)
  })

  it('of the last century is told by a handshake of its own', async () => {
    const { seen, codes } = await observe({ maxTlsVersion: 'TLSv1.1' })
    expect(codes).toEqual([['policy-host/tls']])
    expect(seen.oldTls).toMatchObject({ version: 'TLSv1.1', cipher: expect.any(String) })
  })

  it('may be an alias', async () => {
    const { seen, first } = await observe({ aliasOf: 'hoster.test' })
    expect(seen.A).toMatchObject({ aliases: ['mta-sts.example.test'], canonicalName: 'hoster.test' })
    expect(first?.issues).toEqual([])
  })
})

describe('each address is looked at by itself', () => {
  it('a dead IPv6 address beside good and bad IPv4 ones', async () => {
    const { seen, codes } = await observe({
      addresses: [
        { ipv6: true, dead: true },
        {},
        { certificate: 'expired' },
        { fault: { kind: 'status', status: 503 } },
        { outside: '10.1.2.3' },
        { text: 'version: STSv1\nmode: none\nmax_age: 1\n' },
      ],
    })
    expect(codes.flat().sort()).toEqual([
      'policy-host/address-refused',
      'policy-host/certificate-expired',
      'policy-host/connect',
      'policy-host/http-status',
    ])
    const good = seen.responses.filter(({ issues }) => issues.length === 0)
    expect(good.map(({ policy }) => policy?.mode).sort()).toEqual(['enforce', 'none'])
    expect(seen.responses.find(({ issues }) => issues[0]?.code === 'policy-host/connect')?.address).toContain(
      ':',
    )
  })
})

describe('what a sender throws away is kept', () => {
  it('the policy behind a certificate for another name', async () => {
    const { codes, first } = await observe({ certificate: 'wrong-name' })
    expect(codes).toEqual([['policy-host/certificate-name']])
    expect(first).toMatchObject({
      status: 200,
      policy: { mode: 'enforce' },
      chain: { faults: ['wrong-name'] },
    })
  })

  it('where a redirect leads', async () => {
    const location = 'https://www.example.test/.well-known/mta-sts.txt'
    const { codes, first } = await observe({ fault: { kind: 'redirect', location } })
    expect(codes).toEqual([['policy-host/redirect']])
    expect(first).toMatchObject({ status: 301, location })
  })

  it('a web page, and a policy under another media type', async () => {
    const { codes, first } = await observe({ fault: { kind: 'html' } })
    expect(codes).toEqual([['policy-host/content-type']])
    expect(first?.bodyText).toContain('<title>Just a moment')
    dns?.close()
    await lab?.close()
    const other = await observe({ fault: { kind: 'content-type', contentType: 'application/octet-stream' } })
    expect(other.first).toMatchObject({
      issues: [{ code: 'policy-host/content-type' }],
      policy: { mode: 'enforce' },
    })
  })

  it('a text that is no policy, with everything wrong about it', async () => {
    const { first } = await observe({ text: 'version: STSv1\nmode: enforced\n' })
    expect(first?.issues.length).toBeGreaterThan(0)
    expect(first?.bodyText).toContain('enforced')
  })

  it('what a browser gets where we meet a wall', async () => {
    const { seen, codes } = await observe({ fault: { kind: 'bot-wall' } })
    expect(codes).toEqual([['policy-host/http-status']])
    expect(seen.otherUserAgent).toMatchObject({
      userAgent: expect.stringContaining('Mozilla'),
      status: 200,
      policy: { mode: 'enforce' },
      issues: [],
    })
  })
})

describe('a policy in the wrong place is found', () => {
  it.each([
    'https://example.test:10443/.well-known/mta-sts.txt',
    'https://www.example.test:10443/.well-known/mta-sts.txt',
    'https://mta-sts.example.test:10443/mta-sts.txt',
    'http://mta-sts.example.test:10080/.well-known/mta-sts.txt',
  ])('at %s', async url => {
    const place = url.replace(/:10443|:10080/, '')
    const { seen } = await observe({ fault: { kind: 'status', status: 404 }, elsewhere: [place] })
    const found = seen.wrongPlaces.filter(({ policy }) => policy !== undefined)
    expect(found.map(response => response.url)).toEqual([url])
  })

  it('or not sought where nothing points to a web server', async () => {
    const { seen } = await observe(undefined)
    expect(seen).toMatchObject({ A: { kind: 'no-name' }, responses: [], wrongPlaces: [] })
  })
})

describe('no host holds an observation up', () => {
  it.each([
    [{ kind: 'stream' }, 'policy-host/too-large'],
    [{ kind: 'hang', at: 'tls' }, 'policy-host/timeout'],
    [{ kind: 'hang', at: 'header' }, 'policy-host/timeout'],
    [{ kind: 'hang', at: 'body' }, 'policy-host/timeout'],
    [{ kind: 'reset', at: 'body' }, 'policy-host/http'],
    [{ kind: 'drip', chunkBytes: 1, intervalMs: 50 }, 'policy-host/timeout'],
  ] as const)('%j: %s', async (fault, code) => {
    const { codes, first } = await observe({ fault }, { totalTimeoutMs: 1500, tryWrongPlaces: false })
    expect(codes).toEqual([[code]])
    expect(first?.bodyBytes ?? 0).toBeLessThanOrEqual(65_536)
  })

  it('and the caller may give up', async () => {
    const signal = AbortSignal.timeout(100)
    const { codes } = await observe(
      { fault: { kind: 'hang', at: 'header' } },
      { signal },
      { idleTimeoutMs: 60_000 },
    )
    expect(codes).toEqual([['policy-host/aborted']])
  })
})
