import type { Clock } from '../../base/index.ts'
import type { DnsChange, DnsWriter } from './dns-writer.ts'
import { DnsWriteError } from './issues.ts'
import type { OwnValues } from './own-values.ts'
import { planChanges, type RecordConflict } from './plan-changes.ts'
import { type RecordSet, recordSetKey, zoneHolding } from './record-set.ts'
import { sleepOn } from './sleep.ts'
import {
  type AskEveryServer,
  type ExpectedRecords,
  type RecordVerdict,
  verifyRecords,
} from './verify-records.ts'
import type { WantedRecord } from './wanted-records.ts'

/** What became of one wanted record set. */
export interface RecordOutcome {
  readonly record: WantedRecord
  /**
   * - `written`: changed, and so it stands at the writer now.
   * - `unchanged`: stood there already, or was not there and is not wanted.
   * - `conflict`: somebody else's value is in the way.
   * - `failed`: could not be written; `error` says why and whether trying again can help.
   * - `by-hand`: no writer may write it; a person sets it.
   */
  readonly state: 'written' | 'unchanged' | 'conflict' | 'failed' | 'by-hand'
  /** The writer's name. */
  readonly writer?: string
  readonly change?: DnsChange
  readonly conflict?: RecordConflict
  readonly error?: DnsWriteError
}

export interface Comparison {
  readonly changes: readonly (DnsChange & { readonly writer: string })[]
  readonly outcomes: readonly RecordOutcome[]
}

export interface ApplyResult {
  readonly outcomes: readonly RecordOutcome[]
  /** What the authoritative servers say of every record that shall be there, or has just gone. */
  readonly verdicts: readonly RecordVerdict[]
  /** Everything is as wanted, at every server. */
  readonly done: boolean
}

export interface RecordPublisherOptions {
  readonly writers: readonly DnsWriter[]
  readonly ownValues: OwnValues
  readonly ask: AskEveryServer
  readonly clock: Clock
  /** 0 to 1, for waits that differ. */
  readonly random: () => number
  readonly verifyTimeoutSeconds: number
}

export interface ApplyOptions {
  /** The writer of the domain's own zone, by name; `none` leaves that zone to people. */
  readonly domainWriter: string
  /** Replace values of others that are in the way. Default false. */
  readonly takeOver?: boolean
  /** Default: the settings'. 0 looks once. */
  readonly verifyTimeoutSeconds?: number
  readonly signal?: AbortSignal
}

const TRIES = 4
const FIRST_WAIT_SECONDS = 1
/** Who asks to be left alone for longer is not waited for: whoever called tries again later. */
const LONGEST_WAIT_SECONDS = 60

/**
 * Brings DNS to what is wanted: reads, compares, writes only the difference, and looks at every authoritative server.
 *
 * Idempotent: what was done already is not done again, so a run that ended in the middle is taken up by another.
 */
export class RecordPublisher {
  readonly #options: RecordPublisherOptions

  constructor(options: RecordPublisherOptions) {
    this.#options = options
  }

  /** Tells what `apply` would do now; reads only. */
  async compare(wanted: readonly WantedRecord[], options: ApplyOptions): Promise<Comparison> {
    const outcomes: RecordOutcome[] = []
    const changes: Comparison['changes'][number][] = []
    for (const { writer, records } of this.#byWriter(wanted, options, outcomes)) {
      const plan = await this.#plan(writer, records, options)
      if (plan instanceof DnsWriteError) outcomes.push(...failed(records, writer, plan))
      else {
        changes.push(...plan.changes.map(change => ({ ...change, writer: writer.name })))
        outcomes.push(...plan.outcomes)
      }
    }
    return { changes, outcomes: inOrder(wanted, outcomes) }
  }

