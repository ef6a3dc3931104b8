import type { Transaction } from 'kysely'
import type { Clock } from '../base/index.ts'
import { RowInserter, type Schema, type Store } from '../store/index.ts'
import { DailySums } from './daily-rollup.ts'
import { type Known, knownReports, noteSightings, supersede } from './report-store-duplicates.ts'
import type { StorableReport } from './report-store-rows.ts'

/**
 * A report could not be made durable: it must not be acknowledged, and can be handed over again.
 *
 * Shape: `temporary` is always true, for those who tell a sender what to do: HTTPS answers 503, SMTP 451.
 */
export class ReportNotStoredError extends Error {
  override readonly name = 'ReportNotStoredError'
  readonly temporary = true
}

export interface SavedReport {
  readonly reportRowId: number
  readonly isDuplicate: boolean
}

/** Bounds of one transaction: long enough to spread the cost of a sync, short enough for others to get in between. */
const MAX_BATCH_REPORTS = 256
const MAX_BATCH_ROWS = 10_000
/** After so many it is not the reports that are at fault, but the database. */
const MAX_FAILED_IN_A_ROW = 2
/** How long a report waits for others that are on their way, to share a transaction with them. */
const GATHER_MS = 10

interface Waiting {
  readonly report: StorableReport
  readonly saved: (result: SavedReport) => void
  readonly failed: (error: unknown) => void
}

/**
 * The durable side of the intake: reports that come at the same time share one transaction.
 *
 * A report is stored with its text, facts and daily sums, or not at all. The same report is stored once, however it
 * came; of two with the same name the more trustworthy one counts, so that nobody can keep a report out by sending
 * a false one first.
 */
export class ReportStore {
  readonly #store: Store
  readonly #clock: Clock
  /** How many reports are on their way here: worth waiting for. */
  readonly #onTheirWay: () => number
  #waiting: Waiting[] = []
  #writing: Promise<void> | undefined
  #wake: (() => void) | undefined

  constructor(store: Store, clock: Clock, onTheirWay: () => number = () => 0) {
    this.#store = store
    this.#clock = clock
    this.#onTheirWay = onTheirWay
  }

  /**
   * Stores a report; resolves when it is on disk.
   *
   * Errors: `ReportNotStoredError` where the database cannot be written.
   */
  save(report: StorableReport): Promise<SavedReport> {
    return new Promise((saved, failed) => {
      this.#waiting.push({ report, saved, failed })
      this.#wake?.()
      this.#writing ??= this.#writeAll().finally(() => {
        this.#writing = undefined
      })
    })
  }

  /** Tells that something on its way here came to an end without being stored. */
  lookAgain(): void {
    this.#wake?.()
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#gather()
      const batch = this.#takeBatch()
      await this.#writeBatch(batch)
    }
  }

  /** Waits until as many are here as fit in a transaction, or as are on their way, or for a moment. */
  async #gather(): Promise<void> {
    // Between two batches others of this process get their turn at the database.
    await new Promise(resolve => setImmediate(resolve))
    const isEnough = () => this.#waiting.length >= Math.min(MAX_BATCH_REPORTS, this.#onTheirWay())
    if (isEnough()) return
    await new Promise<void>(resolve => {
      const timer = this.#clock.setTimer(resolve, GATHER_MS)
      this.#wake = () => {
        if (!isEnough()) return
        timer.cancel()
        resolve()
      }
    })
    this.#wake = undefined
  }

  /** The next reports, no two of them the same: the second of two is judged when the first is stored. */
  #takeBatch(): Waiting[] {
    const batch: Waiting[] = []
    const later: Waiting[] = []
    const seen = new Set<string>()
    let rows = 0
    let index = 0
    for (; index < this.#waiting.length; index += 1) {
      const waiting = this.#waiting[index] as Waiting
      const { report } = waiting
      rows += 2 + report.policies.length + report.failures.length
      if (batch.length >= MAX_BATCH_REPORTS || (batch.length > 0 && rows > MAX_BATCH_ROWS)) break
      if (seen.has(report.dedupeKey) || seen.has(report.contentHash)) later.push(waiting)
      else batch.push(waiting)
      seen.add(report.dedupeKey).add(report.contentHash)
    }
    this.#waiting = [...later, ...this.#waiting.slice(index)]
    return batch
  }

  /** Writes a batch; where that fails, each report alone, so that one the database refuses keeps no other out. */
  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    let { error } = await this.#write(batch)
    if (error === undefined) return
    let failedInARow = batch.length === 1 ? MAX_FAILED_IN_A_ROW : 0
    for (const waiting of batch) {
      if (failedInARow < MAX_FAILED_IN_A_ROW) {
        error = (await this.#write([waiting])).error
        if (error === undefined) {
          failedInARow = 0
          continue
        }
        failedInARow += 1
      }
      waiting.failed(error)
    }
  }

  /** Writes reports in one transaction and tells those who wait for them; where it fails, nobody is told. */
  async #write(batch: readonly Waiting[]): Promise<{ error?: unknown }> {
    let saved: SavedReport[] = []
    try {
      const reports = batch.map(waiting => waiting.report)
      const isDurable = await this.#store.write(db =>
        db.transaction().execute(async transaction => {
          saved = await storeReports(transaction, reports)
        }),
      )
      if (!isDurable) return { error: new ReportNotStoredError(this.#reason()) }
    } catch (error) {
      return { error }
    }
    for (const [index, waiting] of batch.entries()) waiting.saved(saved[index] as SavedReport)
    return {}
  }

  #reason(): string {
    const { state } = this.#store
    return state.kind === 'ok'
      ? 'another program is writing to the database'
      : `the database cannot be written: ${state.reason}`
  }
}

