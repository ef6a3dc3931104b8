/** A string of a TXT record has at most so many bytes (RFC 1035 §3.3). */
const MAX_STRING_CHARACTERS = 255

/**
 * Writes a text as the data of a TXT record in a zone file: strings in quotation marks, 255 characters each.
 *
 * Shape: `"` and `\` with a backslash before, everything beyond printable ASCII as `\DDD`, the characters being
 * bytes (Latin-1).
 * Source: RFC 1035 §5.1.
 */
export function formatTxtData(text: string): string {
  const strings: string[] = []
  for (let at = 0; at < text.length || at === 0; at += MAX_STRING_CHARACTERS) {
    strings.push(`"${zoneFileText(text.slice(at, at + MAX_STRING_CHARACTERS))}"`)
  }
  return strings.join(' ')
}

function zoneFileText(text: string): string {
  let escaped = ''
  for (const character of text) {
    const code = character.charCodeAt(0)
    if (character === '"' || character === '\\') escaped += `\\${character}`
    else if (code >= 0x20 && code <= 0x7e) escaped += character
    else escaped += `\\${String(code & 0xff).padStart(3, '0')}`
  }
  return escaped
}
