import type { ProtocolIssueCode } from '../issues.ts'
import { invalid, type Parsed, quote, valid } from '../result.ts'

declare const domainNameBrand: unique symbol

/** A host or domain name in lower-case A-labels, without a trailing dot, at most 253 characters. */
export type DomainName = string & { readonly [domainNameBrand]: true }

export const MAX_DOMAIN_NAME_LENGTH = 253
export const MAX_LABEL_LENGTH = 63

export interface DomainNameOptions {
  /**
   * Turns U-labels into A-labels (IDNA), or answers '' where it cannot. Passed in because the tables belong to
   * the platform: `domainToASCII` of node:url, or `new URL` in a browser. Without it U-labels are an error.
   */
  readonly toAscii?: (name: string) => string
  /** Lenient: MX targets with an underscore exist and Postfix delivers to them. Default false. */
  readonly underscore?: boolean
  /** Whether a name of one label, such as `localhost`, will do. Default false. */
  readonly singleLabel?: boolean
}

/**
 * Reads a domain name as people and mail software write it.
 *
 * Shape: `Example.COM.` gives `example.com`; one trailing dot is dropped, letters are folded.
 * Errors: `name/*`. An address in digits (`192.0.2.1`) is `name/address`, as no policy belongs to one.
 * Source: RFC 5321 §4.1.2, RFC 1035 §2.3.4, RFC 5890 §2.3.2.1.
 */
export function parseDomainName(
  text: string,
  options: DomainNameOptions = {},
): Parsed<DomainName, ProtocolIssueCode> {
  if (isFoldedName(text)) return valid(text as DomainName)
  // Bounded before anything walks it; a U-label name is longer as A-labels, never shorter than a quarter.
  if (text.length > 4 * MAX_DOMAIN_NAME_LENGTH)
    return fail('name/too-long', text, 'at most 253 characters are allowed')
  let name = text
  if (!isAscii(name)) {
    // A `toAscii` made for URLs ends a host at a slash and resolves escapes: another name would come out.
    if (hasForeignAscii(name, options.underscore === true)) {
      return fail('name/character', text, 'only letters, digits, hyphens and dots make a name')
    }
    name = options.toAscii?.(name) ?? ''
    if (name === '')
      return fail('name/u-label', text, 'letters beyond ASCII must be given as A-labels (xn--…)')
  }
  // After IDNA, which knows other full stops as well.
  if (name.endsWith('.')) name = name.slice(0, -1)
  if (name === '') return fail('name/empty', text, 'a name is needed')
  name = name.toLowerCase()
  if (name.length > MAX_DOMAIN_NAME_LENGTH)
    return fail('name/too-long', text, 'at most 253 characters are allowed')

  const labels = name.split('.')
  for (const label of labels) {
    if (label === '') return fail('name/label-length', text, 'between two dots there must be a label')
    if (label.length > MAX_LABEL_LENGTH)
      return fail('name/label-length', text, 'a label has at most 63 characters')
    for (let i = 0; i < label.length; i += 1) {
      if (!isNameCharacter(label.charCodeAt(i), options.underscore === true)) {
        return fail('name/character', text, 'only letters, digits, hyphens and dots make a name')
      }
    }
    if (label.startsWith('-') || label.endsWith('-')) {
      return fail('name/hyphen', text, 'a label neither starts nor ends with a hyphen')
    }
  }
  // A last label of digits alone is never a top-level domain (RFC 3696 §2) and mostly the end of an IPv4 address.
  if (/^[0-9]+$/.test(labels[labels.length - 1] ?? ''))
    return fail('name/address', text, 'this looks like an IP address')
  if (labels.length === 1 && options.singleLabel !== true) {
    return fail('name/single-label', text, 'a domain with at least two labels is needed')
  }
  return valid(name as DomainName)
}

/** Tells whether a text is a name as `parseDomainName` gives it out: already folded, no trailing dot. */
export function isDomainName(text: string): text is DomainName {
  const parsed = parseDomainName(text, { underscore: true, singleLabel: true })
  return parsed.ok && parsed.value === text
}

/**
 * Tells in one pass whether a text is a name under any options, already as `parseDomainName` gives it out; most are,
 * and reports have many. False says nothing.
 */
function isFoldedName(text: string): boolean {
  if (text.length > MAX_DOMAIN_NAME_LENGTH) return false
  let labelStart = 0
  let lastIsNumber = true
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    if (code === 0x2e) {
      const length = i - labelStart
      if (length === 0 || length > MAX_LABEL_LENGTH || text.charCodeAt(i - 1) === 0x2d) return false
      labelStart = i + 1
      lastIsNumber = true
    } else if (code >= 0x61 && code <= 0x7a) {
      lastIsNumber = false
    } else if (code === 0x2d) {
      if (i === labelStart) return false
      lastIsNumber = false
    } else if (code < 0x30 || code > 0x39) {
      return false
    }
  }
  const length = text.length - labelStart
  if (length === 0 || length > MAX_LABEL_LENGTH || text.charCodeAt(text.length - 1) === 0x2d) return false
  return labelStart > 0 && !lastIsNumber
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) > 0x7f) return false
  return true
}

function hasForeignAscii(name: string, underscore: boolean): boolean {
  const folded = name.toLowerCase()
  for (let i = 0; i < folded.length; i += 1) {
    const code = folded.charCodeAt(i)
    if (code <= 0x7f && code !== 0x2e && !isNameCharacter(code, underscore)) return true
  }
  return false
}

function isNameCharacter(code: number, underscore: boolean): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2d ||
    (underscore && code === 0x5f)
  )
}

function fail(code: ProtocolIssueCode, text: string, need: string) {
  return invalid<ProtocolIssueCode>({ code, message: `${quote(text)} is no domain name: ${need}` })
}
