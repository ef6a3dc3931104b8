/** One line of a policy file, taken apart but not judged. */
export interface PolicyLine {
  /** From 1. */
  readonly number: number
  /** Without its end and without white space before that. */
  readonly content: string
  readonly end: '\r\n' | '\n' | ''
  /** What stands before the first colon; the whole content where there is none. */
  readonly key: string
  /** What stands after the first colon, white space in front taken off; undefined where there is no colon. */
  readonly value: string | undefined
  /** Column of `value`, from 1; without a colon the column after the content. */
  readonly valueColumn: number
}

/**
 * Splits a policy file into its lines.
 *
 * Shape: a line ends with LF or CR LF; a CR alone is part of its line. What stands after the last line end is a
 * line if it is anything.
 * Source: RFC 8461 §3.2.
 */
export function* policyLines(text: string): Generator<PolicyLine> {
  let number = 0
  let start = 0
  while (start < text.length) {
    const feed = text.indexOf('\n', start)
    const stop = feed === -1 ? text.length : feed
    const isCrLf = feed > start && text[feed - 1] === '\r'
    number += 1
    yield readLine(
      text.slice(start, isCrLf ? stop - 1 : stop),
      number,
      feed === -1 ? '' : isCrLf ? '\r\n' : '\n',
    )
    start = stop + 1
  }
}

function readLine(line: string, number: number, end: PolicyLine['end']): PolicyLine {
  let last = line.length
  while (last > 0 && isWhiteSpace(line.charCodeAt(last - 1))) last -= 1
  const content = line.slice(0, last)
  const colon = content.indexOf(':')
  if (colon === -1) {
    return { number, content, end, key: content, value: undefined, valueColumn: content.length + 1 }
  }
  let from = colon + 1
  while (from < content.length && isWhiteSpace(content.charCodeAt(from))) from += 1
  return {
    number,
    content,
    end,
    key: content.slice(0, colon),
    value: content.slice(from),
    valueColumn: from + 1,
  }
}

function isWhiteSpace(code: number): boolean {
  return code === 0x20 || code === 0x09
}
