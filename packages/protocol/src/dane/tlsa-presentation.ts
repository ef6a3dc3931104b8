import type { ProtocolIssueCode } from '../issues.ts'
import { isWhiteSpace } from '../records/tokenize-record.ts'
import { invalid, type Parsed, quote, valid } from '../result.ts'
import { nameOfTlsaParameter, numberOfTlsaParameter } from './tlsa-parameters.ts'
import { MAX_TLSA_DATA_BYTES } from './tlsa-rdata.ts'
import { type TlsaRecord, tlsaMatchingTypes, tlsaSelectors, tlsaUsages } from './tlsa-record.ts'

/** The longest data with a space after each digit, and room for the parameters. */
const MAX_TEXT_CHARACTERS = 4 * MAX_TLSA_DATA_BYTES + 64

/**
 * Reads a TLSA record as people and zone files write it: `3 1 1 0C72AC70…`.
 *
 * Shape: usage, selector and matching type as a number from 0 to 255 or as acronym in any case (`DANE-EE SPKI
 * SHA2-256`), then the data in hexadecimal with spaces and tabs anywhere, all in one line. Parentheses and line
 * ends belong to the zone file, whose reader removes them.
 * Errors: `dane/tlsa-syntax` with the column.
 * Source: RFC 6698 §2.2, RFC 7218 §2.
 */
export function parseTlsaRecord(text: string): Parsed<TlsaRecord, ProtocolIssueCode> {
  if (text.length > MAX_TEXT_CHARACTERS)
    return fail(`${text.length} characters are more than a record has`, 1)
  const words = new WordReader(text)

  const usage = readParameter(words.next(), tlsaUsages, 'privcert')
  if (usage === undefined) return fail(`${quote(words.word)} is no certificate usage`, words.column)
  const selector = readParameter(words.next(), tlsaSelectors, 'privsel')
  if (selector === undefined) return fail(`${quote(words.word)} is no selector`, words.column)
  const matchingType = readParameter(words.next(), tlsaMatchingTypes, 'privmatch')
  if (matchingType === undefined) return fail(`${quote(words.word)} is no matching type`, words.column)

  const digits: number[] = []
  for (let at = words.end; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (isWhiteSpace(code)) continue
    const digit = hexDigit(code)
    if (digit === -1) return fail(`${quote(text.slice(at), 10)} is not hexadecimal`, at + 1)
    digits.push(digit)
  }
  if (digits.length === 0) return fail('the data are missing', text.length + 1)
  if (digits.length % 2 === 1)
    return fail(`${digits.length} hexadecimal digits are no whole octets`, text.length)
  if (digits.length > 2 * MAX_TLSA_DATA_BYTES)
    return fail('the data are longer than RDATA can be', text.length)

  const data = new Uint8Array(digits.length / 2)
  for (let i = 0; i < data.length; i += 1) data[i] = digits[2 * i]! * 16 + digits[2 * i + 1]!
  return valid({ usage, selector, matchingType, data })
}

/** Writes a TLSA record for a zone file, numbers as RFC 6698 §2.2 has them: `3 1 1 0c72ac70…`. */
export function formatTlsaRecord(record: TlsaRecord): string {
  const usage = numberOfTlsaParameter(tlsaUsages, record.usage)
  const selector = numberOfTlsaParameter(tlsaSelectors, record.selector)
  const matchingType = numberOfTlsaParameter(tlsaMatchingTypes, record.matchingType)
  let hex = ''
  for (const octet of record.data) hex += octet.toString(16).padStart(2, '0')
  return `${usage} ${selector} ${matchingType} ${hex}`
}

/** Walks over the words of a line; `word` and `column` are those of the last one read. */
class WordReader {
  readonly #text: string
  end = 0
  word = ''
  column = 1

  constructor(text: string) {
    this.#text = text
  }

  next(): string {
    let start = this.end
    while (start < this.#text.length && isWhiteSpace(this.#text.charCodeAt(start))) start += 1
    let end = start
    while (end < this.#text.length && !isWhiteSpace(this.#text.charCodeAt(end))) end += 1
    this.word = this.#text.slice(start, end)
    this.column = start + 1
    this.end = end
    return this.word
  }
}

/** `privateName` is the acronym of 255, which is registered but says nothing that could be used. */
function readParameter<Name extends string>(
  word: string,
  known: readonly Name[],
  privateName: string,
): Name | number | undefined {
  if (word.length > 10) return undefined
  if (/^[0-9]{1,3}$/.test(word)) {
    const number = Number(word)
    return number <= 255 ? nameOfTlsaParameter(known, number) : undefined
  }
  const folded = word.toLowerCase()
  if (folded === privateName) return 255
  return known.find(name => name.toLowerCase() === folded)
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  if (code >= 0x41 && code <= 0x46) return code - 0x41 + 10
  if (code >= 0x61 && code <= 0x66) return code - 0x61 + 10
  return -1
}

function fail(found: string, column: number) {
  const need = 'usage, selector, matching type and data in hexadecimal are needed (RFC 6698 §2.2)'
  return invalid<ProtocolIssueCode>({ code: 'dane/tlsa-syntax', message: `${found}; ${need}`, column })
}
