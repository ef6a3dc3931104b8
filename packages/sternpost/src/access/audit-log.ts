import type { Clock } from '../base/index.ts'
import { DurableStore, type Store } from '../store/index.ts'
import type { AuditEntry } from './access-gate.ts'

const DAY_MS = 86_400_000
const MAX_SUBJECT_LENGTH = 300
const MAX_DETAIL_LENGTH = 4_000

/** One line of the log of changes. */
export interface AuditRecord {
  readonly entryId: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly who: string
  readonly ip: string
  readonly action: string
  readonly subject: string
  readonly detail: unknown
}

export interface AuditFilter {
  /** Only entries before this one. */
  readonly before?: number | undefined
  readonly limit: number
  readonly who?: string | undefined
  readonly action?: string | undefined
  readonly subject?: string | undefined
}

/** Who changed what, and who tried to come in. Errors: `NotDurableError` from every method. */
export class AuditLog {
  readonly #store: DurableStore
  readonly #clock: Clock
  readonly #retentionSeconds: number
  #prunedAt = 0

  constructor(store: Store, clock: Clock, retentionSeconds: number) {
    this.#store = new DurableStore(store)
    this.#clock = clock
    this.#retentionSeconds = retentionSeconds
  }

  async write({ principal, ip, action, subject, detail = {} }: AuditEntry): Promise<void> {
    const now = this.#clock.now()
    const text = JSON.stringify(detail)
    const isPruning = now - this.#prunedAt >= DAY_MS
    await this.#store.change(async db => {
      await db
        .insertInto('audit_log')
        .values({
          at: now,
          who: principal?.name ?? '',
          ip,
          action,
          subject: subject.slice(0, MAX_SUBJECT_LENGTH),
          detail: text.length > MAX_DETAIL_LENGTH ? JSON.stringify({ leftOut: text.length }) : text,
        })
        .execute()
      if (isPruning)
        await db
          .deleteFrom('audit_log')
          .where('at', '<', now - this.#retentionSeconds * 1000)
          .execute()
    })
    if (isPruning) this.#prunedAt = now
  }

  /** Entries, the newest first. */
  async list({ before, limit, who, action, subject }: AuditFilter): Promise<AuditRecord[]> {
    const rows = await this.#store.ask(db => {
      let query = db.selectFrom('audit_log').selectAll().orderBy('entry_id', 'desc').limit(limit)
      if (before !== undefined) query = query.where('entry_id', '<', before)
      if (who !== undefined) query = query.where('who', '=', who)
      if (action !== undefined) query = query.where('action', '=', action)
      if (subject !== undefined) query = query.where('subject', '=', subject)
      return query.execute()
    })
    return rows.map(row => ({
      entryId: row.entry_id,
      at: row.at,
      who: row.who,
      ip: row.ip,
      action: row.action,
      subject: row.subject,
      detail: JSON.parse(row.detail) as unknown,
    }))
  }
}
