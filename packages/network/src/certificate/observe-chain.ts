import { X509Certificate } from 'node:crypto'
import { getCACertificates, type TLSSocket } from 'node:tls'
import { dnsNamesOf } from '../policy/certificate-facts.ts'
import { matchDnsId } from '../policy/match-dns-id.ts'
import { createCertificateReader, isSelfSigned } from './observe-certificate.ts'
import type { ChainFault, ObservedChain } from './presented-certificate.ts'

const MAX_CERTIFICATES = 10

export interface ChainObserver {
  /**
   * Reads the chain of a finished handshake and judges it for a name.
   *
   * Shape: the verdict is OpenSSL's, over the roots that the socket's context trusts; which faults there are is
   * worked out beside it, as OpenSSL tells one only. Null where the server showed no certificate.
   */
  observe(socket: TLSSocket, referenceName: string): ObservedChain | null
}

export interface ChainObserverOptions {
  /** The roots that the sockets' contexts trust, in PEM; without it those of Node. */
  readonly ca?: readonly string[] | undefined
  /** Milliseconds since 1970; OpenSSL judges by the system's clock all the same. */
  readonly now: () => number
}

/** Makes an observer that reads each certificate once and the roots when the first bad chain needs them. */
export function createChainObserver({ ca, now }: ChainObserverOptions): ChainObserver {
  const reader = createCertificateReader()
  let roots: Roots | undefined

  return {
    observe(socket, referenceName) {
      const presented = presentedBy(socket)
      if (presented.length === 0) return null
      const certificates = presented.slice(0, MAX_CERTIFICATES).map(reader.read)
      const [leaf] = certificates
      // Every name counts, not only those that are kept.
      const dnsNames =
        leaf?.dnsNamesTotal === leaf?.dnsNames.length
          ? (leaf?.dnsNames ?? [])
          : dnsNamesOf(presented[0]?.subjectAltName)
      const nameMatches = matchDnsId(referenceName, dnsNames)
      const trusted = socket.authorized
      const faults: ChainFault[] = []
      if (!trusted) {
        roots ??= new Roots(ca)
        faults.push(...chainFaultsOf(presented.slice(0, MAX_CERTIFICATES), roots, now()))
        if (faults.length === 0) faults.push('other')
      }
      if (!nameMatches) faults.push('wrong-name')
      return {
        certificates,
        certificatesTotal: presented.length,
        valid: trusted && nameMatches,
        trusted,
        ...(trusted ? {} : { verifyError: String(socket.authorizationError).slice(0, 100) }),
        referenceName,
        nameMatches,
        faults,
      }
    },
  }
}

/** The certificates in the order of the handshake: Node links each to the next that was sent. */
function presentedBy(socket: TLSSocket): X509Certificate[] {
  const presented: X509Certificate[] = []
  for (let next = socket.getPeerX509Certificate(); next !== undefined; next = next.issuerCertificate)
    presented.push(next)
  return presented
}

/** What is wrong on the way from a server's certificate to a root. */
function chainFaultsOf(presented: readonly X509Certificate[], roots: Roots, nowMs: number): ChainFault[] {
  const [leaf, ...others] = presented
  if (leaf === undefined) return []
  const faults: ChainFault[] = []
  if (Date.parse(leaf.validTo) < nowMs) faults.push('expired')
  if (Date.parse(leaf.validFrom) > nowMs) faults.push('not-yet-valid')

  let current = leaf
  const unused = new Set(others)
  for (;;) {
    if (isSelfSigned(current)) {
      if (!roots.has(current)) faults.unshift(current === leaf ? 'self-signed' : 'untrusted-root')
      return faults
    }
    const subject = current
    const issuer = [...unused].find(candidate => issued(candidate, subject)) ?? roots.issuerOf(subject)
    if (issuer === undefined) {
      faults.unshift(/^CA Issuers - /m.test(subject.infoAccess ?? '') ? 'incomplete-chain' : 'unknown-issuer')
      return faults
    }
    unused.delete(issuer)
    const outOfDate = Date.parse(issuer.validTo) < nowMs || Date.parse(issuer.validFrom) > nowMs
    if (outOfDate && !faults.includes('issuer-expired')) faults.push('issuer-expired')
    if (roots.has(issuer)) return faults
    current = issuer
  }
}

function issued(issuer: X509Certificate, subject: X509Certificate): boolean {
  try {
    return subject.checkIssued(issuer) && subject.verify(issuer.publicKey)
  } catch {
    // A key of a type that OpenSSL does not know cannot have signed what we could follow.
    return false
  }
}

/** The trusted roots, by subject. */
class Roots {
  readonly #bySubject = new Map<string, X509Certificate[]>()
  readonly #fingerprints = new Set<string>()

  constructor(ca: readonly string[] | undefined) {
    for (const text of ca ?? getCACertificates('default')) {
      // One text may hold several certificates.
      for (const pem of text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [])
        this.#add(pem)
    }
  }

  has(certificate: X509Certificate): boolean {
    return this.#fingerprints.has(certificate.fingerprint256)
  }

  issuerOf(subject: X509Certificate): X509Certificate | undefined {
    return this.#bySubject.get(subject.issuer)?.find(root => issued(root, subject))
  }

  #add(pem: string): void {
    const root = new X509Certificate(pem)
    this.#fingerprints.add(root.fingerprint256)
    const same = this.#bySubject.get(root.subject)
    if (same === undefined) this.#bySubject.set(root.subject, [root])
    else same.push(root)
  }
}
