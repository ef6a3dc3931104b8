import { createMxHost, labCertificateAuthority, type MxHost } from '@sternpost/lab'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { POSTFIX_37_ADDRESS, POSTFIX_310_ADDRESS } from './ground/addresses.ts'
import { rootsOfGround } from './ground/namespace.ts'
import { type Names, startNames } from './harness/names.ts'
import { type Postfix, startPostfix } from './harness/postfix.ts'
import { SECRET_LINE } from './harness/smtp-submit.ts'
import type { ZoneRecord } from './harness/zone.ts'

const roots = rootsOfGround()
const versions = [
  { version: '3.10', root: roots.trixie, address: POSTFIX_310_ADDRESS },
  { version: '3.7', root: roots.bookworm, address: POSTFIX_37_ADDRESS },
]

let names: Names
let withTls: MxHost
let inClear: MxHost

function mail(domain: string, address: string): ZoneRecord[] {
  return [
    { name: domain, type: 'MX', data: `10 mx.${domain}.` },
    { name: `mx.${domain}`, type: 'A', data: address },
  ]
}

beforeAll(async () => {
  const ca = await labCertificateAuthority()
  const host = async (name: string, address: string) =>
    createMxHost({ name, address, port: 25, certificate: await ca.issue({ names: [name] }) })
  withTls = await host('mx.tls.secure.test', '127.0.25.1')
  inClear = await host('mx.clear.secure.test', '127.0.25.2')
  inClear.setFault('no-starttls')
  names = await startNames(
    roots.trixie,
    [
      { origin: 'secure.test', security: 'secure' },
      { origin: 'bogus.test', security: 'bogus' },
    ],
    [
      ...mail('tls.secure.test', '127.0.25.1'),
      ...mail('clear.secure.test', '127.0.25.2'),
      ...mail('dane.secure.test', '127.0.25.1'),
      { name: '_25._tcp.mx.dane.secure.test', type: 'TLSA', data: `3 1 1 ${'00'.repeat(32)}` },
      ...mail('bogus.test', '127.0.25.1'),
    ],
  )
})
afterAll(async () => {
  await Promise.all([names.stop(), withTls.close(), inClear.close()])
})

describe.each(versions)('the ground: Postfix $version', ({ version, root, address }) => {
  let postfix: Postfix
  beforeAll(async () => {
    const ca = await labCertificateAuthority()
    postfix = await startPostfix({
      root,
      address,
      caPem: ca.caPem,
      settings: { smtp_tls_security_level: 'dane' },
    })
  })
  afterAll(() => postfix.stop())

  it('is the version it should be', async () => {
    expect(await postfix.postconf('-h', 'mail_version')).toMatch(new RegExp(`^${version}\\.`))
  })

  it('delivers in clear where TLS is not offered', async () => {
    const before = inClear.received().length
    expect(await postfix.deliver('clear.secure.test')).toMatchObject({ status: 'sent', tls: 'none' })
    expect(inClear.received()[before]).toMatchObject({
      tls: null,
      content: expect.stringContaining(SECRET_LINE),
    })
  })

  it('delivers by opportunistic TLS where it is offered', async () => {
    const before = withTls.received().length
    expect(await postfix.deliver('tls.secure.test')).toMatchObject({
      status: 'sent',
      tls: 'trusted',
      relay: 'mx.tls.secure.test',
    })
    expect(withTls.received()[before]?.tls?.version).toMatch(/^TLSv1\.[23]$/)
  })

  it('believes the resolver: a TLSA record that does not match defers, a bogus domain too', async () => {
    const mismatch = await postfix.deliver('dane.secure.test')
    expect(mismatch).toMatchObject({ status: 'deferred', relay: undefined })
    expect(mismatch.reason).toMatch(/not verified|verification failed/)
    expect(await postfix.deliver('bogus.test')).toMatchObject({ status: 'deferred', tls: 'none' })
  })

  it('tries a deferred message again when told to', async () => {
    const { queueId, status } = await postfix.deliver('bogus.test')
    expect(status).toBe('deferred')
    await postfix.retry(queueId)
    expect(await postfix.outcome(queueId)).toMatchObject({ status: 'deferred' })
    await postfix.drop(queueId)
  })
})
