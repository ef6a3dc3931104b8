import { createHash, type KeyObject, X509Certificate } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'
import { type TlsaRecord, tlsaMatchingTypes, tlsaSelectors, tlsaUsages } from '@sternpost/protocol'

import type { LabKeyType } from './certificate-authority.ts'

/** Usage, selector and matching type as numbers: `3 1 1` is DANE-EE, SPKI, SHA2-256. */
export type TlsaParameters = `${0 | 1 | 2 | 3} ${0 | 1} ${0 | 1 | 2}`

interface LeafParts {
  readonly names: readonly string[]
  readonly keyType: LabKeyType
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
  readonly keyPem: string
  readonly der: Uint8Array
  readonly issuerDer: Uint8Array
  readonly chainPem: string
}

/** A certificate of the lab with its key and everything a server or a TLSA record needs of it. */
export class LeafCertificate implements LeafParts {
  readonly names: readonly string[]
  readonly keyType: LabKeyType
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
  readonly keyPem: string
  readonly der: Uint8Array
  /** The certificate that signed this one; itself where self-signed. */
  readonly issuerDer: Uint8Array
  /** The leaf first, then what is sent along. */
  readonly chainPem: string
  #secureContext: SecureContext | undefined

  constructor(parts: LeafParts) {
    this.names = parts.names
    this.keyType = parts.keyType
    this.publicKey = parts.publicKey
    this.privateKey = parts.privateKey
    this.keyPem = parts.keyPem
    this.der = parts.der
    this.issuerDer = parts.issuerDer
    this.chainPem = parts.chainPem
  }

  /** For `SNICallback`; made once. */
  get secureContext(): SecureContext {
    this.#secureContext ??= createSecureContext({ key: this.keyPem, cert: this.chainPem })
    return this.#secureContext
  }

  /** The TLSA record that matches: usages 0 and 2 are about the issuer, 1 and 3 about the certificate itself. */
  tlsa(parameters: TlsaParameters): TlsaRecord {
    const [usage, selector, matchingType] = parameters.split(' ').map(Number) as [number, number, number]
    const der = usage === 0 || usage === 2 ? this.issuerDer : this.der
    const selected = selector === 0 ? der : subjectPublicKeyInfo(der)
    const data =
      matchingType === 0
        ? selected
        : createHash(matchingType === 1 ? 'sha256' : 'sha512')
            .update(selected)
            .digest()
    return {
      usage: tlsaUsages[usage]!,
      selector: tlsaSelectors[selector]!,
      matchingType: tlsaMatchingTypes[matchingType]!,
      data: new Uint8Array(data),
    }
  }
}

function subjectPublicKeyInfo(der: Uint8Array): Uint8Array {
  return new X509Certificate(der).publicKey.export({ type: 'spki', format: 'der' })
}
