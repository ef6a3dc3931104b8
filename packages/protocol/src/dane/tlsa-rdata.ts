import type { ProtocolIssueCode } from '../issues.ts'
import { invalid, type Parsed, valid } from '../result.ts'
import { nameOfTlsaParameter, numberOfTlsaParameter } from './tlsa-parameters.ts'
import { type TlsaRecord, tlsaMatchingTypes, tlsaSelectors, tlsaUsages } from './tlsa-record.ts'

/** RDLENGTH has 16 bits, three octets are the parameters (RFC 1035 §3.2.1, RFC 6698 §2.1). */
export const MAX_TLSA_DATA_BYTES = 65_535 - 3

/**
 * Reads the RDATA of a TLSA record as it stands in a DNS message.
 *
 * Shape: three octets, then the data; the data are copied. No data at all is still a record: whether a record is
 * of use is `assessTlsaUsability`'s question, and one of no use still makes TLS mandatory (RFC 7672 §2.2.3).
 * Errors: `dane/tlsa-syntax` for fewer than three octets or more than RDATA can have.
 * Source: RFC 6698 §2.1.
 */
export function decodeTlsaRecord(rdata: Uint8Array): Parsed<TlsaRecord, ProtocolIssueCode> {
  const [usage, selector, matchingType] = rdata
  const tooLong = rdata.length > MAX_TLSA_DATA_BYTES + 3
  if (usage === undefined || selector === undefined || matchingType === undefined || tooLong) {
    const need = 'three octets and the data are needed, 65535 octets at most (RFC 6698 §2.1)'
    return invalid({ code: 'dane/tlsa-syntax', message: `TLSA RDATA of ${rdata.length} octets: ${need}` })
  }
  return valid({
    usage: nameOfTlsaParameter(tlsaUsages, usage),
    selector: nameOfTlsaParameter(tlsaSelectors, selector),
    matchingType: nameOfTlsaParameter(tlsaMatchingTypes, matchingType),
    // Not slice(): on a Buffer that would share memory with the DNS message, which its reader may use again.
    data: new Uint8Array(rdata.subarray(3)),
  })
}

/** Writes the RDATA of a TLSA record (RFC 6698 §2.1). */
export function encodeTlsaRecord(record: TlsaRecord): Uint8Array {
  const rdata = new Uint8Array(3 + record.data.length)
  rdata[0] = numberOfTlsaParameter(tlsaUsages, record.usage)
  rdata[1] = numberOfTlsaParameter(tlsaSelectors, record.selector)
  rdata[2] = numberOfTlsaParameter(tlsaMatchingTypes, record.matchingType)
  rdata.set(record.data, 3)
  return rdata
}
