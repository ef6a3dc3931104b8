import { type JsonObject, type JsonValue, joinPath } from './read-json.ts'
import type { ReportNotes } from './report-notes.ts'

/** The keys of one kind of object in a report. */
export interface MemberTable {
  readonly keys: ReadonlySet<string>
  /** Key as RFC 8460 §4.4 has it, by what is left of it without case, hyphens and underscores. */
  readonly bySquashedKey: ReadonlyMap<string, string>
}

const MAX_KEY_CHARACTERS = 64

export const reportMembers = memberTable(
  ['organization-name', 'date-range', 'contact-info', 'report-id', 'policies'],
  { 'organisation-name': 'organization-name' },
)

export const dateRangeMembers = memberTable(['start-datetime', 'end-datetime'])

/** The lower ones belong into `policy` and `summary`, where some sender may forget to put them. */
export const policyEntryMembers = memberTable([
  'policy',
  'summary',
  'failure-details',
  'policy-type',
  'policy-string',
  'policy-domain',
  'mx-host',
  'total-successful-session-count',
  'total-failure-session-count',
])

/** `mx-host-pattern` is the name of the value in the grammar of §4.4, not a key; some wrote it as one. */
export const policyMembers = memberTable(['policy-type', 'policy-string', 'policy-domain', 'mx-host'], {
  'mx-host-pattern': 'mx-host',
  'mx-hosts': 'mx-host',
  'policy-strings': 'policy-string',
})

export const summaryMembers = memberTable(['total-successful-session-count', 'total-failure-session-count'], {
  'total-success-session-count': 'total-successful-session-count',
})

/** `receiving-mx-host-name` (SocketLabs) needs no line of its own: it differs by a hyphen. */
export const failureMembers = memberTable(
  [
    'result-type',
    'sending-mta-ip',
    'receiving-mx-hostname',
    'receiving-mx-helo',
    'receiving-ip',
    'failed-session-count',
    'additional-information',
    'failure-reason-code',
  ],
  {
    'additional-info-uri': 'additional-information',
    'additional-info': 'additional-information',
    'failure-error-code': 'failure-reason-code',
  },
)

/**
 * Gives the members of an object under the keys of the standard.
 *
 * Shape: the object itself where nothing is to be done, otherwise a new one without prototype.
 * Lenient: keys in other case, with underscores, or with hyphens in other places, and the aliases of the table.
 */
export function standardMembers(
  object: JsonObject,
  table: MemberTable,
  path: string,
  notes: ReportNotes,
): JsonObject {
  let isStandard = true
  for (const key in object) {
    if (table.keys.has(key)) continue
    isStandard = false
    break
  }
  if (isStandard) return object

  const members: { [key: string]: JsonValue | undefined } = Object.create(null)
  const others: string[] = []
  for (const key of Object.keys(object)) {
    if (table.keys.has(key)) members[key] = object[key]
    else others.push(key)
  }
  for (const key of others) {
    const standard = standardKey(key, table)
    const where = joinPath(path, key)
    if (standard === undefined) {
      notes.add('ignored', 'tls-rpt/report-key', where, 'a member the standard does not know')
    } else if (standard in members) {
      notes.add('ignored', 'tls-rpt/report-key', where, `a second spelling beside ${standard}`)
    } else {
      notes.add('repaired', 'tls-rpt/report-key', where, `read as ${standard}`)
      members[standard] = object[key]
    }
  }
  return members
}

/** The key of the standard that a key means, if any. */
export function standardKey(key: string, table: MemberTable): string | undefined {
  return table.keys.has(key) ? key : table.bySquashedKey.get(squash(key))
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function memberTable(keys: readonly string[], aliases: Readonly<Record<string, string>> = {}): MemberTable {
  const bySquashedKey = new Map<string, string>()
  for (const [alias, key] of Object.entries(aliases)) bySquashedKey.set(squash(alias), key)
  for (const key of keys) bySquashedKey.set(squash(key), key)
  return { keys: new Set(keys), bySquashedKey }
}

function squash(key: string): string {
  return key
    .slice(0, MAX_KEY_CHARACTERS)
    .toLowerCase()
    .replace(/[-_ .]/g, '')
}
