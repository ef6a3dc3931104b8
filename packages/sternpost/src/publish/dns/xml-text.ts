/** One element as `readElements` finds it. */
interface XmlElement {
  /** What stands between its tags, markup included. */
  readonly inner: string
}

/**
 * Finds the elements of a name in an XML text, as far as the answers of Route 53 need it: elements that do not lie in
 * one of their own kind, without attributes of interest.
 *
 * Strict: comments, CDATA and declarations of types are not known; a text with `<!` has no elements.
 * Shape: the work is linear in the text.
 */
export function readElements(xml: string, name: string): readonly XmlElement[] {
  if (xml.includes('<!')) return []
  const found: XmlElement[] = []
  const close = `</${name}>`
  let at = 0
  for (;;) {
    const open = xml.indexOf(`<${name}`, at)
    if (open === -1) return found
    const behind = xml[open + name.length + 1]
    const tagEnd = xml.indexOf('>', open)
    if (tagEnd === -1) return found
    at = tagEnd + 1
    if (behind !== '>' && behind !== ' ' && behind !== '\n' && behind !== '/') continue
    if (xml[tagEnd - 1] === '/') {
      found.push({ inner: '' })
      continue
    }
    const end = xml.indexOf(close, at)
    if (end === -1) return found
    found.push({ inner: xml.slice(at, end) })
    at = end + close.length
  }
}

/** The text of the first element of a name; undefined where there is none or it holds other elements. */
export function readText(xml: string, name: string): string | undefined {
  const inner = readElements(xml, name)[0]?.inner
  return inner === undefined || inner.includes('<') ? undefined : decodeEntities(inner)
}

/** Writes a text so that it can stand between tags. */
export function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function decodeEntities(text: string): string {
  return text.replaceAll(
    /&(?:#([0-9]{1,7})|#x([0-9a-fA-F]{1,6})|([a-z]{2,4}));/g,
    (whole, decimal, hex, named) => {
      if (named !== undefined) return entities[named] ?? whole
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole
    },
  )
}
