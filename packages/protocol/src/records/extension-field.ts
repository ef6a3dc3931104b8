import { isWhiteSpace } from './tokenize-record.ts'

/** Enough to describe any honest mistake; a record of thousands of broken fields would only fill a log. */
export const MAX_RECORD_ISSUES = 20
export const MAX_EXTENSION_NAME_LENGTH = 32

/** A field of an MTA-STS or TLSRPT record that this version of the standard does not know. */
export interface RecordExtension {
  readonly name: string
  readonly value: string
}

/**
 * Tells whether a name fits sts-ext-name and tlsrpt-ext-name, which are alike; the known names fit too.
 *
 * Source: RFC 8461 §3.1, RFC 8460 §3.
 */
export function isExtensionName(name: string): boolean {
  if (name.length === 0 || name.length > MAX_EXTENSION_NAME_LENGTH) return false
  for (let i = 0; i < name.length; i += 1) {
    const code = name.charCodeAt(i)
    const isMark = code === 0x5f || code === 0x2d || code === 0x2e
    if (!isLetterOrDigit(code) && !(isMark && i > 0)) return false
  }
  return true
}

/** As `isExtensionName` for values: visible US-ASCII without `=`, at least one; a `;` has ended the field before. */
export function isExtensionValue(value: string): boolean {
  for (let i = 0; i < value.length; i += 1) {
    const code = value.charCodeAt(i)
    if (code < 0x21 || code > 0x7e || code === 0x3d) return false
  }
  return value !== ''
}

/**
 * Tells whether a text is a record of this version: the version, then a `;`, white space between allowed.
 *
 * Lenient: the ABNF allows that white space, though the text of both standards has records discarded that do not
 * begin with the version and its `;`.
 */
export function beginsWithVersion(text: string, version: string): boolean {
  if (!text.startsWith(version)) return false
  let at = version.length
  while (at < text.length && isWhiteSpace(text.charCodeAt(at))) at += 1
  return text[at] === ';'
}

export function isLetterOrDigit(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
}
