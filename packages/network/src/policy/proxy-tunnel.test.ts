import { connect } from 'node:net'
import { beforeAll, describe, expect, test } from 'vitest'
import { createPolicyFetcher } from './fetch-policy.ts'
import { parseHttpProxy } from './proxy-tunnel.ts'
import {
  codesOf,
  createTestIdentity,
  goodPolicy,
  policyDomain,
  policyHost,
  type TestIdentity,
} from './testing/fetch-once.ts'
import { policyAnswer, type Respond, startPolicyHost, startTcpServer } from './testing/policy-host.ts'
import { createZoneLookup } from './testing/zone-lookup.ts'

let identity: TestIdentity
beforeAll(async () => {
  identity = await createTestIdentity()
})

async function fetchThrough(respond: (hostPort: number) => Respond, credentials = '') {
  const host = await startPolicyHost({
    tls: identity.leaf,
    respond: socket => socket.end(policyAnswer(goodPolicy)),
  })
  const proxy = await startTcpServer({ address: '127.0.0.5', respond: respond(host.port) })
  const dns = createZoneLookup({})
  try {
    const fetcher = createPolicyFetcher({
      dns,
      ca: [identity.ca.root],
      proxy: `http://${credentials}127.0.0.5:${proxy.port}`,
      port: host.port,
      idleTimeoutMs: 500,
    })
    const result = await fetcher.fetch(policyDomain)
    await proxy.idle()
    await host.idle()
    return {
      result,
      dns,
      proxyPort: proxy.port,
      hostPort: host.port,
      heads: proxy.requests,
      hostHeads: host.requests,
    }
  } finally {
    await proxy.close()
    await host.close()
  }
}

const tunnel = (hostPort: number): Respond => {
  return socket => {
    const onward = connect(hostPort, '127.0.0.1')
    onward.on('error', () => socket.destroy())
    onward.on('close', () => socket.destroy())
    socket.on('close', () => onward.destroy())
    socket.write('HTTP/1.1 200 Connection established\r\nVia: proxy\r\n\r\n')
    socket.pipe(onward).pipe(socket)
  }
}

