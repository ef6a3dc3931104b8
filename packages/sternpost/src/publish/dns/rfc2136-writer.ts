import {
  DnsUpdateError,
  type DnsUpdateErrorKind,
  openUpdateSession,
  parseTsigKey,
  type UpdatePrerequisite,
  type UpdateSession,
  type UpdateStep,
  type ZoneUpdate,
} from '@sternpost/network'
import type { DnsChange, DnsChangeOutcome, DnsWriter } from './dns-writer.ts'
import { DnsWriteError, type DnsWriteIssueCode } from './issues.ts'
import { type Environment, readSecret } from './read-secret.ts'
import { type RecordSet, type RecordSetType, recordSetTypes, zoneHolding } from './record-set.ts'
import { recordValue } from './record-value.ts'
import type { Rfc2136Settings } from './writer-settings.ts'

export interface Rfc2136WriterOptions {
  readonly settings: Rfc2136Settings
  readonly env: Environment
  /** Milliseconds since 1970; must be near the server's clock, as signatures bear the time. */
  readonly now: () => number
}

/**
 * Writes records by DNS UPDATE, signed with TSIG.
 *
 * Every change names what must stand there before, so that what somebody else changed meanwhile is not overwritten,
 * and the server makes all changes at one name together.
 * Source: RFC 2136, RFC 8945.
 */
export function createRfc2136Writer({ settings, env, now }: Rfc2136WriterOptions): DnsWriter {
  /** Reads the key anew each time, so that a new one needs no restart. */
  function open(signal: AbortSignal | undefined): UpdateSession {
    const { keyFile, keyVariable } = settings
    const reading = parseTsigKey(readSecret({ file: keyFile, variable: keyVariable }, env))
    if (!reading.ok) {
      const place = keyFile ?? `the variable ${keyVariable ?? ''}`
      throw new DnsWriteError('dns-write/credentials', `${place} holds no TSIG key: ${reading.message}`)
    }
    return openUpdateSession({
      server: settings.server,
      key: reading.key,
      timeoutMs: settings.timeoutSeconds * 1000,
      now,
      signal,
    })
  }

  return {
    name: settings.name,
    kind: 'rfc2136',
    zones: settings.zones,

    async read(names, signal) {
      const session = open(signal)
      try {
        const sets: RecordSet[] = []
        for (const name of names)
          for (const type of recordSetTypes) sets.push(...(await readSet(session, name, type)))
        return sets
      } catch (error) {
        throw asWriteError(error)
      } finally {
        session.close()
      }
    },

    async apply(changes, signal) {
      const outcomes: DnsChangeOutcome[] = []
      // A session for each name: after a failure the next name is tried on a connection of its own.
      for (const [name, together] of Map.groupBy(changes, change => change.name)) {
        try {
          const session = open(signal)
          try {
            const zone = await session.findZone(name)
            if (zoneHolding(zone, settings.zones) === undefined) {
              const message = `${name} is in the zone ${zone}, which the writer ${settings.name} may not write`
              throw new DnsWriteError('dns-write/zone-unknown', message)
            }
            await session.update(updateOf(zone, together))
          } finally {
            session.close()
          }
          outcomes.push(...together.map(change => ({ change, ok: true }) as const))
        } catch (error) {
          const failure = asWriteError(error)
          outcomes.push(...together.map(change => ({ change, ok: false, error: failure }) as const))
        }
      }
      return outcomes
    },
  }
}

async function readSet(
  session: UpdateSession,
  name: string,
  type: RecordSetType,
): Promise<readonly RecordSet[]> {
  const { records, ttlSeconds } = await session.read(name, type)
  return records.length === 0 ? [] : [{ name, type, ttlSeconds, values: records.map(recordValue) }]
}

/** The update that turns what stands at a name into what shall stand there, or does nothing. */
function updateOf(zone: string, changes: readonly DnsChange[]): ZoneUpdate {
  const prerequisites: UpdatePrerequisite[] = []
  const steps: UpdateStep[] = []
  for (const { name, type, before } of changes) {
    if (before.length > 0) prerequisites.push({ kind: 'set-is', name, type, values: before })
    else prerequisites.push({ kind: 'no-set', name, type })
    // Values that stay go and come too: servers differ in what they make of another TTL for a value that is there.
    steps.push(...before.map(value => ({ kind: 'remove', name, type, value }) as const))
  }
  for (const { name, type, before, after, ttlSeconds } of changes) {
    steps.push(...after.map(value => ({ kind: 'add', name, type, value, ttlSeconds }) as const))
    if (after.length === 0 || before.length > 0) continue
    // Servers pass over an alias beside other records, and the reverse, without a word (RFC 2136 §3.4.2.2).
    const removed = changes.some(change => change.before.length > 0)
    if (type !== 'CNAME') {
      if (!changes.some(change => change.type === 'CNAME'))
        prerequisites.push({ kind: 'no-set', name, type: 'CNAME' })
    } else if (!removed) prerequisites.push({ kind: 'name-unused', name })
  }
  return { zone, prerequisites, steps }
}

const codes: Readonly<Record<DnsUpdateErrorKind, DnsWriteIssueCode>> = {
  unreachable: 'dns-write/unreachable',
  timeout: 'dns-write/timeout',
  aborted: 'dns-write/aborted',
  malformed: 'dns-write/malformed-reply',
  unwritable: 'dns-write/unwritable',
  'bad-key': 'dns-write/key-unknown',
  'bad-signature': 'dns-write/signature',
  'bad-time': 'dns-write/clock',
  'reply-signature': 'dns-write/reply-signature',
  prerequisite: 'dns-write/changed-meanwhile',
  'not-authoritative': 'dns-write/zone-unknown',
  refused: 'dns-write/refused',
  'server-failure': 'dns-write/server-failure',
  'response-code': 'dns-write/refused',
}

function asWriteError(error: unknown): DnsWriteError {
  if (error instanceof DnsWriteError) return error
  if (error instanceof DnsUpdateError) return new DnsWriteError(codes[error.kind], error.message)
  throw error
}
