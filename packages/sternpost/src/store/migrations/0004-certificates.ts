import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Certificates of policy hosts: what is served, what is ordered when, and our accounts at authorities. */
export const certificateTables: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('certificates')
      .addColumn('host', 'text', column => column.primaryKey().notNull())
      .addColumn('chain_pem', 'text', column => column.notNull())
      .addColumn('key_pem', 'text', column => column.notNull())
      .addColumn('not_before', 'bigint', column => column.notNull())
      .addColumn('not_after', 'bigint', column => column.notNull())
      .addColumn('directory_url', 'text', column => column.notNull())
      .addColumn('issued_at', 'bigint', column => column.notNull())
      .execute()
    // Renewals that are overdue, and what has expired, without a look at every certificate.
    await db.schema
      .createIndex('certificates_overdue')
      .on('certificates')
      .expression(sql`(not_after * 5 + not_before)`)
      .execute()
    await db.schema
      .createTable('certificate_orders')
      .addColumn('host', 'text', column => column.primaryKey().notNull())
      .addColumn('is_held', 'integer', column => column.notNull())
      .addColumn('next_try_at', 'bigint', column => column.notNull())
      .addColumn('failures', 'integer', column => column.notNull().defaultTo(0))
      .addColumn('last_tried_at', 'bigint')
      .addColumn('last_error', 'text')
      .addColumn('last_error_message', 'text')
      .addColumn('next_advice_at', 'bigint')
      .addColumn('advised_at', 'bigint')
      .addColumn('claimed_by', 'text')
      .addColumn('claimed_until', 'bigint')
      .addColumn('order_directory_url', 'text')
      .addColumn('order_url', 'text')
      .addColumn('order_key_pem', 'text')
      .execute()
    await db.schema
      .createIndex('certificate_orders_due')
      .on('certificate_orders')
      .columns(['is_held', 'next_try_at'])
      .execute()
    await db.schema
      .createIndex('certificate_orders_advice')
      .on('certificate_orders')
      .column('next_advice_at')
      .execute()
    await db.schema
      .createTable('acme_accounts')
      .addColumn('directory_url', 'text', column => column.primaryKey().notNull())
      .addColumn('account_url', 'text', column => column.notNull())
      .addColumn('key_pem', 'text', column => column.notNull())
      .addColumn('created_at', 'bigint', column => column.notNull())
      .execute()
    await db.schema
      .createTable('acme_budgets')
      .addColumn('directory_url', 'text', column => column.primaryKey().notNull())
      .addColumn('orders_left', 'real', column => column.notNull())
      .addColumn('filled_at', 'bigint', column => column.notNull())
      .addColumn('paused_until', 'bigint', column => column.notNull())
      .addColumn('refusals', 'integer', column => column.notNull())
      .execute()
  },
}