describe('a fetch through a proxy', () => {
  test('asks for a tunnel by name, without DNS of our own, and TLS goes to the policy host itself', async () => {
    const { result, dns, heads, hostHeads, proxyPort, hostPort } = await fetchThrough(tunnel)
    expect(result).toMatchObject({
      ok: true,
      evidence: {
        attempts: [{ address: `127.0.0.5:${proxyPort}` }],
        certificate: { dnsNames: [policyHost] },
      },
    })
    expect(dns.questions).toEqual([])
    expect(heads.length).toBe(1)
    expect(heads[0]?.split('\r\n').slice(0, 2)).toEqual([
      `CONNECT ${policyHost}:${hostPort} HTTP/1.1`,
      `Host: ${policyHost}:${hostPort}`,
    ])
    expect(heads[0]).not.toMatch(/authorization/i)
    expect(hostHeads.length).toBe(1)
  })

  test('sends the password to the proxy and to nobody else, nor shows it', async () => {
    const { result, heads, hostHeads } = await fetchThrough(tunnel, 'us%40er:p%3Ass@')
    expect(result.ok).toBe(true)
    expect(heads[0]).toContain(`Proxy-Authorization: Basic ${Buffer.from('us@er:p:ss').toString('base64')}`)
    expect(hostHeads.join()).not.toMatch(/authorization/i)
    expect(JSON.stringify(result)).not.toContain('p:ss')
  })

  const endless = (start: string, piece: string): Respond => {
    return socket => {
      socket.write(start)
      const pour = () => {
        while (!socket.destroyed && socket.write(piece));
        socket.once('drain', pour)
      }
      pour()
    }
  }
  const faults: readonly (readonly [string, string, Respond, RegExp])[] = [
    [
      'that wants a password',
      'policy-host/proxy',
      s => s.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'),
      /407/,
    ],
    [
      'that refuses',
      'policy-host/proxy',
      s => s.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno'),
      /403/,
    ],
    [
      'that redirects',
      'policy-host/proxy',
      s => s.end('HTTP/1.1 302 Found\r\nLocation: https://example.test\r\n\r\n'),
      /302/,
    ],
    ['that speaks garbage', 'policy-host/proxy', s => s.end(Buffer.alloc(500, 0xfe)), /HPE_/],
    ['that speaks SMTP', 'policy-host/proxy', s => s.end('220 mail.example.test ESMTP\r\n'), /HPE_/],
    [
      'that sends a head without an end',
      'policy-host/proxy',
      endless('HTTP/1.1 200 OK\r\n', `X: ${'x'.repeat(500)}\r\n`),
      /HPE_HEADER_OVERFLOW/,
    ],
    [
      'that sends early hints without an end',
      'policy-host/proxy',
      // Many in one write: a system call for each would keep this thread busy past the fetcher's patience.
      endless('', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(200)),
      /103/,
    ],
    [
      'that speaks before its turn',
      'policy-host/proxy',
      s => s.end('HTTP/1.1 200 OK\r\n\r\n\x16\x03\x01'),
      /more than its answer/,
    ],
    ['that closes', 'policy-host/proxy', s => s.end(), /closed/],
    [
      'that closes the tunnel',
      'policy-host/tls',
      s => s.write('HTTP/1.1 200 OK\r\n\r\n', () => s.end()),
      /handshake/,
    ],
    ['that says nothing', 'policy-host/timeout', () => {}, /tunnel through the proxy/],
  ]
  test.each(faults)('a proxy %s ends the fetch: %s', async (_, code, respond, message) => {
    const { result, hostHeads } = await fetchThrough(() => respond)
    expect(codesOf(result)).toEqual([code])
    if (!result.ok) expect(result.issues[0].message).toMatch(message)
    expect(hostHeads).toEqual([])
  })

  test('a proxy that is not there ends the fetch', async () => {
    const gone = await startTcpServer({})
    await gone.close()
    const fetcher = createPolicyFetcher({ dns: createZoneLookup({}), proxy: `http://127.0.0.1:${gone.port}` })
    expect(codesOf(await fetcher.fetch(policyDomain))).toEqual(['policy-host/proxy'])
  })

  test('a proxy that ends the tunnel at another host is found out by the certificate', async () => {
    const other = await startPolicyHost({
      tls: await identity.ca.issue({ names: [{ type: 'dns', value: 'proxy.example' }] }),
      respond: () => {},
    })
    const { result } = await fetchThrough(() => tunnel(other.port))
    expect(codesOf(result)).toEqual(['policy-host/certificate-name'])
    await other.idle()
    expect(other.requests).toEqual([])
    await other.close()
  })
})

describe('parseHttpProxy', () => {
  test.each([
    ['http://proxy.example:3128', { host: 'proxy.example', port: 3128 }],
    ['http://proxy.example', { host: 'proxy.example', port: 80 }],
    ['http://[2001:db8::1]:3128/', { host: '2001:db8::1', port: 3128 }],
    ['http://user@proxy.example:1', { host: 'proxy.example', port: 1, authorization: 'Basic dXNlcjo=' }],
    [
      'http://user:pass@proxy.example:1',
      { host: 'proxy.example', port: 1, authorization: 'Basic dXNlcjpwYXNz' },
    ],
  ])('%s', (text, proxy) => {
    expect(parseHttpProxy(text)).toEqual(proxy)
  })

  test.each([
    '',
    'proxy.example:3128',
    'https://proxy.example',
    'socks5://proxy.example',
    'http://proxy.example/path',
    'http://proxy.example?x',
    'http://:1',
    'http://u:%zz@proxy.example',
  ])('%j is no proxy', text => {
    expect(() => parseHttpProxy(text)).toThrow(TypeError)
  })

  test('the password is not repeated in the error', () => {
    expect(() => parseHttpProxy('https://user:secret@proxy.example')).toThrow(/^(?!.*secret)/)
  })
})
