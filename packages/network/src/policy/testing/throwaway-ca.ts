import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  type GeneralNameType,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY_MS = 86_400_000

export interface IssuedCertificate {
  /** The leaf in PEM. */
  readonly cert: string
  /** PKCS #8 in PEM. */
  readonly key: string
}

export interface CertificateWishes {
  readonly subject?: string
  /** Entries of the subject alternative name; none leaves the extension out. */
  readonly names?: readonly { readonly type: GeneralNameType; readonly value: string }[]
  /** Milliseconds since 1970. */
  readonly notBefore?: number
  readonly notAfter?: number
  readonly selfSigned?: boolean
}

/** A certificate authority that lives as long as a test. */
export interface ThrowawayCa {
  /** Its root in PEM. */
  readonly root: string
  issue(wishes: CertificateWishes): Promise<IssuedCertificate>
}

export async function createThrowawayCa(name = 'Throwaway test root'): Promise<ThrowawayCa> {
  const caKeys = await newKeys()
  const caName = `CN=${name}`
  let serial = 1
  const root = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(serial),
    name: caName,
    notBefore: new Date(Date.now() - 3650 * DAY_MS),
    notAfter: new Date(Date.now() + 3650 * DAY_MS),
    keys: caKeys,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  })

  return {
    root: root.toString('pem'),
    async issue(wishes) {
      const keys = await newKeys()
      serial += 1
      const extensions: Extension[] = [
        new BasicConstraintsExtension(false, undefined, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      ]
      if (wishes.names !== undefined && wishes.names.length > 0)
        extensions.push(new SubjectAlternativeNameExtension([...wishes.names]))
      const shared = {
        serialNumber: serialNumber(serial),
        notBefore: new Date(wishes.notBefore ?? Date.now() - DAY_MS),
        notAfter: new Date(wishes.notAfter ?? Date.now() + 30 * DAY_MS),
        signingAlgorithm: algorithm,
        extensions,
      }
      const subject = wishes.subject ?? 'CN=throwaway leaf'
      const leaf =
        wishes.selfSigned === true
          ? await X509CertificateGenerator.createSelfSigned({ ...shared, name: subject, keys })
          : await X509CertificateGenerator.create({
              ...shared,
              subject,
              issuer: caName,
              publicKey: keys.publicKey,
              signingKey: caKeys.privateKey,
            })
      const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
      return { cert: leaf.toString('pem'), key: PemConverter.encode(key, 'PRIVATE KEY') }
    },
  }
}

/** The DNS names of a subject alternative name. */
export function dnsNames(...names: readonly string[]): { type: 'dns'; value: string }[] {
  return names.map(value => ({ type: 'dns', value }))
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

function serialNumber(serial: number): string {
  return serial.toString(16).padStart(4, '0')
}
