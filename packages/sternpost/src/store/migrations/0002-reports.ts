import { type Kysely, SqliteAdapter, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * TLS reports that came in: who sent what, what it says, word for word and in daily sums.
 *
 * Every question asks by domain and day or by day alone; the indexes follow that. Columns that stand in `reports`
 * too (day, organization, trust) are there so that no question of two million reports needs a join.
 */
export const reportTables: Migration = {
  async up(db: Kysely<unknown>) {
    // The rows of one report, or of one domain, lie side by side on disk: SQLite keeps such tables in key order.
    const inKeyOrder =
      db.getExecutor().adapter instanceof SqliteAdapter ? sql.raw('without rowid') : sql.raw('')

    await db.schema
      .createTable('reports')
      .addColumn('report_row_id', 'integer', column => column.primaryKey().autoIncrement())
      .addColumn('dedupe_key', 'blob', column => column.notNull())
      .addColumn('content_hash', 'blob', column => column.notNull())
      .addColumn('organization', 'text', column => column.notNull())
      .addColumn('contact_info', 'text')
      .addColumn('report_id', 'text', column => column.notNull())
      .addColumn('start_at', 'bigint')
      .addColumn('end_at', 'bigint')
      .addColumn('day', 'text', column => column.notNull())
      .addColumn('trust', 'text', column => column.notNull())
      .addColumn('authentication', 'text', column => column.notNull())
      .addColumn('is_quarantined', 'integer', column => column.notNull())
      .addColumn('channel', 'text', column => column.notNull())
      .addColumn('source_address', 'text')
      .addColumn('file_name', 'text')
      .addColumn('recipient', 'text')
      .addColumn('received_at', 'bigint', column => column.notNull())
      .addColumn('policy_count', 'integer', column => column.notNull())
      .addColumn('counted_success', 'bigint', column => column.notNull())
      .addColumn('counted_failure', 'bigint', column => column.notNull())
      .addColumn('notes', 'text', column => column.notNull())
      .execute()
    await db.schema.createIndex('reports_dedupe_key').on('reports').column('dedupe_key').unique().execute()
    await index(db, 'reports', 'content_hash', ['content_hash'])
    await index(db, 'reports', 'day', ['day'])
    await index(db, 'reports', 'organization', ['organization', 'day'])
    await index(db, 'reports', 'received_at', ['received_at'])
    // Few rows among millions, counted beside every figure that leaves them out.
    await db.schema
      .createIndex('reports_quarantined')
      .on('reports')
      .column('day')
      .where(sql.ref('is_quarantined'), '=', sql.lit(1))
      .execute()

    await db.schema
      .createTable('report_texts')
      .addColumn('report_row_id', 'integer', column => column.primaryKey())
      .addColumn('received_at', 'bigint', column => column.notNull())
      .addColumn('encoding', 'text', column => column.notNull())
      .addColumn('size_bytes', 'integer', column => column.notNull())
      .addColumn('bytes', 'blob', column => column.notNull())
      .execute()
    await index(db, 'report_texts', 'received_at', ['received_at'])

    await db.schema
      .createTable('report_sightings')
      .addColumn('report_row_id', 'integer', column => column.notNull())
      .addColumn('channel', 'text', column => column.notNull())
      .addColumn('first_seen_at', 'bigint', column => column.notNull())
      .addColumn('last_seen_at', 'bigint', column => column.notNull())
      .addColumn('times', 'integer', column => column.notNull())
      .addColumn('is_same_content', 'integer', column => column.notNull())
      .addPrimaryKeyConstraint('report_sightings_key', ['report_row_id', 'channel'])
      .modifyEnd(inKeyOrder)
      .execute()

    await db.schema
      .createTable('reported_policy_texts')
      .addColumn('policy_text_hash', 'blob', column => column.primaryKey().notNull())
      .addColumn('policy_strings', 'text', column => column.notNull())
      .addColumn('mx_patterns', 'text', column => column.notNull())
      .modifyEnd(inKeyOrder)
      .execute()

    await db.schema
      .createTable('report_policies')
      .addColumn('report_row_id', 'integer', column => column.notNull())
      .addColumn('policy_index', 'integer', column => column.notNull())
      .addColumn('policy_domain', 'text', column => column.notNull())
      .addColumn('day', 'text', column => column.notNull())
      .addColumn('organization', 'text', column => column.notNull())
      .addColumn('trust', 'text', column => column.notNull())
      .addColumn('is_quarantined', 'integer', column => column.notNull())
      .addColumn('policy_type', 'text', column => column.notNull())
      .addColumn('policy_text_hash', 'blob', column => column.notNull())
      .addColumn('success', 'bigint', column => column.notNull())
      .addColumn('failure', 'bigint', column => column.notNull())
      .addColumn('counted_success', 'bigint', column => column.notNull())
      .addColumn('counted_failure', 'bigint', column => column.notNull())
      .addPrimaryKeyConstraint('report_policies_key', ['report_row_id', 'policy_index'])
      .modifyEnd(inKeyOrder)
      .execute()
    await index(db, 'report_policies', 'domain', ['policy_domain', 'day'])
    await index(db, 'report_policies', 'text', ['policy_text_hash'])

    await db.schema
      .createTable('report_failures')
      .addColumn('report_row_id', 'integer', column => column.notNull())
      .addColumn('policy_index', 'integer', column => column.notNull())
      .addColumn('failure_index', 'integer', column => column.notNull())
      .addColumn('policy_domain', 'text', column => column.notNull())
      .addColumn('day', 'text', column => column.notNull())
      .addColumn('organization', 'text', column => column.notNull())
      .addColumn('trust', 'text', column => column.notNull())
      .addColumn('is_quarantined', 'integer', column => column.notNull())
      .addColumn('policy_type', 'text', column => column.notNull())
      .addColumn('result_type', 'text', column => column.notNull())
      .addColumn('receiving_mx_hostname', 'text')
      .addColumn('receiving_mx_helo', 'text')
      .addColumn('receiving_ip', 'text')
      .addColumn('sending_mta_ip', 'text')
      .addColumn('failed', 'bigint', column => column.notNull())
      .addColumn('reason_code', 'text')
      .addColumn('additional_information', 'text')
      .addPrimaryKeyConstraint('report_failures_key', ['report_row_id', 'policy_index', 'failure_index'])
      .modifyEnd(inKeyOrder)
      .execute()
    await index(db, 'report_failures', 'domain', ['policy_domain', 'day'])
    await index(db, 'report_failures', 'day', ['day'])

    await db.schema
      .createTable('report_daily')
      .addColumn('policy_domain', 'text', column => column.notNull())
      .addColumn('day', 'text', column => column.notNull())
      .addColumn('organization', 'text', column => column.notNull())
      .addColumn('policy_type', 'text', column => column.notNull())
      .addColumn('trust', 'text', column => column.notNull())
      .addColumn('reports', 'bigint', column => column.notNull())
      .addColumn('success', 'bigint', column => column.notNull())
      .addColumn('failure', 'bigint', column => column.notNull())
      .addColumn('counted_success', 'bigint', column => column.notNull())
      .addColumn('counted_failure', 'bigint', column => column.notNull())
      .addPrimaryKeyConstraint('report_daily_key', [
        'policy_domain',
        'day',
        'organization',
        'policy_type',
        'trust',
      ])
      .modifyEnd(inKeyOrder)
      .execute()
    await index(db, 'report_daily', 'day', ['day'])

    await db.schema
      .createTable('report_daily_failures')
      .addColumn('policy_domain', 'text', column => column.notNull())
      .addColumn('day', 'text', column => column.notNull())
      .addColumn('organization', 'text', column => column.notNull())
      .addColumn('policy_type', 'text', column => column.notNull())
      .addColumn('result_type', 'text', column => column.notNull())
      .addColumn('mx_host', 'text', column => column.notNull())
      .addColumn('trust', 'text', column => column.notNull())
      .addColumn('failed', 'bigint', column => column.notNull())
      .addPrimaryKeyConstraint('report_daily_failures_key', [
        'policy_domain',
        'day',
        'organization',
        'policy_type',
        'result_type',
        'mx_host',
        'trust',
      ])
      .modifyEnd(inKeyOrder)
      .execute()
    await index(db, 'report_daily_failures', 'day', ['day'])
  },
}

async function index(db: Kysely<unknown>, table: string, name: string, columns: string[]): Promise<void> {
  await db.schema.createIndex(`${table}_${name}`).on(table).columns(columns).execute()
}
