import type { ProtocolIssueCode } from '../issues.ts'
import { formatMxHostPattern, type MxHostPattern, parseMxHostPattern } from '../names/mx-host-pattern.ts'
import { type Issue, invalid, type Parsed, quote, valid } from '../result.ts'

export const mtaStsModes = ['enforce', 'testing', 'none'] as const
export type MtaStsMode = (typeof mtaStsModes)[number]

/** An MTA-STS policy as the standard means it; the text it was read from travels beside it, see `MtaStsPolicyDocument`. */
export interface MtaStsPolicy {
  readonly mode: MtaStsMode
  /** Seconds, 0 to 31557600. */
  readonly maxAgeSeconds: number
  /** In the order of the file; patterns that can match no host are left out with a warning. */
  readonly mxHostPatterns: readonly MxHostPattern[]
}

/** A policy with the text it came from: a TLS report must quote the policy that was applied (RFC 8460 §4.4). */
export interface MtaStsPolicyDocument {
  readonly text: string
  readonly value: MtaStsPolicy
  /** Milliseconds since 1970. */
  readonly fetchedAt: number
}

/** RFC 8461 §3.2: a year. Erratum: 7282, ten digits can exceed it; such a value counts as this one. */
export const MAX_MAX_AGE_SECONDS = 31_557_600
/** RFC 8461 §3.3 suggests 64 kilobytes. */
export const MAX_POLICY_BYTES = 65_536
/** Enough for any honest mistake; a hostile file could have one on every line. */
const MAX_ISSUES = 100

/**
 * Reads the text of a policy file.
 *
 * Shape: lines `key: value` ended by LF or CRLF, the last end optional, white space before an end allowed.
 * Strict: an empty line is an error (§3.2 ABNF has none), as is a line without colon, a key or value outside
 * the grammar, a missing version, mode, max_age, or mx unless the mode is `none`.
 * Lenient: an IP address as mx (seen in live policies) is dropped with a warning, because the rest still
 * protects; a max_age above a year counts as a year.
 * Of a duplicate key other than mx the first is taken, unknown keys are ignored (§3.2).
 * Errors: `mta-sts/policy-*` with line numbers; at most 100 errors and 100 warnings are told.
 * Source: RFC 8461 §3.2.
 */
export function parseMtaStsPolicy(text: string): Parsed<MtaStsPolicy, ProtocolIssueCode> {
  if (text.length > MAX_POLICY_BYTES) {
    return invalid(
      issue('mta-sts/policy-too-large', `the policy has more than ${MAX_POLICY_BYTES} bytes (RFC 8461 §3.3)`),
    )
  }
  if (text === '') return invalid(issue('mta-sts/policy-empty', 'the policy file is empty (RFC 8461 §3.2)'))

  const reader = new PolicyReader()
  const lines = text.split('\n')
  const last = lines.pop() ?? ''
  for (const [index, line] of lines.entries())
    reader.readLine(line.endsWith('\r') ? line.slice(0, -1) : line, index + 1)
  // What stands after the last LF has no line end of its own; a CR there would be part of the line.
  if (last !== '') reader.readLine(last, lines.length + 1)
  return reader.finish()
}

/** Writes a policy file: version, mode, mx lines, max_age, each line ended by CRLF (RFC 8461 §3.2). */
export function formatMtaStsPolicy(policy: MtaStsPolicy): string {
  const lines = [
    'version: STSv1',
    `mode: ${policy.mode}`,
    ...policy.mxHostPatterns.map(pattern => `mx: ${formatMxHostPattern(pattern)}`),
    `max_age: ${policy.maxAgeSeconds}`,
  ]
  return lines.map(line => `${line}\r\n`).join('')
}

const KEY = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/

class PolicyReader {
  readonly #warnings: Issue<ProtocolIssueCode>[] = []
  readonly #errors: Issue<ProtocolIssueCode>[] = []
  readonly #seen = new Set<string>()
  readonly #patterns: MxHostPattern[] = []
  #mxLines = 0
  #mode: MtaStsMode | undefined
  #maxAgeSeconds: number | undefined

  readLine(line: string, number: number): void {
    const content = trimEndWhiteSpace(line)
    if (content === '') {
      return this.#error(
        'mta-sts/policy-blank-line',
        'an empty line is not allowed in a policy (RFC 8461 §3.2)',
        number,
      )
    }
    const colon = content.indexOf(':')
    const key = colon === -1 ? content : content.slice(0, colon)
    const value = colon === -1 ? '' : trimStartWhiteSpace(content.slice(colon + 1))
    if (colon === -1 || !KEY.test(key) || !isPolicyValue(value)) {
      const need = 'a line is a key of letters and digits, a colon and a value (RFC 8461 §3.2)'
      return this.#error('mta-sts/policy-line', `${quote(content)}: ${need}`, number)
    }
    if (key === 'mx') return this.#readMx(value, number)

