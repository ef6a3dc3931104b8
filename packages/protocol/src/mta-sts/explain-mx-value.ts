import { parseMxHostPattern } from '../names/mx-host-pattern.ts'

/** What a wrong mx value was probably meant to be. */
export interface MxValueExplanation {
  readonly hint: string
  /** The values to write in its place, one line each; [] where only a person can tell. */
  readonly patterns: readonly string[]
}

/** A value with more hosts than this is no list anybody wrote into one line. */
const MAX_LISTED = 50

/**
 * Says what is wrong with an mx value that is no pattern, and what to write instead where that is certain.
 *
 * Shape: only what the value itself says is used; no host is invented. `toAscii` as for `parseDomainName`.
 * Source: RFC 8461 §3.2, §4.1.
 */
export function explainMxValue(
  value: string,
  toAscii?: (name: string) => string,
): MxValueExplanation | undefined {
  if (parseMxHostPattern(value).ok) return undefined
  if (value.length > 4096) return { hint: 'it is far longer than a name', patterns: [] }
  const pieces = value.split(/[\s,;|]+/).filter(piece => piece !== '')
  const names = pieces.filter(piece => !/^[0-9]{1,5}$/.test(piece))
  if (names.length > 1 && names.length <= MAX_LISTED) {
    return { hint: 'each host needs a line of its own', patterns: allOf(names, toAscii) }
  }
  if (pieces.length > names.length && names.length === 1) {
    return { hint: 'a preference number belongs to the MX record only', patterns: allOf(names, toAscii) }
  }
  const [single] = names
  if (single === undefined) return { hint: 'a host name is missing', patterns: [] }
  return { hint: hintFor(single), patterns: allOf([single], toAscii) }
}

function hintFor(text: string): string {
  const bare = unwrap(text)
  if (/^https?:\/\//i.test(bare)) return 'a host name is needed, not a URL'
  if (bare.includes('@')) return 'a host name is needed, not a mail address'
  if (/^\[?[0-9a-f:.]+\]?$/i.test(bare) && (bare.includes(':') || /^\[?[0-9.]+\]?$/.test(bare)))
    return 'no MX host is called by its address; write its name'
  if (/^\*\.\*|[^.]\*|\*[^.]|\.\*/.test(bare)) return 'a star stands for the whole left-most label, once'
  if (bare !== text) return 'no quotation marks or brackets are needed'
  if (bare.endsWith('.')) return 'the dot at the end is not allowed'
  if (/[^\u0000-\u007f]/.test(bare)) return 'write the name in A-labels (xn--…)'
  if (/:[0-9]+$/.test(bare)) return 'a port has no place here'
  return 'only letters, digits, hyphens and dots make a name'
}

/** Every text as a pattern, or [] if one cannot be read for certain. */
function allOf(texts: readonly string[], toAscii: ((name: string) => string) | undefined): readonly string[] {
  const patterns = texts.map(text => asPattern(text, toAscii))
  return patterns.every(pattern => pattern !== undefined) ? patterns : []
}

function asPattern(text: string, toAscii: ((name: string) => string) | undefined): string | undefined {
  let name = unwrap(text).replace(/\.$/, '').toLowerCase()
  if (toAscii !== undefined && /[^\u0000-\u007f]/.test(name)) {
    const wildcard = name.startsWith('*.')
    const ascii = /[\s/:@?#%\\]/.test(name) ? '' : toAscii(wildcard ? name.slice(2) : name)
    if (ascii === '') return undefined
    name = wildcard ? `*.${ascii}` : ascii
  }
  return parseMxHostPattern(name).ok ? name : undefined
}

function unwrap(text: string): string {
  return text.replace(/^["'<]+|["'>]+$/g, '')
}
