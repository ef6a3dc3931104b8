import type { ProtocolIssueCode } from '../issues.ts'
import { formatMxHostPattern, type MxHostPattern, parseMxHostPattern } from '../names/mx-host-pattern.ts'
import { type Issue, invalid, type Parsed, quote, valid } from '../result.ts'
import { explainMxValue } from './explain-mx-value.ts'
import { hintForLine, nearMtaStsMode, nearPolicyKey } from './policy-hints.ts'
import { type PolicyLine, policyLines } from './policy-lines.ts'

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
 * Errors: `mta-sts/policy-*` with lines and columns; at most 100 errors and 100 warnings are told.
 * Source: RFC 8461 §3.2.
 */
export function parseMtaStsPolicy(text: string): Parsed<MtaStsPolicy, ProtocolIssueCode> {
  const { errors, warnings, mode, maxAgeSeconds, mxHostPatterns } = inspectMtaStsPolicy(text)
  const [first, ...others] = errors
  if (first !== undefined) return invalid(first, ...others)
  return valid({ mode: mode!, maxAgeSeconds: maxAgeSeconds!, mxHostPatterns }, warnings)
}

/** What the single lines of a policy file say, also where the whole is refused. */
export interface MtaStsPolicyInspection extends Pick<MtaStsPolicy, 'mxHostPatterns'> {
  readonly mode: MtaStsMode | undefined
  readonly maxAgeSeconds: number | undefined
  /** None where the policy holds. */
  readonly errors: readonly Issue<ProtocolIssueCode>[]
  readonly warnings: readonly Issue<ProtocolIssueCode>[]
}

/** As `parseMtaStsPolicy`, for whoever tells a person of all there is at once: errors do not hide the rest. */
export function inspectMtaStsPolicy(text: string): MtaStsPolicyInspection {
  const reader = new PolicyReader()
  if (text.length > MAX_POLICY_BYTES) {
    const message = `the policy has more than ${MAX_POLICY_BYTES} bytes (RFC 8461 §3.3)`
    return reader.refuse(issue('mta-sts/policy-too-large', message))
  }
  if (text === '')
    return reader.refuse(issue('mta-sts/policy-empty', 'the policy file is empty (RFC 8461 §3.2)'))
  for (const line of policyLines(text)) reader.readLine(line)
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

  readLine(line: PolicyLine): void {
    const { content, key, value = '' } = line
    if (content === '') {
      const message = 'an empty line is not allowed in a policy (RFC 8461 §3.2)'
      return this.#error('mta-sts/policy-blank-line', message, line.number)
    }
    if (line.value === undefined || !KEY.test(key) || !isPolicyValue(value)) return this.#refuseLine(line)
    if (key === 'mx') return this.#readMx(value, line)

    if (this.#seen.has(key)) {
      this.#warn(
        'mta-sts/policy-duplicate-field',
        line,
        1,
        () => `${quote(key)} stands twice; the first one counts`,
      )
      return
    }
    this.#seen.add(key)
    if (key === 'version') this.#readVersion(value, line)
    else if (key === 'mode') this.#readMode(value, line)
    else if (key === 'max_age') this.#readMaxAge(value, line)
    else {
      this.#warn('mta-sts/policy-unknown-field', line, 1, () => {
        const near = nearPolicyKey(key)
        return `the key ${quote(key)} is unknown and ignored${near === undefined ? '' : `; did you mean ${near}?`}`
      })
    }
  }

  refuse(error: Issue<ProtocolIssueCode>): MtaStsPolicyInspection {
    this.#errors.push(error)
    return this.#inspection()
  }

  finish(): MtaStsPolicyInspection {
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
    return this.#inspection()
  }

  #inspection(): MtaStsPolicyInspection {
    return {
      mode: this.#mode,
      maxAgeSeconds: this.#maxAgeSeconds,
      mxHostPatterns: this.#patterns,
      errors: this.#errors,
      warnings: this.#warnings,
    }
  }

  #refuseLine({ content, number }: PolicyLine): void {
    const { column, hint } = hintForLine(content)
    const need = hint === '' ? 'a line is a key of letters and digits, a colon and a value' : hint
    this.#error('mta-sts/policy-line', `${quote(content)}: ${need} (RFC 8461 §3.2)`, number, column)
  }

  #readVersion(value: string, { number, valueColumn }: PolicyLine): void {
    if (value === 'STSv1') return
    const message = `version ${quote(value)} is unknown, only STSv1 exists (RFC 8461 §3.2)`
    this.#error('mta-sts/policy-version', message, number, valueColumn)
  }

  #readMode(value: string, { number, valueColumn }: PolicyLine): void {
    const mode = mtaStsModes.find(known => known === value)
    if (mode !== undefined) {
      this.#mode = mode
      return
    }
    const near = nearMtaStsMode(value)
    const hint = near === undefined ? '' : `; did you mean ${near}?`
    const message = `mode ${quote(value)} is none of enforce, testing, none${hint} (RFC 8461 §3.2)`
    this.#error('mta-sts/policy-mode', message, number, valueColumn)
  }

  #readMaxAge(value: string, line: PolicyLine): void {
    if (!/^[0-9]{1,10}$/.test(value)) {
      const message = `max_age ${quote(value)} is not 1 to 10 digits (RFC 8461 §3.2)`
      return this.#error('mta-sts/policy-max-age', message, line.number, line.valueColumn)
    }
    const seconds = Number(value)
    this.#maxAgeSeconds = Math.min(seconds, MAX_MAX_AGE_SECONDS)
    if (seconds <= MAX_MAX_AGE_SECONDS) return
    this.#warn(
      'mta-sts/policy-max-age-capped',
      line,
      line.valueColumn,
      () => `max_age ${value} is above a year and counts as ${MAX_MAX_AGE_SECONDS}`,
    )
  }

  #readMx(value: string, line: PolicyLine): void {
    this.#mxLines += 1
    const pattern = parseMxHostPattern(value)
    if (pattern.ok) {
      this.#patterns.push(pattern.value)
      return
    }
    const { code, message } = pattern.issues[0]
    if (code === 'mta-sts/policy-mx-address') {
      if (this.#warnings.length < MAX_ISSUES)
        this.#warnings.push(issue(code, message, line.number, line.valueColumn))
      return
    }
    if (this.#errors.length >= MAX_ISSUES) return
    const hint = explainMxValue(value)?.hint
    const explained = hint === undefined ? message : `mx ${quote(value)}: ${hint} (RFC 8461 §3.2)`
    this.#error(code, explained, line.number, line.valueColumn)
  }

  #error(code: ProtocolIssueCode, message: string, line?: number, column?: number): void {
    if (this.#errors.length < MAX_ISSUES) this.#errors.push(issue(code, message, line, column))
  }

  /** The words are only found where there is room for them: a hostile file has thousands of such lines. */
  #warn(code: ProtocolIssueCode, line: PolicyLine, column: number, words: () => string): void {
    if (this.#warnings.length < MAX_ISSUES)
      this.#warnings.push(issue(code, `${words()} (RFC 8461 §3.2)`, line.number, column))
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

function issue(
  code: ProtocolIssueCode,
  message: string,
  line?: number,
  column?: number,
): Issue<ProtocolIssueCode> {
  return {
    code,
    message,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  }
}
