import { splitTxtStrings } from '@sternpost/network'

/** How bytes beyond printable ASCII are written: `\DDD` in zone files, `\OOO` for Route 53. */
export type EscapeRadix = 8 | 10

/**
 * Writes the text of a TXT record as zone files do: strings of at most 255 bytes, each in quotes.
 *
 * Source: RFC 1035 §3.3.14, §5.1.
 */
export function quotedStrings(text: string, radix: EscapeRadix = 10): string {
  return splitTxtStrings(text)
    .map(string => `"${escapeString(string, radix)}"`)
    .join(' ')
}

/** Reads what `quotedStrings` writes, and text without quotes as it is; undefined where quotes do not match. */
export function readQuotedStrings(written: string, radix: EscapeRadix = 10): string | undefined {
  if (!written.startsWith('"')) return written
  let text = ''
  let rest = written
  while (rest !== '') {
    const string = /^"((?:[^"\\]|\\[0-9]{3}|\\[^0-9])*)"\s*/.exec(rest)
    if (string === null) return undefined
    text += (string[1] ?? '').replaceAll(/\\([0-9]{3}|.)/gs, (_, escaped: string) =>
      escaped.length === 3 ? String.fromCharCode(Number.parseInt(escaped, radix) & 0xff) : escaped,
    )
    rest = rest.slice(string[0].length)
  }
  return text
}

function escapeString(string: string, radix: EscapeRadix): string {
  return string.replaceAll(/["\\]|[^ -~]/g, character =>
    character === '"' || character === '\\'
      ? `\\${character}`
      : `\\${character.charCodeAt(0).toString(radix).padStart(3, '0')}`,
  )
}
