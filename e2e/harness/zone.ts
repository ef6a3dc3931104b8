/** One record; names and name data are absolute, with or without the trailing dot. */
export interface ZoneRecord {
  readonly name: string
  readonly type: string
  /** As a zone file writes it; TXT strings come with their quotes. */
  readonly data: string
}

/**
 * How a resolver that starts at the root's key sees a zone.
 *
 * - `secure`: signed, and its parent says so.
 * - `insecure`: not signed, and its signed parent proves that it need not be.
 * - `bogus`: its parent names a key that the zone is not signed with.
 * - `lame`: its name server has no data for it, so nothing in it can be resolved.
 */
export type ZoneSecurity = 'secure' | 'insecure' | 'bogus' | 'lame'

/** A delegated part of the tree; the root's origin is the empty string. */
export interface Zone {
  readonly origin: string
  readonly security: ZoneSecurity
}

/** Seconds every record may be kept: short, so that a change is seen at once. */
export const RECORD_TTL_SECONDS = 1

const NAME_SERVER_NAME = 'ns.test'

/** What the parent of a zone must hold for it. */
export interface Delegation {
  readonly origin: string
  /** The DS records as ldns-keygen wrote them; empty where the parent says nothing of keys. */
  readonly dsRecords: readonly string[]
}

/** Writes the beginning of a zone file, which changes with each version. */
export function formatStart(origin: string, serial: number): string {
  return `$TTL ${RECORD_TTL_SECONDS}
${absolute(origin)} IN SOA ${NAME_SERVER_NAME}. hostmaster.test. ${serial} 3600 600 86400 ${RECORD_TTL_SECONDS}
`
}

/** Writes the rest of a zone file, without signatures. */
export function formatZone(
  origin: string,
  records: readonly ZoneRecord[],
  nameServerAddress: string,
  delegations: readonly Delegation[],
): string {
  const lines = [`${absolute(origin)} IN NS ${NAME_SERVER_NAME}.`]
  // The root needs the server's address as glue; the zone that holds the name, as the answer.
  if (origin === '' || origin === 'test') lines.push(`${NAME_SERVER_NAME}. IN A ${nameServerAddress}`)
  for (const delegation of delegations) {
    lines.push(`${absolute(delegation.origin)} IN NS ${NAME_SERVER_NAME}.`, ...delegation.dsRecords)
  }
  for (const { name, type, data } of records) lines.push(`${absolute(name)} IN ${type} ${data}`)
  return `${lines.join('\n')}\n`
}

/** The zone among `zones` that holds a name: the one with the longest origin. */
export function zoneOf<Z extends { readonly origin: string }>(
  name: string,
  zones: readonly Z[],
): Z | undefined {
  return zones
    .filter(({ origin }) => origin === '' || name === origin || name.endsWith(`.${origin}`))
    .sort((a, b) => b.origin.length - a.origin.length)[0]
}

function absolute(name: string): string {
  return name.endsWith('.') ? name : `${name}.`
}
