import { planChanges, type RecordConflict } from './plan-changes.ts'
import type { RecordSet, RecordSetType } from './record-set.ts'
import type { AskEveryServer, ServerAnswer } from './verify-records.ts'
import type { WantedRecord } from './wanted-records.ts'

/** What one authoritative server has in the place of a wanted record set. */
export interface ServerState {
  readonly server: string
  /**
   * - `live`: just as wanted.
   * - `missing`: nothing of it.
   * - `differs`: another value of ours, or too much or too little.
   * - `conflict`: somebody else's value is in the way.
   * - `unknown`: the server did not tell.
   */
  readonly state: 'live' | 'missing' | 'differs' | 'conflict' | 'unknown'
  readonly values: readonly string[]
  readonly message?: string
}

export interface LiveRecord {
  readonly record: WantedRecord
  /** The worst of the servers; `unknown` where there is none. */
  readonly state: ServerState['state']
  readonly servers: readonly ServerState[]
}

const ranks: Readonly<Record<ServerState['state'], number>> = {
  live: 0,
  unknown: 1,
  missing: 2,
  differs: 3,
  conflict: 4,
}

/**
 * Compares wanted records with what every authoritative server says now; writes nothing.
 *
 * Shape: sets that shall not be there are told only where something of ours still stands or is in the way. TTLs are not
 * compared.
 */
export async function compareLive(
  wanted: readonly WantedRecord[],
  ask: AskEveryServer,
  isOwn: (name: string, type: RecordSetType, value: string) => boolean,
): Promise<readonly LiveRecord[]> {
  const byName = [...Map.groupBy(wanted, ({ name }) => name)]
  const compared = await Promise.all(
    byName.map(async ([, records]) => {
      const answers = await Promise.all(
        records.map(async record => ({ record, servers: await ask(record.name, record.type) })),
      )
      return records.map(record => judgeRecord(record, records, answers, isOwn))
    }),
  )
  return compared.flat().filter(({ record, state }) => record.values.length > 0 || ranks[state] > 1)
}

interface Answered {
  readonly record: WantedRecord
  readonly servers: readonly ServerAnswer[]
}

function judgeRecord(
  record: WantedRecord,
  records: readonly WantedRecord[],
  answers: readonly Answered[],
  isOwn: (name: string, type: RecordSetType, value: string) => boolean,
): LiveRecord {
  const own = answers.find(answer => answer.record === record)
  const servers = (own?.servers ?? []).map((answer): ServerState => {
    const { server, values } = answer
    if (values === undefined)
      return {
        server,
        state: 'unknown',
        values: [],
        ...(answer.problem === undefined ? {} : { message: answer.problem }),
      }
    const present = answers.map(other => presentAt(other, server)).filter(set => set !== undefined)
    const plan = planChanges(records, present, { isOwn })
    const conflict = plan.conflicts.find(each => each.type === record.type || record.values.length > 0)
    if (conflict !== undefined) return { server, state: 'conflict', values, message: conflictText(conflict) }
    const change = plan.changes.find(({ type }) => type === record.type)
    if (change === undefined) return { server, state: 'live', values }
    return { server, state: change.before.length === 0 ? 'missing' : 'differs', values }
  })
  const state = servers.reduce<ServerState['state']>(
    (worst, server) => (ranks[server.state] > ranks[worst] ? server.state : worst),
    servers.length === 0 ? 'unknown' : 'live',
  )
  return { record, state, servers }
}

/** What a server has, with the wanted TTL, as TTLs are not compared. */
function presentAt({ record, servers }: Answered, server: string): RecordSet | undefined {
  const values = servers.find(answer => answer.server === server)?.values
  if (values === undefined || values.length === 0) return undefined
  return { name: record.name, type: record.type, ttlSeconds: record.ttlSeconds, values }
}

function conflictText({ type, values }: RecordConflict): string {
  return `${type} ${values[0] ?? ''}`
}