  /**
   * Makes the difference and verifies it.
   *
   * Shape: any subset of the wanted records may be given; others are not looked at. Temporary faults are tried again a
   * few times with growing waits; what fails for good does not keep the others from being written.
   * Errors: none but for programming; every record has its outcome.
   */
  async apply(wanted: readonly WantedRecord[], options: ApplyOptions): Promise<ApplyResult> {
    const outcomes: RecordOutcome[] = []
    for (const { writer, records } of this.#byWriter(wanted, options, outcomes))
      outcomes.push(...(await this.#applyBy(writer, records, options)))
    const ordered = inOrder(wanted, outcomes)
    const inState = (...states: readonly RecordOutcome['state'][]) =>
      ordered.filter(({ state }) => states.includes(state))
    const verdicts = [
      ...(await this.verify(inState('written', 'unchanged'), options)),
      // A person's work is looked at, and not waited for.
      ...(await this.verify(inState('by-hand'), { ...options, verifyTimeoutSeconds: 0 })),
    ]
    const done = inState('conflict', 'failed').length === 0 && verdicts.every(({ verified }) => verified)
    return { outcomes: ordered, verdicts, done }
  }

  /** Waits until every authoritative server shows what was written. */
  async verify(
    outcomes: readonly RecordOutcome[],
    options: Pick<ApplyOptions, 'verifyTimeoutSeconds' | 'signal'> = {},
  ): Promise<readonly RecordVerdict[]> {
    const { ask, clock } = this.#options
    return await verifyRecords(outcomes.flatMap(expectedOf), {
      ask,
      now: () => clock.now(),
      sleep: (milliseconds, signal) => sleepOn(clock, milliseconds, signal),
      timeoutSeconds: options.verifyTimeoutSeconds ?? this.#options.verifyTimeoutSeconds,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
  }

  /** The writer of a domain's zone by its name, or of an operator's by the zone; the rest is for people. */
  #byWriter(
    wanted: readonly WantedRecord[],
    options: ApplyOptions,
    outcomes: RecordOutcome[],
  ): readonly { readonly writer: DnsWriter; readonly records: readonly WantedRecord[] }[] {
    const groups = new Map<DnsWriter, WantedRecord[]>()
    for (const record of wanted) {
      const writer = this.#writerOf(record, options)
      if (writer instanceof DnsWriteError) outcomes.push({ record, state: 'failed', error: writer })
      else if (writer === undefined) outcomes.push({ record, state: 'by-hand' })
      else groups.set(writer, [...(groups.get(writer) ?? []), record])
    }
    return [...groups].map(([writer, records]) => ({ writer, records }))
  }

  #writerOf(record: WantedRecord, { domainWriter }: ApplyOptions): DnsWriter | DnsWriteError | undefined {
    const { writers } = this.#options
    const holds = (writer: DnsWriter) => zoneHolding(record.name, writer.zones) !== undefined
    if (record.part === 'operator') return writers.find(holds)
    if (domainWriter === 'none') return undefined
    const writer = writers.find(({ name }) => name === domainWriter)
    if (writer === undefined) {
      const message = `there is no DNS writer ${domainWriter} in the configuration`
      return new DnsWriteError('dns-write/no-writer', message)
    }
    return holds(writer) ? writer : undefined
  }

  async #applyBy(
    writer: DnsWriter,
    records: readonly WantedRecord[],
    options: ApplyOptions,
  ): Promise<readonly RecordOutcome[]> {
    const settled = new Map<string, RecordOutcome>()
    let open = records
    for (let attempt = 1; ; attempt += 1) {
      for (const outcome of await this.#tryOnce(writer, open, options)) {
        const before = settled.get(recordSetKey(outcome.record))
        // What an earlier try of this run wrote was not there before, though it stands there now.
        if (before?.state === 'written' && outcome.state === 'unchanged') continue
        settled.set(recordSetKey(outcome.record), outcome)
      }
      const faults = [...settled.values()].filter(({ error }) => error?.temporary === true)
      // A name is taken up again as a whole: its sets hang together.
      const names = new Set(faults.map(({ record }) => record.name))
      open = records.filter(({ name }) => names.has(name))
      const waitSeconds = this.#waitSeconds(attempt, faults)
      if (
        open.length === 0 ||
        attempt === TRIES ||
        waitSeconds > LONGEST_WAIT_SECONDS ||
        options.signal?.aborted === true
      )
        return [...settled.values()]
      await sleepOn(this.#options.clock, waitSeconds * 1000, options.signal)
    }
  }

  #waitSeconds(attempt: number, faults: readonly RecordOutcome[]): number {
    const asked = Math.max(0, ...faults.map(({ error }) => error?.retryAfterSeconds ?? 0))
    const own = FIRST_WAIT_SECONDS * 4 ** (attempt - 1) * (0.5 + this.#options.random())
    return Math.max(asked, own)
  }

  async #tryOnce(
    writer: DnsWriter,
    records: readonly WantedRecord[],
    options: ApplyOptions,
  ): Promise<readonly RecordOutcome[]> {
    const plan = await this.#plan(writer, records, options)
    if (plan instanceof DnsWriteError) return failed(records, writer, plan)
    const { ownValues } = this.#options
    try {
      await ownValues.note(plan.unknownAsOwn, writer.name)
    } catch (error) {
      if (error instanceof DnsWriteError) return failed(records, writer, error)
      throw error
    }
    if (plan.changes.length === 0) return plan.outcomes
    const results = await writer.apply(plan.changes, options.signal)
    await ownValues.forget(results.filter(({ ok }) => ok).map(({ change }) => change))
    const errors = new Map(results.map(result => [recordSetKey(result.change), result]))
    return plan.outcomes.map(outcome => {
      const result = errors.get(recordSetKey(outcome.record))
      return result === undefined || result.ok
        ? outcome
        : { ...outcome, state: 'failed', error: result.error }
    })
  }

  async #plan(
    writer: DnsWriter,
    records: readonly WantedRecord[],
    options: ApplyOptions,
  ): Promise<WriterPlan | DnsWriteError> {
    const names = [...new Set(records.map(({ name }) => name))]
    let present: readonly RecordSet[]
    let isOwn: Awaited<ReturnType<OwnValues['at']>>
    try {
      isOwn = await this.#options.ownValues.at(names)
      present = await writer.read(names, options.signal)
    } catch (error) {
      if (error instanceof DnsWriteError) return error
      throw error
    }
    const plan = planChanges(records, present, { isOwn, takeOver: options.takeOver === true })
    const changes = new Map(plan.changes.map(change => [recordSetKey(change), change]))
    const outcomes = records.map((record): RecordOutcome => {
      const conflict = plan.conflicts.find(({ name }) => name === record.name)
      if (conflict !== undefined) return { record, state: 'conflict', writer: writer.name, conflict }
      const change = changes.get(recordSetKey(record))
      return change === undefined
        ? { record, state: 'unchanged', writer: writer.name }
        : { record, state: 'written', writer: writer.name, change }
    })
    // Before anything is written, and also of what somebody set by hand just as we would have.
    const unknownAsOwn = outcomes
      .filter(({ state }) => state === 'written' || state === 'unchanged')
      .map(({ record: { name, type, values } }) => ({
        name,
        type,
        values: values.filter(value => !isOwn(name, type, value)),
      }))
    return { changes: plan.changes, outcomes, unknownAsOwn }
  }
}

interface WriterPlan {
  readonly changes: readonly DnsChange[]
  readonly outcomes: readonly RecordOutcome[]
  /** Wanted values that are not noted as ours yet. */
  readonly unknownAsOwn: readonly Pick<RecordSet, 'name' | 'type' | 'values'>[]
}

/** What every server must show of a record that stands; nothing is asked about what was never there. */
function expectedOf({ record, change }: RecordOutcome): readonly ExpectedRecords[] {
  const gone = change === undefined ? [] : change.before.filter(value => !change.after.includes(value))
  const { name, type, values } = record
  return values.length === 0 && gone.length === 0 ? [] : [{ name, type, values, gone }]
}

function failed(
  records: readonly WantedRecord[],
  writer: DnsWriter,
  error: DnsWriteError,
): readonly RecordOutcome[] {
  return records.map(record => ({ record, state: 'failed', writer: writer.name, error }))
}

function inOrder(
  wanted: readonly WantedRecord[],
  outcomes: readonly RecordOutcome[],
): readonly RecordOutcome[] {
  const byKey = new Map(outcomes.map(outcome => [recordSetKey(outcome.record), outcome]))
  return wanted.map(record => byKey.get(recordSetKey(record))).filter(outcome => outcome !== undefined)
}
