import type { DnsChange, DnsWriter } from '../dns-writer.ts'
import { DnsWriteError } from '../issues.ts'
import { type RecordSet, recordSetKey, sameValues } from '../record-set.ts'

/** A zone in memory behind the interface of a writer; faults can be ordered. */
export interface MemoryWriter extends DnsWriter {
  readonly sets: Map<string, RecordSet>
  /** Thrown or told by the next calls, one each. */
  readonly faults: DnsWriteError[]
  readonly applied: DnsChange[]
}

export function createMemoryWriter(name: string, zones: readonly string[]): MemoryWriter {
  const sets = new Map<string, RecordSet>()
  const faults: DnsWriteError[] = []
  const applied: DnsChange[] = []
  return {
    name,
    kind: 'hook',
    zones,
    sets,
    faults,
    applied,
    async read(names) {
      return [...sets.values()].filter(set => names.includes(set.name))
    },
    async apply(changes) {
      const fault = faults.shift()
      if (fault !== undefined) return changes.map(change => ({ change, ok: false, error: fault }))
      return changes.map(change => {
        const { name: owner, type, before, after, ttlSeconds } = change
        const present = sets.get(recordSetKey(change))?.values ?? []
        if (!sameValues(present, before)) {
          const error = new DnsWriteError('dns-write/changed-meanwhile', `${owner} has changed`)
          return { change, ok: false, error }
        }
        applied.push(change)
        if (after.length === 0) sets.delete(recordSetKey(change))
        else sets.set(recordSetKey(change), { name: owner, type, values: after, ttlSeconds })
        return { change, ok: true }
      })
    },
  }
}
