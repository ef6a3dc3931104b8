/** A report's text, and whether bytes that are no text had to be replaced. */
export interface DecodedReportText {
  readonly text: string
  readonly hasReplacedBytes: boolean
}

/**
 * Reads the bytes of a report as text; never fails.
 *
 * Lenient: a byte order mark (Windows tools), UTF-16 with one, and invalid UTF-8 (EHLO replies quoted as they came)
 * are read; bytes that are no text become U+FFFD.
 */
export function decodeReportText(bytes: Uint8Array): DecodedReportText {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : 'utf-8'
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), hasReplacedBytes: false }
  } catch {
    return { text: new TextDecoder(encoding).decode(bytes), hasReplacedBytes: true }
  }
}
