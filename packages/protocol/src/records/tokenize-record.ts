/** One field of a `tag=value;` record, with everything a dialect may want to forbid. */
export interface RecordField {
  /** The field without the white space around it; '' between two delimiters with nothing between them. */
  readonly text: string
  /** Column of `text`, from 1. */
  readonly column: number
  /** What stands before the first `=`, or the whole text where there is none. Case is kept. */
  readonly name: string
  /** What stands after the first `=`, later ones included; null where there is none. */
  readonly value: string | null
  /** Column of `value`, from 1; where there is no value, the column after `text`. */
  readonly valueColumn: number
  /** DMARC and BIMI allow white space beside the `=`, MTA-STS and TLSRPT do not. */
  readonly spaceAroundEquals: boolean
  readonly spaceBefore: boolean
  readonly spaceAfter: boolean
}

export interface RecordTokens {
  readonly fields: readonly RecordField[]
  /** Whether a `;` follows the last field. */
  readonly terminated: boolean
}

/**
 * Splits a `tag=value;` record into its fields.
 *
 * It judges nothing: version, names, values and white space are the dialect's business (MTA-STS, TLSRPT, DMARC,
 * BIMI), and so each field says where it stands and what surrounds it. A `;` always divides, as no dialect can
 * quote one.
 * Shape: white space is space and tab. `a=1; b=2;` and `a=1; b=2` both have two fields, `a=1;;` has an empty
 * second one, a text of white space alone has none.
 * Source: RFC 8461 §3.1, RFC 8460 §3, RFC 7489 §6.4 (after RFC 6376 §3.2).
 */
export function tokenizeRecord(text: string): RecordTokens {
  const fields: RecordField[] = []
  let start = 0
  for (;;) {
    const delimiter = text.indexOf(';', start)
    const end = delimiter === -1 ? text.length : delimiter
    const first = skipWhiteSpace(text, start, end)
    if (delimiter === -1 && first === end) return { fields, terminated: fields.length > 0 }
    fields.push(readField(text, start, first, end))
    if (delimiter === -1) return { fields, terminated: false }
    start = delimiter + 1
  }
}

/** The white space of ABNF (WSP, RFC 5234 appendix B.1): space and tab. */
export function isWhiteSpace(code: number): boolean {
  return code === 0x20 || code === 0x09
}

function readField(text: string, start: number, first: number, end: number): RecordField {
  const last = dropWhiteSpace(text, first, end)
  const fieldText = text.slice(first, last)
  const equals = fieldText.indexOf('=')
  const around = { spaceBefore: first > start, spaceAfter: last < end }
  if (equals === -1) {
    return {
      text: fieldText,
      column: first + 1,
      name: fieldText,
      value: null,
      valueColumn: last + 1,
      spaceAroundEquals: false,
      ...around,
    }
  }
  const nameEnd = dropWhiteSpace(fieldText, 0, equals)
  const valueStart = skipWhiteSpace(fieldText, equals + 1, fieldText.length)
  return {
    text: fieldText,
    column: first + 1,
    name: fieldText.slice(0, nameEnd),
    value: fieldText.slice(valueStart),
    valueColumn: first + valueStart + 1,
    spaceAroundEquals: nameEnd < equals || valueStart > equals + 1,
    ...around,
  }
}

function skipWhiteSpace(text: string, start: number, end: number): number {
  let at = start
  while (at < end && isWhiteSpace(text.charCodeAt(at))) at += 1
  return at
}

function dropWhiteSpace(text: string, start: number, end: number): number {
  let at = end
  while (at > start && isWhiteSpace(text.charCodeAt(at - 1))) at -= 1
  return at
}
