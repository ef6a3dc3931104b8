import type { PlacedRecord } from './formats/placed-record.ts'
import type { RecordOutcome } from './record-publisher.ts'
import type { RecordVerdict } from './verify-records.ts'
import type { WantedRecord } from './wanted-records.ts'

/** A record as JSON; see docs/reference/records-json.md. */
export function recordJson(record: WantedRecord | PlacedRecord) {
  const { name, type, ttlSeconds, values, purpose, part } = record
  return {
    name,
    type,
    ttlSeconds,
    values: [...values],
    purpose,
    part,
    ...('zone' in record ? { zone: record.zone } : {}),
  }
}

/** What became of a record that was to be written, as JSON. */
export type OutcomeJson = ReturnType<typeof outcomeJson>

export function outcomeJson(outcome: RecordOutcome, verdicts: readonly RecordVerdict[]) {
  const { record, state, writer, conflict, error } = outcome
  const verdict = verdicts.find(({ name, type }) => name === record.name && type === record.type)
  const trouble = conflict ?? error
  return {
    ...recordJson(record),
    state,
    writer: writer ?? null,
    ...(trouble === undefined ? {} : { code: trouble.code, message: trouble.message }),
    ...(error === undefined ? {} : { temporary: error.temporary }),
    ...(verdict === undefined
      ? {}
      : { verified: verdict.verified, servers: verdict.servers.map(server => ({ ...server })) }),
  }
}
