import { X509Certificate } from 'node:crypto'
import { labCertificateAuthority } from '@sternpost/lab'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCertificateReader, isSelfSigned, observeCertificate } from './observe-certificate.ts'

async function certificateOf(wish: object): Promise<X509Certificate> {
  const ca = await labCertificateAuthority()
  return new X509Certificate((await ca.issue({ names: ['mx.example.test'], ...wish })).der)
}

describe('observeCertificate', () => {
  it('tells key, names, dates, purpose and where the issuer is, as plain data', async () => {
    const seen = observeCertificate(
      await certificateOf({
        names: ['mx.example.test', '*.b.test'],
        keyType: 'rsa',
        intermediate: 'missing',
      }),
    )
    expect(seen).toMatchObject({
      subject: 'CN=mx.example.test',
      issuer: 'CN=Sternpost Lab Intermediate',
      dnsNames: ['mx.example.test', '*.b.test'],
      dnsNamesTotal: 2,
      key: { type: 'rsa', bits: 2048 },
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'],
      isCa: false,
      selfSigned: false,
      issuerUrls: ['http://ca.test/intermediate.cer'],
      spkiFingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(seen.notBefore ?? 0).toBeLessThan(seen.notAfter ?? 0)
    expect(JSON.parse(JSON.stringify(seen))).toEqual(seen)
  })

  it('keeps 200 of a thousand names and says how many there are', async () => {
    const names = Array.from({ length: 1000 }, (_, i) => `mx${i}.example.test`)
    const seen = observeCertificate(await certificateOf({ names }))
    expect([seen.dnsNames.length, seen.dnsNamesTotal]).toEqual([200, 1000])
  })

  it('a renewal that keeps its key keeps its key fingerprint', async () => {
    const ca = await labCertificateAuthority()
    const first = await ca.issue({ names: ['mx.example.test'] })
    const second = await ca.issue({ names: ['mx.example.test'], keyOf: first })
    const [one, two] = [first, second].map(({ der }) => observeCertificate(new X509Certificate(der)))
    expect(one?.spkiFingerprint).toBe(two?.spkiFingerprint)
    expect(one?.fingerprint).not.toBe(two?.fingerprint)
  })

  it('never throws, whatever a certificate that OpenSSL takes for one says', async () => {
    const good = await certificateOf({ names: ['a.test', 'b.test'], intermediate: 'missing' })
    const change = fc.tuple(fc.nat(good.raw.length - 1), fc.nat(255))
    let read = 0
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), changes => {
        const bytes = Buffer.from(good.raw)
        for (const [at, byte] of changes) bytes[at] = byte
        let changed: X509Certificate
        try {
          changed = new X509Certificate(bytes)
        } catch {
          return
        }
        read += 1
        observeCertificate(changed)
        isSelfSigned(changed)
      }),
      { numRuns: 2000 },
    )
    expect(read).toBeGreaterThan(100)
  })
})

it('a reader gives out one object for one certificate, however often it is seen', async () => {
  const certificate = await certificateOf({})
  const reader = createCertificateReader()
  expect(reader.read(certificate)).toBe(reader.read(new X509Certificate(certificate.raw)))
})
