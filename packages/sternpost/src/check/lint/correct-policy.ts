import { domainToASCII } from 'node:url'
import {
  explainMxValue,
  formatMtaStsPolicy,
  MAX_MAX_AGE_SECONDS,
  type MtaStsMode,
  type MxHostPattern,
  nearMtaStsMode,
  nearPolicyKey,
  parseMtaStsPolicy,
  parseMxHostPattern,
  policyKeys,
} from '@sternpost/protocol'

/** A policy file mended as far as the file itself says how. */
export interface CorrectedPolicy {
  /** The whole file, lines ended by CR LF; undefined where something is missing that only a person knows. */
  readonly text: string | undefined
  /** What a person must fill in, each a sentence. */
  readonly toFill: readonly string[]
}

/** More lines than this are no policy anybody wrote by hand. */
const MAX_LINES = 1000

/**
 * Mends what can be mended for certain: order, line ends, case, spacing, misspelt keys, duplicates, a max_age above
 * a year, trailing dots, lists of hosts. No host is invented; an address is dropped, as it can match none.
 *
 * Shape: `text` parses without an error, and correcting it again changes nothing.
 */
export function correctPolicyText(text: string): CorrectedPolicy {
  const draft: Draft = { toFill: new Set(), patterns: new Map(), others: [], seen: new Set() }
  const lines = logicalLines(text)
  if (lines === undefined) return { text: undefined, toFill: [] }
  for (const line of lines) readLine(line, draft)
  const { mode, maxAgeSeconds, patterns, others, toFill } = draft
  if (mode === undefined && !draft.seen.has('mode'))
    toFill.add('Add the line mode: with enforce, testing or none behind it.')
  if (maxAgeSeconds === undefined && !draft.seen.has('max_age'))
    toFill.add('Add the line max_age: with seconds behind it, 86400 while testing.')
  if (patterns.size === 0 && mode !== 'none') toFill.add('Add a line mx: for each of your MX hosts.')
  if (toFill.size > 0 || mode === undefined || maxAgeSeconds === undefined)
    return { text: undefined, toFill: [...toFill] }
  const known = formatMtaStsPolicy({ mode, maxAgeSeconds, mxHostPatterns: [...patterns.values()] })
  const corrected = known + others.map(line => `${line}\r\n`).join('')
  return { text: parseMtaStsPolicy(corrected).ok ? corrected : undefined, toFill: [] }
}

interface Draft {
  readonly toFill: Set<string>
  readonly patterns: Map<string, MxHostPattern>
  readonly others: string[]
  readonly seen: Set<string>
  mode?: MtaStsMode
  maxAgeSeconds?: number
}

/** Lines without ends, comments, indentation and empty ones; undefined where there are too many. */
function logicalLines(text: string): string[] | undefined {
  const lines = text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .flatMap(splitSemicolons)
    .map(line => line.trim())
    .filter(line => line !== '' && !/^(#|\/\/)/.test(line))
  return lines.length > MAX_LINES ? undefined : lines
}

/** A policy written into one line, as people write records: `version: STSv1; mode: enforce; …`. */
function splitSemicolons(line: string): string[] {
  const pieces = line.split(';').filter(piece => piece.trim() !== '')
  const areFields = pieces.every(piece => {
    const key = /^\s*([A-Za-z_-]{2,10})\s*[:=]/.exec(piece)?.[1] ?? ''
    return policyKeys.some(known => known === key) || nearPolicyKey(key) !== undefined
  })
  return pieces.length > 1 && areFields ? pieces : [line]
}

function readLine(line: string, draft: Draft): void {
  const field = /^["']?([A-Za-z0-9][A-Za-z0-9_. -]{0,31}?)["']?\s*[:=]\s*(.*)$/.exec(line)
  if (field === null) {
    draft.toFill.add('Remove or rewrite the lines that are not a key, a colon and a value.')
    return
  }
  const typed = (field[1] ?? '').trim()
  const key = policyKeys.find(known => known === typed) ?? nearPolicyKey(typed) ?? typed
  const value = (field[2] ?? '').trim()
  if (key === 'mx') return readMx(value, draft)
  // Of a key that stands twice the first counts, as it does for senders.
  if (draft.seen.has(key)) return
  draft.seen.add(key)
  if (key === 'version') readVersion(value, draft)
  else if (key === 'mode') readMode(value, draft)
  else if (key === 'max_age') readMaxAge(value, draft)
  else if (isExtension(key, value)) draft.others.push(`${key}: ${value}`)
  else draft.toFill.add('Remove or rewrite the lines that are not a key, a colon and a value.')
}

function readVersion(value: string, { toFill }: Draft): void {
  if (/^["']?(?:stsv?)?1["';.,]*$/i.test(value)) return
  toFill.add('Write version: STSv1, the only version there is, if this is meant to be such a policy.')
}

function readMode(value: string, draft: Draft): void {
  const mode = nearMtaStsMode(value)
  if (mode === undefined) draft.toFill.add('Write enforce, testing or none behind mode:.')
  else draft.mode = mode
}

function readMaxAge(value: string, draft: Draft): void {
  // Separators of thousands, a unit of seconds, quotation marks: the number is certain. 7d or 1e6 would be a guess.
  const written =
    /^["']?([0-9]{1,3}(?:[,_ ][0-9]{3})+|[0-9]{1,20})\s*(?:s|sec|secs|second|seconds)?["';,.]*$/i.exec(value)
  const digits = written?.[1]?.replace(/[^0-9]/g, '')
  if (digits === undefined) draft.toFill.add('Write the seconds behind max_age: as digits; a week is 604800.')
  else draft.maxAgeSeconds = Math.min(Number(digits), MAX_MAX_AGE_SECONDS)
}

function readMx(value: string, { patterns, toFill }: Draft): void {
  const parsed = parseMxHostPattern(value)
  const texts = parsed.ok ? [value] : (explainMxValue(value, domainToASCII)?.patterns ?? [])
  if (texts.length === 0) {
    const isAddress = !parsed.ok && parsed.issues[0].code === 'mta-sts/policy-mx-address'
    if (!isAddress) toFill.add('Write one host name behind each mx:.')
    return
  }
  for (const text of texts) {
    const pattern = parseMxHostPattern(text)
    if (pattern.ok) patterns.set(text.toLowerCase(), pattern.value)
  }
}

/** Whether a line may stand in a policy as an extension; asked of the parser, which has the grammar. */
function isExtension(key: string, value: string): boolean {
  const parsed = parseMtaStsPolicy(`version: STSv1\nmode: none\nmax_age: 1\n${key}: ${value}\n`)
  return parsed.ok
}
