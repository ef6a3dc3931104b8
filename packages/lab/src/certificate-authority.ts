import {
  generateKeyPair as generateKeyPairCallback,
  KeyObject,
  X509Certificate as NodeCertificate,
} from 'node:crypto'
import { promisify } from 'node:util'
// @peculiar/x509 needs this loaded before it.
import 'reflect-metadata'
import {
  AuthorityInfoAccessExtension,
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { LeafCertificate } from './leaf-certificate.ts'

/** What is asked of a certificate; without options it is a good one. */
export interface CertificateOptions {
  /** DNS names, `*.example.test` included; the first also stands in the subject. */
  readonly names: readonly string[]
  /** Default `current`: from 30 days ago for a year. `expired` ended yesterday, `not-yet-valid` begins tomorrow. */
  readonly validity?: 'current' | 'expired' | 'not-yet-valid'
  /** Days from now to the end of a `current` certificate, for one that should have been renewed; it then lives for 90. */
  readonly endsInDays?: number
  /** Default `lab`. `other` is a CA nobody trusts, `self` the certificate's own key. */
  readonly signedBy?: 'lab' | 'other' | 'self'
  /** The name only in the subject, no subjectAltName: what RFC 8461 §3.3 forbids to accept. */
  readonly commonNameOnly?: boolean
  /**
   * An intermediate CA between root and leaf, sent along. `missing`: not sent, though the leaf says where it could
   * be had; `expired`: out of its own dates.
   */
  readonly intermediate?: boolean | 'missing' | 'expired'
  /** Send the root too, as DANE-TA by digest needs (RFC 7672 §3.1.2). */
  readonly includeRoot?: boolean
  /** Default `ecdsa` (P-256). One RSA key of each size per authority, as making one takes long. */
  readonly keyType?: LabKeyType
  /** The hash under the signature. Default `SHA-256`. */
  readonly hash?: 'SHA-256' | 'SHA-1'
  /** Object identifiers of the extended key usage. Default serverAuth. */
  readonly extendedKeyUsage?: readonly string[]
  /** Makes the certificate this much larger, by an extension nobody knows. */
  readonly paddingBytes?: number
  /** Sends this many strange certificates behind its own chain, padded alike. */
  readonly extraCertificates?: number
  /** Renewal with the key kept: `3 1 1` of both is the same. */
  readonly keyOf?: LeafCertificate
}

export interface CertificateAuthority {
  /** The root that clients of the lab trust. */
  readonly caPem: string
  issue(options: CertificateOptions): Promise<LeafCertificate>
}

/** `rsa` has 2048 bits, `rsa-1024` as few as no CA may sign. */
export type LabKeyType = 'ecdsa' | 'rsa' | 'rsa-1024'

interface Signer {
  readonly name: string
  readonly key: CryptoKey
  /** Names the signer's key in what it signs; strict clients, as Python since 3.13, insist on it. */
  readonly keyIdentifier: Extension
  /** DER, from the one that signed up to the root. */
  readonly chain: readonly Uint8Array[]
}

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const
const DAY_MS = 86_400_000
const generateKeyPair = promisify(generateKeyPairCallback)

let shared: Promise<CertificateAuthority> | undefined

/** The lab's authority, made once per process: starting many labs costs one key. */
export function labCertificateAuthority(): Promise<CertificateAuthority> {
  shared ??= createCertificateAuthority()
  return shared
}

/** Makes a throwaway authority, trusted by nobody who is not told to. */
export async function createCertificateAuthority(
  options: { readonly now?: () => number } = {},
): Promise<CertificateAuthority> {
  const now = options.now ?? Date.now
  const root = await createSigner('CN=Sternpost Lab Root', undefined, now())
  const otherRoot = once(() => createSigner('CN=Untrusted Root', undefined, now()))
  const intermediate = once(() => createSigner('CN=Sternpost Lab Intermediate', root, now()))
  const otherIntermediate = once(async () =>
    createSigner('CN=Untrusted Intermediate', await otherRoot(), now()),
  )
  const expiredIntermediate = once(() => createSigner('CN=Sternpost Lab Old Intermediate', root, now(), -1))
  const rsaKeys = {
    rsa: once(() => generateKeyPair('rsa', { modulusLength: 2048 })),
    'rsa-1024': once(() => generateKeyPair('rsa', { modulusLength: 1024 })),
  }

  function signerFor(wish: CertificateOptions): Promise<Signer> | Signer | undefined {
    if (wish.signedBy === 'self') return undefined
    if (wish.intermediate === 'expired') return expiredIntermediate()
    if (wish.signedBy === 'other') return wish.intermediate ? otherIntermediate() : otherRoot()
    return wish.intermediate ? intermediate() : root
  }

  async function strangersOf({ extraCertificates = 0, paddingBytes = 0 }: CertificateOptions) {
    const strangers: Uint8Array[] = []
    for (let i = 0; i < extraCertificates; i += 1) {
      const name = `CN=Stranger ${i}`
      const keys = await crypto.subtle.generateKey(ECDSA, true, ['sign', 'verify'])
      const certificate = await X509CertificateGenerator.createSelfSigned({
        name,
        keys,
        signingAlgorithm: ECDSA,
        extensions: paddingOf(paddingBytes),
      })
      strangers.push(new Uint8Array(certificate.rawData))
    }
    return strangers
  }

  return {
    caPem: toPem(root.chain[0]!),
    async issue(wish) {
      const first = wish.names[0]
      if (first === undefined) throw new RangeError('a certificate needs at least one name')
      const keyType = wish.keyOf?.keyType ?? wish.keyType ?? 'ecdsa'
      const keys = await leafKeys(wish, keyType, rsaKeys)
      const signer = await signerFor(wish)
      const [notBefore, notAfter] = validityOf(wish, now())
      const hash = wish.hash ?? 'SHA-256'
      const algorithm = { ...(keyType === 'ecdsa' ? ECDSA : RSA), hash }
      const subject = `CN=${escapeName(first)}`
      const certificate = await X509CertificateGenerator.create({
        subject,
        issuer: signer?.name ?? subject,
        notBefore,
        notAfter,
        publicKey: keys.publicKey.toCryptoKey(algorithm, true, ['verify']),
        signingKey: signer?.key ?? keys.privateKey.toCryptoKey(algorithm, true, ['sign']),
        signingAlgorithm: signer === undefined ? algorithm : { ...ECDSA, hash },
        extensions: [...leafExtensions(wish), ...(signer === undefined ? [] : [signer.keyIdentifier])],
      })
      const der = new Uint8Array(certificate.rawData)
      const issuers = signer?.chain ?? []
      // The root itself is not sent unless asked for: clients have it.
      const above = wish.includeRoot ? issuers : issuers.slice(0, -1)
      const strangers = await strangersOf(wish)
      const sent = [...(wish.intermediate === 'missing' ? [] : above), ...strangers]
      return new LeafCertificate({
        names: wish.names,
        keyType,
        publicKey: keys.publicKey,
        privateKey: keys.privateKey,
        keyPem: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        der,
        issuerDer: issuers[0] ?? der,
        chainPem: [der, ...sent].map(toPem).join(''),
      })
    },
  }
}

async function createSigner(
  name: string,
  parent: Signer | undefined,
  nowMs: number,
  untilDays = 3650,
): Promise<Signer> {
  const keys = await crypto.subtle.generateKey(ECDSA, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.create({
    subject: name,
    issuer: parent?.name ?? name,
    notBefore: new Date(nowMs - 400 * DAY_MS),
    notAfter: new Date(nowMs + untilDays * DAY_MS),
    publicKey: keys.publicKey,
    signingKey: parent?.key ?? keys.privateKey,
    signingAlgorithm: ECDSA,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      ...(parent === undefined ? [] : [parent.keyIdentifier]),
    ],
  })
  const der = new Uint8Array(certificate.rawData)
  const keyIdentifier = await AuthorityKeyIdentifierExtension.create(keys.publicKey)
  return { name, key: keys.privateKey, keyIdentifier, chain: [der, ...(parent?.chain ?? [])] }
}

interface KeyPair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

async function leafKeys(
  wish: CertificateOptions,
  keyType: LabKeyType,
  rsaKeys: Readonly<Record<'rsa' | 'rsa-1024', () => Promise<KeyPair>>>,
): Promise<KeyPair> {
  if (wish.keyOf !== undefined) return wish.keyOf
  if (keyType !== 'ecdsa') return rsaKeys[keyType]()
  const keys = await crypto.subtle.generateKey(ECDSA, true, ['sign', 'verify'])
  return { publicKey: KeyObject.from(keys.publicKey), privateKey: KeyObject.from(keys.privateKey) }
}

function leafExtensions(wish: CertificateOptions): Extension[] {
  const extensions: Extension[] = [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
    new ExtendedKeyUsageExtension([...(wish.extendedKeyUsage ?? [ExtendedKeyUsage.serverAuth])]),
    ...paddingOf(wish.paddingBytes ?? 0),
  ]
  if (wish.intermediate === 'missing') {
    extensions.push(new AuthorityInfoAccessExtension({ caIssuers: ['http://ca.test/intermediate.cer'] }))
  }
  if (wish.commonNameOnly !== true) {
    extensions.push(new SubjectAlternativeNameExtension(wish.names.map(value => ({ type: 'dns', value }))))
  }
  return extensions
}

/** An extension under the number of examples (RFC 5612), as long as asked. */
function paddingOf(bytes: number): Extension[] {
  return bytes === 0 ? [] : [new Extension('1.3.6.1.4.1.32473.1', false, new Uint8Array(bytes))]
}

function validityOf({ validity = 'current', endsInDays }: CertificateOptions, nowMs: number): [Date, Date] {
  const spans = { current: [-30, 365], expired: [-90, -1], 'not-yet-valid': [1, 90] } as const
  const [fromDays, untilDays] = endsInDays === undefined ? spans[validity] : [endsInDays - 90, endsInDays]
  return [new Date(nowMs + fromDays * DAY_MS), new Date(nowMs + untilDays * DAY_MS)]
}

function toPem(der: Uint8Array): string {
  return new NodeCertificate(der).toString()
}

function escapeName(text: string): string {
  return text.replace(/[,+"\\<>;=#]/g, character => `\\${character}`)
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}
