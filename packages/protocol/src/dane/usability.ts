import type { ProtocolIssueCode } from '../issues.ts'
import type { Issue } from '../result.ts'
import { isDerCertificate, isDerSubjectPublicKeyInfo } from './der-structure.ts'
import { nameOfTlsaParameter } from './tlsa-parameters.ts'
import {
  type TlsaMatchingType,
  type TlsaRecord,
  type TlsaSelector,
  tlsaMatchingTypes,
  tlsaSelectors,
  tlsaUsages,
} from './tlsa-record.ts'

/** A TLSA record a sending MTA can authenticate a server by. */
export interface UsableTlsaRecord extends TlsaRecord {
  readonly usage: 'DANE-TA' | 'DANE-EE'
  readonly selector: TlsaSelector
  readonly matchingType: TlsaMatchingType
}

export type TlsaUsability =
  | { readonly usable: true; readonly record: UsableTlsaRecord }
  | { readonly usable: false; readonly issue: Issue<ProtocolIssueCode> }

const digestBytes = { 'SHA2-256': 32, 'SHA2-512': 64 } as const

/**
 * Tells whether a sending MTA can authenticate a server by a TLSA record.
 *
 * An unusable record is not an absent one: a host with nothing else still promised TLS, and mail must not go to
 * it in clear text (RFC 7672 §2.2.3).
 * Strict: with matching type Full the data must have the structure of a certificate in DER, or with selector
 * SPKI of a SubjectPublicKeyInfo; what has not could match no server.
 * Errors: `dane/tlsa-usage`, `-selector`, `-matching-type`, `-data-length`, `-data-encoding`.
 * Source: RFC 7672 §3.1, §3.1.3, RFC 6698 §2.1, RFC 7671 §9.
 */
export function assessTlsaUsability(record: TlsaRecord): TlsaUsability {
  const usage = nameOfTlsaParameter(tlsaUsages, record.usage)
  if (usage === 'PKIX-TA' || usage === 'PKIX-EE') {
    return unusable(
      'dane/tlsa-usage',
      `usage ${usage} cannot be used between mail servers, which share no list of CAs (RFC 7672 §3.1.3)`,
    )
  }
  if (typeof usage === 'number')
    return unusable('dane/tlsa-usage', `usage ${usage} has no meaning (RFC 7218 §2.1)`)

  const selector = nameOfTlsaParameter(tlsaSelectors, record.selector)
  if (typeof selector === 'number')
    return unusable('dane/tlsa-selector', `selector ${selector} has no meaning (RFC 7218 §2.2)`)

  const matchingType = nameOfTlsaParameter(tlsaMatchingTypes, record.matchingType)
  if (typeof matchingType === 'number') {
    return unusable('dane/tlsa-matching-type', `matching type ${matchingType} has no meaning (RFC 7218 §2.3)`)
  }

  const issue =
    matchingType === 'Full' ? fullDataIssue(selector, record.data) : digestIssue(matchingType, record.data)
  if (issue !== undefined) return { usable: false, issue }
  return { usable: true, record: { usage, selector, matchingType, data: record.data } }
}

/** The records of a TLSA answer a sending MTA can authenticate a server by, in their order. */
export function usableTlsaRecords(records: readonly TlsaRecord[]): UsableTlsaRecord[] {
  const usable: UsableTlsaRecord[] = []
  for (const record of records) {
    const usability = assessTlsaUsability(record)
    if (usability.usable) usable.push(usability.record)
  }
  return usable
}

function digestIssue(matchingType: keyof typeof digestBytes, data: Uint8Array) {
  const bytes = digestBytes[matchingType]
  if (data.length === bytes) return undefined
  const message = `${matchingType} needs ${bytes} octets of data, there are ${data.length} (RFC 6698 §2.1.3)`
  return dataIssue('dane/tlsa-data-length', message)
}

function fullDataIssue(selector: TlsaSelector, data: Uint8Array) {
  if (data.length === 0) return dataIssue('dane/tlsa-data-length', 'the record has no data (RFC 6698 §2.1.4)')
  if (selector === 'Cert' ? isDerCertificate(data) : isDerSubjectPublicKeyInfo(data)) return undefined
  const need = selector === 'Cert' ? 'a certificate' : 'a SubjectPublicKeyInfo'
  return dataIssue('dane/tlsa-data-encoding', `the data are not ${need} in DER (RFC 6698 §2.1.2)`)
}

function dataIssue(code: ProtocolIssueCode, message: string): Issue<ProtocolIssueCode> {
  return { code, message }
}

function unusable(code: ProtocolIssueCode, message: string): TlsaUsability {
  return { usable: false, issue: { code, message } }
}
