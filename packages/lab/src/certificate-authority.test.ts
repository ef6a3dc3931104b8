import { createHash, X509Certificate } from 'node:crypto'
import { connect as connectTls, createServer, type TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import {
  type CertificateOptions,
  createCertificateAuthority,
  labCertificateAuthority,
} from './certificate-authority.ts'
import type { LeafCertificate } from './leaf-certificate.ts'
import { listen } from './listener.ts'

/** What a careful TLS client says of a certificate: nothing when it is good. */
async function verdict(leaf: LeafCertificate, caPem: string, servername = 'mx.example.test') {
  const server = createServer({ key: leaf.keyPem, cert: leaf.chainPem })
  server.on('tlsClientError', () => {})
  const { address, port } = await listen(server, '127.0.0.1', 0)
  try {
    return await new Promise<string | undefined>(resolve => {
      const socket: TLSSocket = connectTls({ host: address, port, servername, ca: caPem }, () => {
        resolve(undefined)
        socket.destroy()
      })
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
    })
  } finally {
    server.close()
  }
}

const CASES: [string, Partial<CertificateOptions>, string | undefined][] = [
  ['good', {}, undefined],
  ['rsa', { keyType: 'rsa' }, undefined],
  ['with an intermediate', { intermediate: true }, undefined],
  ['wildcard', { names: ['*.example.test'] }, undefined],
  ['wildcard two labels up', { names: ['*.test'] }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ['for another name', { names: ['other.example.test'] }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ['expired', { validity: 'expired' }, 'CERT_HAS_EXPIRED'],
  ['not yet valid', { validity: 'not-yet-valid' }, 'CERT_NOT_YET_VALID'],
  ['self-signed', { signedBy: 'self' }, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['of another CA', { signedBy: 'other' }, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
]

test.each(CASES)('a TLS client judges a certificate %s as it should', async (_, options, expected) => {
  const ca = await labCertificateAuthority()
  const leaf = await ca.issue({ names: ['mx.example.test'], ...options })
  expect(await verdict(leaf, ca.caPem)).toBe(expected)
})

test('a name only in the subject stands in no subjectAltName', async () => {
  const ca = await labCertificateAuthority()
  const leaf = await ca.issue({ names: ['mx.example.test'], commonNameOnly: true })
  const certificate = new X509Certificate(leaf.der)
  expect([certificate.subject, certificate.subjectAltName]).toEqual(['CN=mx.example.test', undefined])
})

test('TLSA data is about the key, the certificate or its issuer as usage and selector say', async () => {
  const ca = await labCertificateAuthority()
  const leaf = await ca.issue({ names: ['mx.example.test'], intermediate: true, includeRoot: true })
  const chain = leaf.chainPem.split(/(?<=-----END CERTIFICATE-----\n)/).filter(pem => pem !== '')
  expect(chain).toHaveLength(3)
  const [own, issuer] = chain.map(pem => new X509Certificate(pem))
  const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())
  const spki = own!.publicKey.export({ type: 'spki', format: 'der' })
  expect(leaf.tlsa('3 1 1')).toEqual({
    usage: 'DANE-EE',
    selector: 'SPKI',
    matchingType: 'SHA2-256',
    data: sha256(spki),
  })
  expect(leaf.tlsa('3 0 1').data).toEqual(sha256(own!.raw))
  expect(leaf.tlsa('3 0 0').data).toEqual(new Uint8Array(own!.raw))
  expect(leaf.tlsa('2 0 1').data).toEqual(sha256(issuer!.raw))
  expect(leaf.tlsa('3 1 2').data).toHaveLength(64)
})

test('a renewal with the key kept has the same 3 1 1 and another 3 0 1', async () => {
  const ca = await labCertificateAuthority()
  const first = await ca.issue({ names: ['mx.example.test'] })
  const second = await ca.issue({ names: ['mx.example.test'], keyOf: first })
  expect(second.tlsa('3 1 1')).toEqual(first.tlsa('3 1 1'))
  expect(second.tlsa('3 0 1')).not.toEqual(first.tlsa('3 0 1'))
})

test('there is one authority per process, and others are strangers to it', async () => {
  expect(await labCertificateAuthority()).toBe(await labCertificateAuthority())
  const stranger = await createCertificateAuthority()
  const leaf = await stranger.issue({ names: ['mx.example.test'] })
  expect(await verdict(leaf, (await labCertificateAuthority()).caPem)).toBeDefined()
})
