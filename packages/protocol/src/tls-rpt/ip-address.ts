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
  let address = text.trim()
  if (address.startsWith('[') && address.endsWith(']')) address = address.slice(1, -1)
  if (/^ipv6:/i.test(address)) address = address.slice(5)
  const zone = address.indexOf('%')
  if (zone > 0) address = address.slice(0, zone)
  address = address.replace(/\/(32|128)$/, '')
  if (isIpv4(address)) return address
  const groups = parseIpv6(address)
  if (groups === undefined) return undefined
  if (groups.slice(0, 5).every(group => group === 0) && groups[5] === 0xffff) {
    const [high = 0, low = 0] = groups.slice(6)
    return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
  }
  return formatIpv6(groups)
}

function isIpv4(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every(part => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
}

function parseIpv6(text: string): readonly number[] | undefined {
  if (!/^[0-9a-fA-F:.]{2,45}$/.test(text)) return undefined
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map(parseGroups)
  if (head === undefined) return undefined
  if (halves.length === 1) return head.length === 8 ? head : undefined
  if (tail === undefined || head.length + tail.length > 7) return undefined
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail]
}

/** Groups of one side of `::`; the last two may be written as an IPv4 address. */
function parseGroups(text: string): readonly number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  const words = text.split(':')
  for (const [i, word] of words.entries()) {
    if (i === words.length - 1 && isIpv4(word)) {
      const [a = 0, b = 0, c = 0, d = 0] = word.split('.').map(Number)
      groups.push(a * 256 + b, c * 256 + d)
    } else if (/^[0-9a-fA-F]{1,4}$/.test(word)) {
      groups.push(Number.parseInt(word, 16))
    } else {
      return undefined
    }
  }
  return groups
}

/** Lower case, no leading zeros, the first longest run of two or more zero groups as `::`. */
function formatIpv6(groups: readonly number[]): string {
  let best = { start: 0, length: 1 }
  for (let start = 0; start < groups.length; start += 1) {
    let end = start
    while (end < groups.length && groups[end] === 0) end += 1
    if (end - start > best.length) best = { start, length: end - start }
  }
  const hex = groups.map(group => group.toString(16))
  if (best.length < 2) return hex.join(':')
  return `${hex.slice(0, best.start).join(':')}::${hex.slice(best.start + best.length).join(':')}`
}
