import type { Replacement } from '../finding.ts'

/** One string of a TXT record holds this many bytes (RFC 1035 §3.3). */
const MAX_STRING_BYTES = 255

/** A line for a zone file, ready to be pasted. */
export function recordLine(name: string, type: string, data: string, ttlSeconds = 3600): Replacement {
  const shown = type === 'TXT' ? quoteTxt(data) : data
  return { kind: 'dns-record', name, type, text: `${name}. ${ttlSeconds} IN ${type} ${shown}` }
}

function quoteTxt(text: string): string {
  const strings: string[] = []
  for (let at = 0; at === 0 || at < text.length; at += MAX_STRING_BYTES) {
    const string = text.slice(at, at + MAX_STRING_BYTES).replace(/["\\]/g, '\\$&')
    strings.push(`"${string}"`)
  }
  return strings.join(' ')
}
