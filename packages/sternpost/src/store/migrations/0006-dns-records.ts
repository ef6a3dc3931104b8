import { type Kysely, SqliteAdapter, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Which values in DNS are ours. */
export const dnsRecordTables: Migration = {
  async up(db: Kysely<unknown>) {
    const inKeyOrder =
      db.getExecutor().adapter instanceof SqliteAdapter ? sql.raw('without rowid') : sql.raw('')
    await db.schema
      .createTable('dns_own_values')
      .addColumn('name', 'text', column => column.notNull())
      .addColumn('type', 'text', column => column.notNull())
      .addColumn('value', 'text', column => column.notNull())
      .addColumn('writer', 'text', column => column.notNull())
      .addColumn('noted_at', 'bigint', column => column.notNull())
      .addPrimaryKeyConstraint('dns_own_values_key', ['name', 'type', 'value'])
      .modifyEnd(inKeyOrder)
      .execute()
  },
}
