/** What records need to know of URIs; RFC 3986 has the rest. Linear in the text, as texts are foreign. */

/** The scheme in lower case; undefined where the text does not begin with one. */
export function uriScheme(text: string): string | undefined {
  return /^([A-Za-z][A-Za-z0-9+.-]{0,30}):/.exec(text)?.[1]?.toLowerCase()
}

/** Tells whether a text holds only characters a URI may have, each `%` followed by two hexadecimal digits. */
export function isUriText(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i]!
    if (character === '%') {
      if (!isHexDigit(text[i + 1]) || !isHexDigit(text[i + 2])) return false
      i += 2
    } else if (!/[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=-]/.test(character)) return false
  }
  return text !== ''
}

/** The host of a URI with `//`, in lower case, without port; an address stays in brackets. Undefined without one. */
export function uriHost(uri: string): string | undefined {
  const authority = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#]*)/.exec(uri)?.[1]
  if (authority === undefined) return undefined
  const hostAndPort = authority.slice(authority.lastIndexOf('@') + 1)
  const host = /^(\[[0-9A-Fa-f:.]+\]|[^:[\]]+)(:[0-9]{0,5})?$/.exec(hostAndPort)?.[1]
  return host?.toLowerCase()
}

/** The path of a URI with `//`, up to its query; '' where there is none. */
export function uriPath(uri: string): string {
  return /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]*([^?#]*)/.exec(uri)?.[1] ?? ''
}

function isHexDigit(character: string | undefined): boolean {
  return character !== undefined && /^[0-9A-Fa-f]$/.test(character)
}
