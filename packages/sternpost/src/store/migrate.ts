import type { Kysely } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { outboundTables } from './migrations/0001-outbound.ts'
import { reportTables } from './migrations/0002-reports.ts'
import { publishTables } from './migrations/0003-publish.ts'
import { certificateTables } from './migrations/0004-certificates.ts'
import { rolloutTables } from './migrations/0005-rollout.ts'
import { dnsRecordTables } from './migrations/0006-dns-records.ts'
import { checkTables } from './migrations/0008-checks.ts'
import { accessTables } from './migrations/0009-access.ts'
import type { Schema } from './schema.ts'

/** In order; a name, once released, is never changed. */
const migrations: Readonly<Record<string, Migration>> = {
  '0001-outbound': outboundTables,
  '0002-reports': reportTables,
  '0003-publish': publishTables,
  '0004-certificates': certificateTables,
  '0005-rollout': rolloutTables,
  '0006-dns-records': dnsRecordTables,
  '0008-checks': checkTables,
  '0009-access': accessTables,
}

/** Brings a database to the newest schema; throws what went wrong, with nothing of that step kept. */
export async function migrate(db: Kysely<Schema>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}
