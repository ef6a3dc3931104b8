import { escapeForLine } from '../../log/index.ts'

/** Makes foreign text safe inside HTML text and quoted attributes; nothing that steers a reader is left. */
export function escapeHtml(text: string): string {
  return escapeForLine(text).replace(/[&<>"'`]/g, character => `&#${character.charCodeAt(0)};`)
}

/**
 * Makes foreign text safe inside XML text and quoted attributes; what XML 1.0 forbids becomes `\u{…}`.
 * Source: XML 1.0 §2.2
 */
export function escapeXml(text: string): string {
  return escapeForLine(text)
    .replace(/[\ufffe\uffff]/g, character => `\\u{${character.charCodeAt(0).toString(16)}}`)
    .replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}

/** As `escapeXml` for text of several lines, whose line ends stay. */
export function escapeXmlLines(text: string): string {
  return text.split(/\r?\n/).map(escapeXml).join('\n')
}
