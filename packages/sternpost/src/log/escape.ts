/**
 * Makes foreign text safe to print: controls, line breaks, bidirectional marks and lone surrogates become
 * `\u{…}`, so that no value can steer a terminal or pass for a line of its own.
 */
export function escapeForLine(text: string): string {
  let shown = ''
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    shown += isHarmless(code) ? character : `\\u{${code.toString(16)}}`
  }
  return shown
}

function isHarmless(code: number): boolean {
  if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return false
  if (code >= 0xd800 && code <= 0xdfff) return false
  const directional =
    code === 0x061c ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f)
  return !directional && code !== 0xfeff
}
