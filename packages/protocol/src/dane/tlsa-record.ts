/**
 * A TLSA record, acronyms of RFC 7218 in place of numbers; a number stays where no acronym is registered.
 *
 * Source: RFC 6698 §2.1, RFC 7218 §2.
 */
export interface TlsaRecord {
  readonly usage: TlsaUsage | number
  readonly selector: TlsaSelector | number
  readonly matchingType: TlsaMatchingType | number
  /** Certificate association data. */
  readonly data: Uint8Array
}

export const tlsaUsages = ['PKIX-TA', 'PKIX-EE', 'DANE-TA', 'DANE-EE'] as const
export const tlsaSelectors = ['Cert', 'SPKI'] as const
export const tlsaMatchingTypes = ['Full', 'SHA2-256', 'SHA2-512'] as const

export type TlsaUsage = (typeof tlsaUsages)[number]
export type TlsaSelector = (typeof tlsaSelectors)[number]
export type TlsaMatchingType = (typeof tlsaMatchingTypes)[number]
