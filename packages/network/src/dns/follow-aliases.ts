import type { DnsRecordData, DnsRecordType } from './answer.ts'
import { type DnsResponse, responseCodes } from './message.ts'

/** More aliases than this on the way to one answer count as a loop. */
export const MAX_ALIASES = 8

/** TTL of what was found and the names passed on the way, the starting name first. */
interface Path {
  readonly aliases: readonly string[]
  readonly ttlSeconds: number
}

/** What one message says about one name. `chase`: the message ends in an alias and says nothing of its target. */
export type AliasOutcome<T extends DnsRecordType> =
  | (Path & {
      readonly kind: 'records'
      readonly canonicalName: string
      readonly records: readonly DnsRecordData[T][]
    })
  | (Path & { readonly kind: 'no-data' | 'no-name'; readonly canonicalName: string })
  | (Path & { readonly kind: 'chase'; readonly target: string })
  | { readonly kind: 'loop'; readonly at: string }

/**
 * Follows the aliases of one NOERROR or NXDOMAIN message from a name to the records or to the denial.
 *
 * Shape: `passed` are the names already passed in earlier messages; they count for loops and the limit.
 * Source: RFC 1034 §3.6.2, RFC 2308 §2 (a denial belongs to the end of the chain), RFC 7672 §2.1.3.
 */
export function followAliases<T extends DnsRecordType>(
  response: DnsResponse<T>,
  name: string,
  passed: readonly string[],
): AliasOutcome<T> {
  const aliases: string[] = []
  let current = name
  let ttlSeconds = Number.POSITIVE_INFINITY
  for (;;) {
    const found = response.records.filter(record => record.name === current)
    if (found.length > 0) {
      for (const record of found) ttlSeconds = Math.min(ttlSeconds, record.ttlSeconds)
      return {
        kind: 'records',
        canonicalName: current,
        aliases,
        ttlSeconds,
        records: found.map(({ data }) => data),
      }
    }
    const alias = response.aliases.find(record => record.name === current)
    if (alias === undefined) break
    aliases.push(current)
    ttlSeconds = Math.min(ttlSeconds, alias.ttlSeconds)
    current = alias.target
    if (passed.includes(current) || aliases.includes(current) || passed.length + aliases.length > MAX_ALIASES)
      return { kind: 'loop', at: current }
  }
  const denied = response.responseCode === responseCodes.nameError || response.denialTtlSeconds !== null
  if (aliases.length > 0 && !denied) return { kind: 'chase', target: current, aliases, ttlSeconds }
  return {
    kind: response.responseCode === responseCodes.nameError ? 'no-name' : 'no-data',
    canonicalName: current,
    aliases,
    // RFC 2308 §5: a denial without SOA is not to be kept.
    ttlSeconds: Math.min(ttlSeconds, response.denialTtlSeconds ?? 0),
  }
}