    if (this.#seen.has(key)) {
      const message = `${quote(key)} stands twice; the first one counts (RFC 8461 §3.2)`
      this.#warn('mta-sts/policy-duplicate-field', message, number)
      return
    }
    this.#seen.add(key)
    if (key === 'version') this.#readVersion(value, number)
    else if (key === 'mode') this.#readMode(value, number)
    else if (key === 'max_age') this.#readMaxAge(value, number)
    else {
      const message = `the key ${quote(key)} is unknown and ignored (RFC 8461 §3.2)`
      this.#warn('mta-sts/policy-unknown-field', message, number)
    }
  }

  finish(): Parsed<MtaStsPolicy, ProtocolIssueCode> {
    if (!this.#seen.has('version'))
      this.#error('mta-sts/policy-version', 'the line version: STSv1 is missing (RFC 8461 §3.2)')
    if (!this.#seen.has('mode'))
      this.#error('mta-sts/policy-mode', 'the line mode: … is missing (RFC 8461 §3.2)')
    if (!this.#seen.has('max_age'))
      this.#error('mta-sts/policy-max-age', 'the line max_age: … is missing (RFC 8461 §3.2)')
    const needsMx = this.#mode !== undefined && this.#mode !== 'none'
    // With nothing but unusable addresses left, no host could ever be valid; that is a mistake, not a wish.
    if (needsMx && this.#patterns.length === 0 && (this.#mxLines === 0 || this.#errors.length === 0)) {
      const message = `mode ${this.#mode} needs at least one line mx: … with a host name (RFC 8461 §3.2)`
      this.#error('mta-sts/policy-mx-missing', message)
    }
    const [first, ...others] = this.#errors
    if (first !== undefined) return invalid(first, ...others)
    return valid(
      { mode: this.#mode!, maxAgeSeconds: this.#maxAgeSeconds!, mxHostPatterns: this.#patterns },
      this.#warnings,
    )
  }

  #readVersion(value: string, number: number): void {
    if (value === 'STSv1') return
    this.#error(
      'mta-sts/policy-version',
      `version ${quote(value)} is unknown, only STSv1 exists (RFC 8461 §3.2)`,
      number,
    )
  }

  #readMode(value: string, number: number): void {
    const mode = mtaStsModes.find(known => known === value)
    if (mode !== undefined) this.#mode = mode
    else
      this.#error(
        'mta-sts/policy-mode',
        `mode ${quote(value)} is none of enforce, testing, none (RFC 8461 §3.2)`,
        number,
      )
  }

  #readMaxAge(value: string, number: number): void {
    if (!/^[0-9]{1,10}$/.test(value)) {
      return this.#error(
        'mta-sts/policy-max-age',
        `max_age ${quote(value)} is not 1 to 10 digits (RFC 8461 §3.2)`,
        number,
      )
    }
    const seconds = Number(value)
    this.#maxAgeSeconds = Math.min(seconds, MAX_MAX_AGE_SECONDS)
    if (seconds > MAX_MAX_AGE_SECONDS) {
      const message = `max_age ${value} is above a year and counts as ${MAX_MAX_AGE_SECONDS} (RFC 8461 §3.2)`
      this.#warn('mta-sts/policy-max-age-capped', message, number)
    }
  }

  #readMx(value: string, number: number): void {
    this.#mxLines += 1
    const pattern = parseMxHostPattern(value)
    if (pattern.ok) {
      this.#patterns.push(pattern.value)
      return
    }
    const { code, message } = pattern.issues[0]
    if (code === 'mta-sts/policy-mx-address') this.#warn(code, message, number)
    else this.#error(code, message, number)
  }

  #error(code: ProtocolIssueCode, message: string, line?: number): void {
    if (this.#errors.length < MAX_ISSUES) this.#errors.push(issue(code, message, line))
  }

  #warn(code: ProtocolIssueCode, message: string, line: number): void {
    if (this.#warnings.length < MAX_ISSUES) this.#warnings.push(issue(code, message, line))
  }
}

/** sts-policy-ext-value, which also holds the values of the known keys: no controls, no surrounding spaces. */
function isPolicyValue(value: string): boolean {
  if (value === '') return false
  for (let i = 0; i < value.length; i += 1) {
    const code = value.charCodeAt(i)
    if (code < 0x20 || code === 0x7f) return false
    // A lone surrogate is no character of any UTF-8 text.
    if (code >= 0xd800 && code <= 0xdfff) {
      const next = value.charCodeAt(i + 1)
      if (code > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return false
      i += 1
    }
  }
  return true
}

// Written out because the regular expression for trailing white space takes quadratic time on hostile lines.
function trimEndWhiteSpace(line: string): string {
  let end = line.length
  while (end > 0 && isWhiteSpace(line.charCodeAt(end - 1))) end -= 1
  return line.slice(0, end)
}

function trimStartWhiteSpace(text: string): string {
  let start = 0
  while (start < text.length && isWhiteSpace(text.charCodeAt(start))) start += 1
  return text.slice(start)
}

function isWhiteSpace(code: number): boolean {
  return code === 0x20 || code === 0x09
}

function issue(code: ProtocolIssueCode, message: string, line?: number): Issue<ProtocolIssueCode> {
  return line === undefined ? { code, message } : { code, message, line }
}
