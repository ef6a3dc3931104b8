import { Buffer } from 'node:buffer'
import { X509Certificate } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import vectors from '../../../../vectors/dane/tlsa.json' with { type: 'json' }
import { isDerCertificate, isDerSubjectPublicKeyInfo } from './der-structure.ts'
import { MAX_TLSA_DATA_BYTES } from './tlsa-rdata.ts'

const certificate = vectorData('full-certificate-v3-with-extensions')
const spki = vectorData('full-spki')

function vectorData(id: string): Uint8Array {
  const value = vectors.find(vector => vector.id === id)?.expect.value
  if (value === undefined) throw new Error(`no vector ${id}`)
  return Uint8Array.from(Buffer.from(value.data, 'hex'))
}

describe('DER structure', () => {
  it('is that of every root certificate Node carries, and of its key', () => {
    expect(rootCertificates.length).toBeGreaterThan(100)
    for (const pem of rootCertificates) {
      const { raw, publicKey } = new X509Certificate(pem)
      expect(isDerCertificate(raw)).toBe(true)
      expect(isDerSubjectPublicKeyInfo(publicKey.export({ type: 'spki', format: 'der' }))).toBe(true)
    }
  })

  it('is lost with every octet cut off or put behind', () => {
    for (let length = 0; length < certificate.length; length += 1)
      expect(isDerCertificate(certificate.subarray(0, length))).toBe(false)
    for (let length = 0; length < spki.length; length += 1)
      expect(isDerSubjectPublicKeyInfo(spki.subarray(0, length))).toBe(false)
    expect(isDerCertificate(Uint8Array.from([...certificate, 0]))).toBe(false)
  })

  it('never throws on a certificate with octets changed', () => {
    const change = fc.tuple(fc.nat({ max: certificate.length - 1 }), fc.nat({ max: 255 }))
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), changes => {
        const changed = Uint8Array.from(certificate)
        for (const [at, octet] of changes) changed[at] = octet
        expect(isDerCertificate(changed)).toBeTypeOf('boolean')
        expect(isDerSubjectPublicKeyInfo(changed)).toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  it('may nest as deep as a certificate does, and not without end', () => {
    const nestedParameters = (levels: number) => {
      let parameters: number[] = []
      for (let level = 0; level < levels; level += 1) parameters = [0x30, parameters.length, ...parameters]
      const oid = [0x06, 3, 0x2b, 0x65, 0x70]
      const algorithm = [0x30, oid.length + parameters.length, ...oid, ...parameters]
      const key = [0x03, 2, 0, 0]
      return Uint8Array.from([0x30, algorithm.length + key.length, ...algorithm, ...key])
    }
    expect(isDerSubjectPublicKeyInfo(nestedParameters(10))).toBe(true)
    expect(isDerSubjectPublicKeyInfo(nestedParameters(50))).toBe(false)
  })

  it('survives nesting and breadth that fill a record', () => {
    const size = MAX_TLSA_DATA_BYTES
    const nested = Uint8Array.from({ length: size }, (_, at) => (at % 4 === 0 ? 0x30 : 0x82))
    // Lengths that fit: each SEQUENCE holds all that is left.
    for (let at = 0; at + 4 < size; at += 4) {
      nested[at + 2] = (size - at - 4) >> 8
      nested[at + 3] = (size - at - 4) & 0xff
    }
    const broad = new Uint8Array(size)
    broad.set([0x30, 0x82, (size - 4) >> 8, (size - 4) & 0xff])
    for (let at = 4; at + 1 < size; at += 2) broad[at] = 0x05
    for (const data of [nested, broad, new Uint8Array(size).fill(0x30), new Uint8Array(size).fill(0x80)]) {
      expect(isDerCertificate(data)).toBe(false)
      expect(isDerSubjectPublicKeyInfo(data)).toBe(false)
    }
  })
})