/** Stores reports that differ from each other; in the order given. */
async function storeReports(
  transaction: Transaction<Schema>,
  reports: readonly StorableReport[],
): Promise<SavedReport[]> {
  // The first statement writes, so that the database is ours from here on and nothing read below can change.
  const inserted = (await insertReports.insert(
    transaction,
    reports.map(report => report.report),
  )) as { report_row_id: number; dedupe_key: Uint8Array }[]
  const newRows = new Map(
    inserted.map(row => [Buffer.from(row.dedupe_key).toString('hex'), row.report_row_id]),
  )
  const known = await knownReports(transaction, reports, newRows)
  const sums = new DailySums()
  const toStore: { report: StorableReport; reportRowId: number }[] = []
  const seenAgain: { report: StorableReport; known: Known }[] = []
  const saved = reports.map((report): SavedReport => {
    const before = known.get(report)
    if (before === undefined) {
      const reportRowId = newRows.get(report.dedupeKey) as number
      toStore.push({ report, reportRowId })
      return { reportRowId, isDuplicate: false }
    }
    seenAgain.push({ report, known: before })
    return { reportRowId: before.reportRowId, isDuplicate: true }
  })
  for (const { report, known: before } of seenAgain) {
    if (!before.isLessTrusted) continue
    await supersede(transaction, report, before)
    toStore.push({ report, reportRowId: before.reportRowId })
  }
  await noteSightings(transaction, seenAgain)
  await storeFacts(transaction, toStore)
  for (const { report } of toStore)
    if (report.report.is_quarantined === 0) sums.addReport(report.policies, report.failures)
  await sums.add(transaction)
  return saved
}

async function storeFacts(
  transaction: Transaction<Schema>,
  stored: readonly { readonly report: StorableReport; readonly reportRowId: number }[],
): Promise<void> {
  const policyTexts = new Map(
    stored.flatMap(({ report }) =>
      report.policyTexts.map(text => [Buffer.from(text.policy_text_hash).toString('hex'), text] as const),
    ),
  )
  await insertPolicyTexts.insert(transaction, [...policyTexts.values()])
  const numbered = <Row extends object>(rows: (report: StorableReport) => readonly Row[]) =>
    stored.flatMap(({ report, reportRowId }) =>
      rows(report).map(row => ({ ...row, report_row_id: reportRowId })),
    )
  await insertTexts.insert(
    transaction,
    numbered(report => [report.text]),
  )
  await insertPolicies.insert(
    transaction,
    numbered(report => report.policies),
  )
  await insertFailures.insert(
    transaction,
    numbered(report => report.failures),
  )
}

const insertReports = new RowInserter(
  'reports',
  [
    'dedupe_key',
    'content_hash',
    'organization',
    'contact_info',
    'report_id',
    'start_at',
    'end_at',
    'day',
    'trust',
    'authentication',
    'is_quarantined',
    'channel',
    'source_address',
    'file_name',
    'recipient',
    'received_at',
    'policy_count',
    'counted_success',
    'counted_failure',
    'notes',
  ],
  insert =>
    insert
      .onConflict(conflict => conflict.column('dedupe_key').doNothing())
      .returning(['report_row_id', 'dedupe_key']),
)

const insertTexts = new RowInserter('report_texts', [
  'report_row_id',
  'received_at',
  'encoding',
  'size_bytes',
  'bytes',
])

const insertPolicyTexts = new RowInserter(
  'reported_policy_texts',
  ['policy_text_hash', 'policy_strings', 'mx_patterns'],
  insert => insert.onConflict(conflict => conflict.column('policy_text_hash').doNothing()),
)

const insertPolicies = new RowInserter('report_policies', [
  'report_row_id',
  'policy_index',
  'policy_domain',
  'day',
  'organization',
  'trust',
  'is_quarantined',
  'policy_type',
  'policy_text_hash',
  'success',
  'failure',
  'counted_success',
  'counted_failure',
])

const insertFailures = new RowInserter('report_failures', [
  'report_row_id',
  'policy_index',
  'failure_index',
  'policy_domain',
  'day',
  'organization',
  'trust',
  'is_quarantined',
  'policy_type',
  'result_type',
  'receiving_mx_hostname',
  'receiving_mx_helo',
  'receiving_ip',
  'sending_mta_ip',
  'failed',
  'reason_code',
  'additional_information',
])
