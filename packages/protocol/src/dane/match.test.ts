import { createHash, X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import tlsaVectors from '../../../../vectors/dane/tlsa.json' with { type: 'json' }
import { applyDigestAgility } from './digest-agility.ts'
import { matchTlsa, type PresentedCertificate, type TlsaDigests } from './match.ts'
import { parseTlsaRecord } from './tlsa-presentation.ts'
import { type UsableTlsaRecord, usableTlsaRecords } from './usability.ts'

const digests: TlsaDigests = {
  sha256: data => new Uint8Array(createHash('sha256').update(data).digest()),
  sha512: data => new Uint8Array(createHash('sha512').update(data).digest()),
}

/** A server certificate and the CA that issued it, from the vectors; their keys are cut out by OpenSSL. */
const leaf = presented('full-certificate-v1')
const ca = presented('full-certificate-v3-with-extensions')
const chain = [leaf, ca]

function presented(id: string): PresentedCertificate {
  const value = tlsaVectors.find(vector => vector.id === id)?.expect.value
  if (value === undefined) throw new Error(`no vector ${id}`)
  const certificate = new X509Certificate(Buffer.from(value.data, 'hex'))
  return {
    der: new Uint8Array(certificate.raw),
    spki: new Uint8Array(certificate.publicKey.export({ type: 'spki', format: 'der' })),
  }
}

/** The record that matches a certificate, usage, selector and matching type given as in `3 1 1`. */
function recordFor(parameters: string, certificate: PresentedCertificate): UsableTlsaRecord {
  const [, selector, matchingType] = parameters.split(' ')
  const selected = selector === '0' ? certificate.der : certificate.spki
  const data =
    matchingType === '0'
      ? selected
      : matchingType === '1'
        ? digests.sha256(selected)
        : digests.sha512(selected)
  return read(`${parameters} ${Buffer.from(data).toString('hex')}`)
}

function read(text: string): UsableTlsaRecord {
  const parsed = parseTlsaRecord(text)
  const [record] = parsed.ok ? usableTlsaRecords([parsed.value]) : []
  if (record === undefined) throw new Error(`${text} is not usable`)
  return record
}

describe('matchTlsa', () => {
  const kinds = ['0 0', '0 1', '0 2', '1 0', '1 1', '1 2']

  it.each(kinds)('3 %s matches the server certificate and nothing above it', kind => {
    const record = recordFor(`3 ${kind}`, leaf)
    expect(matchTlsa([record], chain, digests)).toEqual([{ record, depth: 0 }])
    expect(matchTlsa([recordFor(`3 ${kind}`, ca)], chain, digests)).toEqual([])
  })

  it.each(kinds)('2 %s matches an issuer and never the server certificate', kind => {
    const record = recordFor(`2 ${kind}`, ca)
    expect(matchTlsa([record], chain, digests)).toEqual([{ record, depth: 1 }])
    expect(matchTlsa([recordFor(`2 ${kind}`, leaf)], chain, digests)).toEqual([])
  })

  it.each(kinds)('3 %s does not match a certificate that differs in one bit', kind => {
    const other = { der: Uint8Array.from(leaf.der), spki: Uint8Array.from(leaf.spki) }
    other.der[other.der.length - 1]! ^= 1
    other.spki[other.spki.length - 1]! ^= 1
    expect(matchTlsa([recordFor(`3 ${kind}`, leaf)], [other, ca], digests)).toEqual([])
  })

  it('finds all matches, by record and then by depth', () => {
    const records = [recordFor('2 0 1', ca), recordFor('3 1 2', ca), recordFor('3 1 1', leaf)]
    expect(matchTlsa(records, [leaf, ca, ca], digests)).toEqual([
      { record: records[0], depth: 1 },
      { record: records[0], depth: 2 },
      { record: records[2], depth: 0 },
    ])
  })

  it('matches nothing without records or without certificates', () => {
    expect(matchTlsa([], chain, digests)).toEqual([])
    expect(matchTlsa([recordFor('3 1 1', leaf)], [], digests)).toEqual([])
  })

  it('computes each digest once however many records there are', () => {
    let computed = 0
    const counting: TlsaDigests = {
      sha256: data => {
        computed += 1
        return digests.sha256(data)
      },
      sha512: digests.sha512,
    }
    const records = Array.from({ length: 1_000 }, () => recordFor('2 1 1', leaf))
    expect(matchTlsa(records, [leaf, ca, ca], counting)).toEqual([])
    expect(computed).toBe(2)
  })
})

describe('applyDigestAgility', () => {
  it('keeps Full and the strongest digest, as in the example of RFC 7671 §9', () => {
    const [weak, strong, full] = ['3 1 1', '3 1 2', '3 1 0'].map(parameters => recordFor(parameters, leaf))
    expect(applyDigestAgility([weak!, strong!, full!])).toEqual([strong, full])
  })

  it('compares digests only within one usage and one selector', () => {
    const records = ['3 1 1', '3 0 2', '2 1 2', '2 0 1'].map(parameters => recordFor(parameters, leaf))
    expect(applyDigestAgility(records)).toEqual(records)
  })

  it('keeps the weaker digest where it is the only one, beside Full too', () => {
    const records = ['3 1 0', '3 1 1', '3 1 1'].map(parameters => recordFor(parameters, leaf))
    expect(applyDigestAgility(records)).toEqual(records)
  })

  it('is not misled by a broken record of the stronger digest', () => {
    const good = recordFor('3 1 1', leaf)
    const broken = { ...recordFor('3 1 2', leaf), data: new Uint8Array(63) }
    expect(applyDigestAgility(usableTlsaRecords([broken, good]))).toEqual([good])
  })
})
