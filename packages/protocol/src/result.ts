import type { ResultType } from './tls-rpt/result-type.ts'

/** What is known about an issue code without looking at an input: its row in a package's code table. */
export interface IssueSpec {
  /** The clause that is broken, e.g. `RFC 8461 §3.2`. */
  readonly clause: string
  /** Whether trying again later can give another answer without anybody mending anything. */
  readonly temporary: boolean
  /** What a TLS report calls it (RFC 8460 §4.3), or null where no report mentions it. */
  readonly resultType: ResultType | null
}

/** One thing found wrong with an input. `code` is API; `message` is for people and may be reworded. */
export interface Issue<Code extends string = string> {
  readonly code: Code
  /** What was seen (quoted and shortened), what is needed, and the clause. */
  readonly message: string
  /** Line in a text of several lines, from 1. */
  readonly line?: number
  /** Column in that line or in a text of one line, from 1. */
  readonly column?: number
}

/** What every parser returns: it never throws on input. */
export type Parsed<T, Code extends string = string> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly Issue<Code>[] }
  | { readonly ok: false; readonly issues: readonly [Issue<Code>, ...Issue<Code>[]] }

export function valid<T, Code extends string>(
  value: T,
  warnings: readonly Issue<Code>[] = [],
): Parsed<T, Code> {
  return { ok: true, value, warnings }
}

export function invalid<Code extends string>(
  first: Issue<Code>,
  ...others: readonly Issue<Code>[]
): { readonly ok: false; readonly issues: readonly [Issue<Code>, ...Issue<Code>[]] } {
  return { ok: false, issues: [first, ...others] }
}

/**
 * Shows a piece of foreign text inside a message of ours.
 *
 * Shape: in single quotes, at most `limit` characters, controls and non-ASCII as `\u{…}`, so that a hostile
 * value can neither steer a terminal nor break a log line.
 */
export function quote(text: string, limit = 60): string {
  let shown = ''
  let count = 0
  for (const character of text) {
    if (count === limit) return `'${shown}…'`
    const code = character.codePointAt(0) ?? 0
    if (character === "'" || character === '\\') shown += `\\${character}`
    else shown += code >= 0x20 && code <= 0x7e ? character : `\\u{${code.toString(16)}}`
    count += 1
  }
  return `'${shown}'`
}
