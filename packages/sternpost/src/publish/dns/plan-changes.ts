import { quote } from '@sternpost/protocol'
import type { DnsChange } from './dns-writer.ts'
import type { DnsWriteIssueCode } from './issues.ts'
import { type RecordSet, type RecordSetType, recordSetKey, sameValues } from './record-set.ts'
import type { WantedRecord } from './wanted-records.ts'

/** Something of somebody else's stands where a wanted record belongs. */
export interface RecordConflict {
  readonly name: string
  /** Of what stands in the way. */
  readonly type: RecordSetType
  readonly code: Extract<DnsWriteIssueCode, `dns-write/foreign-${string}`>
  readonly message: string
  readonly values: readonly string[]
}

export interface ChangePlan {
  /** At each name what takes records away comes before what adds some. */
  readonly changes: readonly DnsChange[]
  readonly conflicts: readonly RecordConflict[]
  /** Wanted and there already, or not wanted and not there. */
  readonly unchanged: readonly WantedRecord[]
}

export interface PlanOptions {
  /** Whether a value was written by Sternpost: what may be taken away. */
  readonly isOwn: (name: string, type: RecordSetType, value: string) => boolean
  /** Replace what others wrote where it stands in the way. Default false. */
  readonly takeOver?: boolean
}

/**
 * Compares wanted records with those present and says what to change.
 *
 * Shape: values of others stay where they do no harm, such as a TXT record of another kind at the same name. Where
 * they do, the name has conflicts and no change at all, unless `takeOver`. A wanted value that stands there already
 * is unchanged, whoever wrote it.
 */
export function planChanges(
  wanted: readonly WantedRecord[],
  present: readonly RecordSet[],
  options: PlanOptions,
): ChangePlan {
  const presentAt = Map.groupBy(present, set => set.name)
  const changes: DnsChange[] = []
  const conflicts: RecordConflict[] = []
  const unchanged: WantedRecord[] = []
  for (const [name, records] of Map.groupBy(wanted, record => record.name)) {
    const plan = planName(records, presentAt.get(name) ?? [], options)
    conflicts.push(...plan.conflicts)
    if (plan.conflicts.length > 0) continue
    changes.push(...plan.changes)
    unchanged.push(...plan.unchanged)
  }
  return { changes, conflicts, unchanged }
}

function planName(
  records: readonly WantedRecord[],
  present: readonly RecordSet[],
  { isOwn, takeOver = false }: PlanOptions,
): ChangePlan {
  const changes: DnsChange[] = []
  const conflicts: RecordConflict[] = []
  const unchanged: WantedRecord[] = []
  const sets = new Map(present.map(set => [recordSetKey(set), set]))
  const unmanaged = present.filter(set => !records.some(({ type }) => type === set.type))
  for (const { name, type, values, ttlSeconds } of unmanaged) {
    const blocking = values.filter(value => isInTheWay(records, type, value))
    if (blocking.length === 0) continue
    if (!takeOver) conflicts.push(conflictOf(name, type, blocking))
    else changes.push({ name, type, before: values, after: without(values, blocking), ttlSeconds })
  }
  for (const record of records) {
    const { name, type } = record
    const set = sets.get(recordSetKey(record))
    const before = set?.values ?? []
    const foreign = before.filter(value => !record.values.includes(value) && !isOwn(name, type, value))
    const blocking = foreign.filter(value => isInTheWay(records, type, value))
    if (blocking.length > 0 && !takeOver) {
      conflicts.push(conflictOf(name, type, blocking))
      continue
    }
    const after = [...without(foreign, blocking), ...record.values]
    // A wanted set brings its TTL; what is left of one that is not wanted keeps the TTL it has.
    const ttlSeconds = record.values.length === 0 ? (set?.ttlSeconds ?? record.ttlSeconds) : record.ttlSeconds
    const sameTtl = set === undefined || set.ttlSeconds === ttlSeconds
    if (sameValues(before, after) && sameTtl) unchanged.push(record)
    else changes.push({ name, type, before, after, ttlSeconds })
  }
  changes.sort((a, b) => Number(a.after.length > 0) - Number(b.after.length > 0))
  return { changes, conflicts, unchanged }
}

/** Whether a value that is neither wanted nor ours does harm to what is wanted at its name. */
function isInTheWay(records: readonly WantedRecord[], type: RecordSetType, value: string): boolean {
  const wanted = records.filter(({ values }) => values.length > 0)
  if (wanted.length === 0) return false
  // A CNAME stands alone at its name (RFC 1034 §3.6.2).
  if (type === 'CNAME' || wanted.some(record => record.type === 'CNAME')) return true
  const same = wanted.find(record => record.type === type)
  if (same === undefined) return false
  if (type !== 'TXT') return true
  // Two records of one version are as good as none (RFC 8461 §3.1, RFC 8460 §3); any other text is ignored.
  const version = same.values[0]?.split(';')[0]?.trim() ?? ''
  return value.startsWith(version)
}

function conflictOf(name: string, type: RecordSetType, values: readonly string[]): RecordConflict {
  const what = `${type} ${quote(values[0] ?? '', 120)}`
  return {
    name,
    type,
    code: type === 'CNAME' ? 'dns-write/foreign-alias' : 'dns-write/foreign-value',
    message: `at ${name} stands ${what}, which Sternpost did not write and which is in the way of what is wanted there; remove it, or have it replaced with --take-over`,
    values,
  }
}

function without(values: readonly string[], taken: readonly string[]): readonly string[] {
  return values.filter(value => !taken.includes(value))
}
