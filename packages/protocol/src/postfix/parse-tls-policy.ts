import type { ProtocolIssueCode } from '../issues.ts'
import { type Issue, invalid, type Parsed, quote, valid } from '../result.ts'
import { MAX_REPLY_BYTES } from './socketmap.ts'
import { splitPostfixAttribute, splitPostfixWords } from './tls-policy-words.ts'

export const postfixTlsLevels = [
  'none',
  'may',
  'encrypt',
  'dane',
  'dane-only',
  'fingerprint',
  'verify',
  'secure',
] as const
export type PostfixTlsLevel = (typeof postfixTlsLevels)[number]

/** A value of `smtp_tls_policy_maps` as Postfix understands it; undefined or empty where nothing is said. */
export interface PostfixTlsPolicyEntry {
  readonly level: PostfixTlsLevel
  /** Every `match`, taken apart: names at `verify` and `secure`, digests at `fingerprint`. */
  readonly match: readonly string[]
  readonly servername: string | undefined
  readonly ciphers: string | undefined
  readonly protocols: string | undefined
  readonly exclude: string | undefined
  readonly taFiles: readonly string[]
  readonly connectionReuse: boolean | undefined
  readonly enableRpk: boolean | undefined
  readonly policyType: string | undefined
  readonly policyDomain: string | undefined
  readonly policyFailure: string | undefined
  readonly policyTtlSeconds: number | undefined
  readonly policyStrings: readonly string[]
  readonly mxHostPatterns: readonly string[]
}

/**
 * Reads a value of `smtp_tls_policy_maps` by Postfix's own rules; what is an error here defers mail there.
 *
 * Shape: a level, then attributes `name=value` or `{ name = value }` with white space or commas between; upper
 * and lower case are the same in levels and names.
 * Strict: names of Postfix 3.10 and later; an earlier one refuses the `policy_*` ones and `mx_host_pattern`.
 * Errors: `postfix/tls-policy` for the first thing Postfix stumbles over.
 * Source: smtp_tls_policy_maps in postconf(5).
 */
export function parsePostfixTlsPolicy(text: string): Parsed<PostfixTlsPolicyEntry, ProtocolIssueCode> {
  if (text.length > MAX_REPLY_BYTES)
    return invalid(issue(`${text.length} characters are more than Postfix reads`))
  if (text.includes('\0')) return invalid(issue('a NUL ends the text for Postfix'))
  const [first, ...attributes] = splitPostfixWords(text)
  if (first === undefined) return invalid(issue('the policy is empty, a level is needed'))
  const level = postfixTlsLevels.find(known => known === first.toLowerCase())
  if (level === undefined)
    return invalid(issue(`${quote(first)} is no level, known are ${postfixTlsLevels.join(', ')}`))

  const reader = new EntryReader(level)
  if (level === 'none') {
    const ignored = attributes.map(word => issue(`${quote(word)} has no effect, TLS is off`))
    return valid(reader.entry, ignored.slice(0, MAX_WARNINGS))
  }
  for (const word of attributes) {
    const attribute = splitPostfixAttribute(word)
    const fault =
      typeof attribute === 'string'
        ? `${quote(word)} is malformed: ${attribute}`
        : reader.read(attribute.name, attribute.value)
    if (fault !== undefined) return invalid(issue(fault))
  }
  const fault = reader.finish()
  return fault === undefined ? valid(reader.entry) : invalid(issue(fault))
}

const MAX_WARNINGS = 100
const MAX_TTL_SECONDS = 2 ** 31 - 1
const policyTypes = ['sts', 'no-policy-found']
const policyFailures = [
  'sts-policy-fetch-error',
  'sts-policy-invalid',
  'sts-webpki-invalid',
  'validation-failure',
]

type Writable<T> = { -readonly [Key in keyof T]: T[Key] extends readonly string[] ? string[] : T[Key] }
type OnceKey = 'servername' | 'ciphers' | 'protocols' | 'exclude' | `policy${'Type' | 'Domain' | 'Failure'}`

/** Fills an entry attribute by attribute; answers a fault, or undefined where Postfix would go on. */
class EntryReader {
  readonly entry: Writable<PostfixTlsPolicyEntry>

  constructor(level: PostfixTlsLevel) {
    this.entry = {
      level,
      match: [],
      servername: undefined,
      ciphers: undefined,
      protocols: undefined,
      exclude: undefined,
      taFiles: [],
      connectionReuse: undefined,
      enableRpk: undefined,
      policyType: undefined,
      policyDomain: undefined,
      policyFailure: undefined,
      policyTtlSeconds: undefined,
      policyStrings: [],
      mxHostPatterns: [],
    }
  }

