// tsyringe, which @peculiar/x509 stands on, wants it loaded first.
import 'reflect-metadata'

import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

/** A self-signed certificate for one DNS name, valid for a day; it is its own authority. */
export async function makeThrowawayCertificate(
  dnsName: string,
): Promise<{ readonly key: string; readonly cert: string }> {
  x509.cryptoProvider.set(webcrypto as Crypto)
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: `CN=${dnsName}`,
    notBefore: new Date(Date.now() - 3_600_000),
    notAfter: new Date(Date.now() + 86_400_000),
    signingAlgorithm: algorithm,
    keys,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: dnsName }])],
  })
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  const base64 = Buffer.from(pkcs8).toString('base64').replace(/.{64}/g, '$&\n')
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${base64}\n-----END PRIVATE KEY-----\n`,
    cert: certificate.toString('pem'),
  }
}
