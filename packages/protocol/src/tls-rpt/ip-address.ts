const MAX_ADDRESS_CHARACTERS = 100

/**
 * Writes an IP address in its one form: dotted decimal, or RFC 5952; undefined for what is none.
 *
 * Lenient: brackets, the tag `IPv6:`, a zone (`%eth0`) and a mask of all bits come off; an IPv4 address mapped into
 * IPv6 is that IPv4 address.
 * Source: RFC 8460 §4.4, RFC 5952 §4.
 */
export function normalizeIpAddress(text: string): string | undefined {
  if (text.length > MAX_ADDRESS_CHARACTERS) return undefined
  if (isIpv4(text)) return text
  let address = text.trim()
  if (address.startsWith('[') && address.endsWith(']')) address = address.slice(1, -1)
  if (address.slice(0, 5).toLowerCase() === 'ipv6:') address = address.slice(5)
  const zone = address.indexOf('%')
  if (zone > 0) address = address.slice(0, zone)
  if (address.endsWith('/32') || address.endsWith('/128')) address = address.slice(0, address.indexOf('/'))
  if (isIpv4(address)) return address
  const groups = parseIpv6(address)
  if (groups === undefined) return undefined
  if (groups[5] === 0xffff && groups.findIndex(group => group !== 0) === 5) {
    const [, , , , , , high = 0, low = 0] = groups
    return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
  }
  return formatIpv6(groups)
}

function isIpv4(text: string): boolean {
  if (text.length < 7 || text.length > 15) return false
  let dots = 0
  let octet = -1
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    if (code === 0x2e) {
      if (octet === -1) return false
      dots += 1
      octet = -1
    } else {
      // A zero in front would make the octet octal for some readers.
      if (code < 0x30 || code > 0x39 || octet === 0) return false
      octet = (octet === -1 ? 0 : octet * 10) + code - 0x30
      if (octet > 255) return false
    }
  }
  return dots === 3 && octet !== -1
}

/** Gives the eight groups of an IPv6 address. */
function parseIpv6(text: string): number[] | undefined {
  if (text.length < 2 || text.length > 45) return undefined
  const groups: number[] = []
  /** Number of groups before `::`. */
  let gapAt = -1
  let at = 0
  if (text.startsWith('::')) {
    gapAt = 0
    at = 2
  }
  while (at < text.length) {
    let value = 0
    let end = at
    while (end < text.length) {
      const digit = hexDigit(text.charCodeAt(end))
      if (digit === -1) break
      value = value * 16 + digit
      end += 1
    }
    if (text[end] === '.') {
      // The last two groups may be written as an IPv4 address.
      const rest = text.slice(at)
      if (!isIpv4(rest)) return undefined
      const [a = 0, b = 0, c = 0, d = 0] = rest.split('.').map(Number)
      groups.push(a * 256 + b, c * 256 + d)
      end = text.length
    } else {
      if (end === at || end - at > 4) return undefined
      groups.push(value)
    }
    if (groups.length > 8) return undefined
    if (end === text.length) break
    if (text.charCodeAt(end) !== 0x3a) return undefined
    at = end + 1
    if (at === text.length) return undefined
    if (text.charCodeAt(at) === 0x3a) {
      if (gapAt !== -1) return undefined
      gapAt = groups.length
      at += 1
    }
  }
  if (gapAt === -1) return groups.length === 8 ? groups : undefined
  const missing = 8 - groups.length
  if (missing < 1) return undefined
  const all: number[] = []
  for (let i = 0; i < 8; i += 1) {
    if (i < gapAt) all.push(groups[i] ?? 0)
    else all.push(i < gapAt + missing ? 0 : (groups[i - missing] ?? 0))
  }
  return all
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  if (code >= 0x61 && code <= 0x66) return code - 0x61 + 10
  if (code >= 0x41 && code <= 0x46) return code - 0x41 + 10
  return -1
}

/** Lower case, no leading zeros, the first longest run of two or more zero groups as `::`. */
function formatIpv6(groups: readonly number[]): string {
  let bestStart = -1
  let bestLength = 1
  for (let start = 0; start < groups.length; start += 1) {
    let end = start
    while (groups[end] === 0) end += 1
    if (end - start > bestLength) {
      bestStart = start
      bestLength = end - start
    }
    if (end > start) start = end
  }
  let text = ''
  for (let i = 0; i < groups.length; i += 1) {
    if (i === bestStart) {
      text += '::'
      i += bestLength - 1
    } else {
      if (text !== '' && !text.endsWith(':')) text += ':'
      text += (groups[i] ?? 0).toString(16)
    }
  }
  return text
}
