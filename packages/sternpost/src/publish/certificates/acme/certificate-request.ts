import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'
// @peculiar/x509 needs this loaded before it.
import 'reflect-metadata'
import {
  Extension,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
/** Source: RFC 8737 §6.1. */
const ACME_IDENTIFIER = '1.3.6.1.5.5.7.1.31'
const DAY_MS = 86_400_000

/** Makes the key of a certificate, ECDSA P-256, as PEM. */
export function createCertificateKey(): string {
  return toPem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
}

/**
 * Writes the request for a certificate for one host, in DER.
 *
 * Shape: the name stands in subjectAltName alone, as RFC 8461 §3.3 looks nowhere else and a subject holds 64 characters.
 */
export async function createCertificateRequest(host: string, keyPem: string): Promise<Uint8Array> {
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: '',
    keys: pairOf(createPrivateKey(keyPem)),
    signingAlgorithm: ECDSA,
    extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: host }])],
  })
  return new Uint8Array(request.rawData)
}

/**
 * Makes the certificate that answers a TLS-ALPN-01 challenge.
 *
 * Source: RFC 8737 §3.
 */
export async function createChallengeCertificate(
  host: string,
  keyAuthorization: string,
  now: number,
): Promise<{ readonly certPem: string; readonly keyPem: string }> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const digest = createHash('sha256').update(keyAuthorization).digest()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=ACME challenge',
    keys: pairOf(privateKey),
    signingAlgorithm: ECDSA,
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + DAY_MS),
    extensions: [
      new SubjectAlternativeNameExtension([{ type: 'dns', value: host }]),
      // An OCTET STRING of 32 bytes.
      new Extension(ACME_IDENTIFIER, true, Buffer.concat([Buffer.from([0x04, digest.length]), digest])),
    ],
  })
  return { certPem: certificate.toString('pem'), keyPem: toPem(privateKey) }
}

function toPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** Typed as browsers have it, which lack usages of Node's: the types of the API are read beside theirs, too. */
function pairOf(key: KeyObject): { privateKey: CryptoKey; publicKey: CryptoKey } {
  return {
    privateKey: key.toCryptoKey(ECDSA, true, ['sign']) as CryptoKey,
    publicKey: createPublicKey(key).toCryptoKey(ECDSA, true, ['verify']) as CryptoKey,
  }
}
