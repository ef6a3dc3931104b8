import type { ListenAddress } from '../config/index.ts'

/** Splits a list of Postfix's lookup tables at commas and white space, keeping what stands in braces whole. */
export function splitMaps(value: string): string[] {
  const maps: string[] = []
  let depth = 0
  let current = ''
  for (const character of value) {
    if (character === '{') depth += 1
    if (character === '}') depth -= 1
    if (depth <= 0 && /[\s,]/.test(character)) {
      if (current !== '') maps.push(current)
      current = ''
    } else current += character
  }
  return current === '' ? maps : [...maps, current]
}

/**
 * Where Postfix finds a listener, as the address part of a socketmap.
 *
 * Shape: `inet:127.0.0.1:8461`, `inet:[::1]:8461`, `unix:/run/sternpost/socketmap`. A listener on all addresses
 * is reached by loopback.
 */
export function socketmapAddress(listen: ListenAddress): string {
  if (listen.kind === 'unix') return `unix:${listen.path}`
  const host = listen.host === '0.0.0.0' ? '127.0.0.1' : listen.host === '::' ? '::1' : listen.host
  return `inet:${host.includes(':') ? `[${host}]` : host}:${listen.port}`
}

/** The table to put into `smtp_tls_policy_maps`. */
export function socketmapTable(address: string, mapName: string): string {
  return `socketmap:${address}:${mapName}`
}

/**
 * Puts our table at the end of what stands there, in place of an entry for the same address.
 *
 * The operator's own tables stay in front: what they say of a domain by hand goes before what is discovered.
 */
export function withOurMap(current: string, address: string, mapName: string): string {
  const ours = socketmapTable(address, mapName)
  const maps = splitMaps(current)
  const present = maps.filter(map => isOurMap(map, address))
  if (present.length === 1 && present[0] === ours) return current
  const place = maps.findIndex(map => isOurMap(map, address))
  const others = maps.filter(map => !isOurMap(map, address))
  if (place === -1) return [...others, ours].join(', ')
  const before = maps.slice(0, place).filter(map => !isOurMap(map, address)).length
  return [...others.slice(0, before), ours, ...others.slice(before)].join(', ')
}

function isOurMap(map: string, address: string): boolean {
  return map.startsWith(`socketmap:${address}:`)
}

/** Tables of the list that ask another policy service; whichever stands first answers first. */
export function otherSocketmaps(current: string, address: string): readonly string[] {
  return splitMaps(current).filter(map => map.startsWith('socketmap:') && !isOurMap(map, address))
}
