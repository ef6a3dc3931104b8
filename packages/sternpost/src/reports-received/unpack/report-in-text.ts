const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
/** Keys of which a TLS report has at least one (RFC 8460 §4.4). */
const keys = ['"policies"', '"organization-name"', '"report-id"'] as const

/**
 * Finds a report in the middle of text: a gateway's banner before it, a signature after it.
 *
 * Unclear: text that only quotes a report, such as an answer to one, is read as that report; the duplicate rule
 * makes up for it.
 */
export function findReportInText(text: Buffer): Buffer | undefined {
  const start = text.indexOf(OPEN_BRACE)
  if (start === -1 || !keys.some(key => text.indexOf(key, start) !== -1)) return undefined
  const end = text.lastIndexOf(CLOSE_BRACE)
  return end > start ? text.subarray(start, end + 1) : undefined
}