  read(name: string, value: string): string | undefined {
    switch (name.toLowerCase()) {
      case 'ciphers':
        return value === '' ? emptyValue(name) : this.#once('ciphers', name, value)
      case 'protocols':
        return this.#once('protocols', name, value)
      case 'exclude':
        return this.#once('exclude', name, value)
      case 'servername':
        return this.#once('servername', name, value, isPostfixHostname(value))
      case 'match':
        return this.#match(name, value)
      case 'tafile':
        return this.#taFile(name, value)
      case 'connection_reuse':
        return this.#yesOrNo('connectionReuse', name, value)
      case 'enable_rpk':
        return this.#yesOrNo('enableRpk', name, value)
      case 'policy_ttl':
        return this.#ttl(name, value)
      case 'policy_type':
        return this.#once('policyType', name, value, policyTypes.includes(value.toLowerCase()))
      case 'policy_domain':
        return this.#once('policyDomain', name, value, isPostfixHostname(value))
      case 'policy_failure':
        return this.#once('policyFailure', name, value, policyFailures.includes(value.toLowerCase()))
      case 'policy_string':
        this.entry.policyStrings.push(value)
        return undefined
      case 'mx_host_pattern':
        this.entry.mxHostPatterns.push(value)
        return undefined
      default:
        return `the attribute ${quote(name)} is unknown`
    }
  }

  finish(): string | undefined {
    const { policyType, policyTtlSeconds, policyDomain, policyFailure, policyStrings, mxHostPatterns } =
      this.entry
    const needsType =
      policyTtlSeconds !== undefined ||
      policyDomain !== undefined ||
      policyFailure !== undefined ||
      policyStrings.length > 0 ||
      mxHostPatterns.length > 0
    return policyType === undefined && needsType
      ? 'policy_domain, policy_string, policy_failure, policy_ttl and mx_host_pattern need a policy_type'
      : undefined
  }

  #once(key: OnceKey, name: string, value: string, isAllowed = true): string | undefined {
    if (this.entry[key] !== undefined) return twice(name)
    if (!isAllowed) return badValue(name, value)
    this.entry[key] = value
    return undefined
  }

  #match(name: string, value: string): string | undefined {
    if (value === '') return emptyValue(name)
    const { level } = this.entry
    if (level !== 'verify' && level !== 'secure' && level !== 'fingerprint') return notAt(name, level)
    const separator = level === 'fingerprint' ? '|' : ':'
    for (const pattern of value.split(separator)) if (pattern !== '') this.entry.match.push(pattern)
    return undefined
  }

  #taFile(name: string, value: string): string | undefined {
    const { level } = this.entry
    if (level !== 'verify' && level !== 'secure') return notAt(name, level)
    if (value === '') return emptyValue(name)
    this.entry.taFiles.push(value)
    return undefined
  }

  #yesOrNo(key: 'connectionReuse' | 'enableRpk', name: string, value: string): string | undefined {
    const folded = value.toLowerCase()
    if (folded !== 'yes' && folded !== 'no') return badValue(name, value)
    this.entry[key] = folded === 'yes'
    return undefined
  }

  #ttl(name: string, value: string): string | undefined {
    if (this.entry.policyTtlSeconds !== undefined) return twice(name)
    if (!/^[0-9]+$/.test(value) || Number(value) > MAX_TTL_SECONDS) return badValue(name, value)
    this.entry.policyTtlSeconds = Number(value)
    return undefined
  }
}

/** Postfix's own idea of a host name: A-labels, underscores allowed, not all digits, no trailing dot. */
function isPostfixHostname(text: string): boolean {
  if (text.length > 255 || !/[A-Za-z_-]/.test(text)) return false
  return text
    .split('.')
    .every(label => label.length <= 63 && /^[A-Za-z0-9_]([\w-]*[A-Za-z0-9_])?$/.test(label))
}

function twice(name: string): string {
  return `${quote(name)} stands twice`
}

function emptyValue(name: string): string {
  return `${quote(name)} has no value`
}

function badValue(name: string, value: string): string {
  return `${quote(name)} cannot have the value ${quote(value)}`
}

function notAt(name: string, level: PostfixTlsLevel): string {
  return `${quote(name)} is not allowed at level ${level}`
}

function issue(found: string): Issue<ProtocolIssueCode> {
  return { code: 'postfix/tls-policy', message: `${found} (postconf(5) smtp_tls_policy_maps)` }
}
