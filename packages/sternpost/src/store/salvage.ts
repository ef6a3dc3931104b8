import { DatabaseSync } from 'node:sqlite'
import type { Kysely } from 'kysely'
import { sqliteProblem } from './node-sqlite.ts'
import type { Schema } from './schema.ts'

const tables = ['mta_sts_policies', 'outbound_events'] as const

/**
 * Copies what can still be read of a corrupt database into a new one.
 *
 * Each table is read from both ends, as a damaged page stops a scan but not what lies on its other side.
 * Errors: none; a file that gives nothing at all counts as no rows.
 * Effects: rows that stand in the new database already are kept as they are there.
 */
export async function salvage(corruptFile: string, into: Kysely<Schema>): Promise<number> {
  let copied = 0
  let source: DatabaseSync | undefined
  try {
    source = new DatabaseSync(corruptFile, { readOnly: true })
    for (const table of tables) {
      for (const order of ['ASC', 'DESC']) copied += await copyTable(source, table, order, into)
    }
  } catch (error) {
    if (sqliteProblem(error) === undefined) throw error
  } finally {
    source?.close()
  }
  return copied
}

async function copyTable(
  source: DatabaseSync,
  table: (typeof tables)[number],
  order: string,
  into: Kysely<Schema>,
): Promise<number> {
  let copied = 0
  try {
    for (const row of source.prepare(`SELECT * FROM ${table} ORDER BY rowid ${order}`).iterate()) {
      const result = await into
        .insertInto(table)
        .values(row as never)
        .onConflict(conflict => conflict.doNothing())
        .executeTakeFirst()
      copied += Number(result.numInsertedOrUpdatedRows ?? 0)
    }
  } catch (error) {
    if (sqliteProblem(error) === undefined) throw error
  }
  return copied
}
