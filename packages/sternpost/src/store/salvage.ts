import { DatabaseSync } from 'node:sqlite'
import { type Kysely, sql } from 'kysely'
import { sqliteProblem } from './node-sqlite.ts'
import type { Schema } from './schema.ts'

/** Few enough that a row refused costs few others, and many enough to be done in time. */
const ROWS_PER_STATEMENT = 100

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
    for (const { table, columns, key } of await ownTables(into)) {
      for (const order of ['ASC', 'DESC'])
        copied += await copyTable(source, { table, columns, key }, order, into)
    }
  } catch (error) {
    if (sqliteProblem(error) === undefined) throw error
  } finally {
    source?.close()
  }
  return copied
}

interface OwnTable {
  readonly table: string
  readonly columns: readonly string[]
  /** What rows lie in the order of, so that reading needs no index. */
  readonly key: readonly string[]
}

/** The tables of the new database, as its schema has them; those of the migrations are filled already. */
async function ownTables(db: Kysely<Schema>): Promise<OwnTable[]> {
  const { rows } = await sql<{ name: string; wr: number; column: string; pk: number }>`
    SELECT tables.name, tables.wr, columns.name AS column, columns.pk
    FROM pragma_table_list AS tables, pragma_table_info(tables.name) AS columns
    WHERE tables.schema = 'main' AND tables.type = 'table'
      AND tables.name NOT LIKE 'sqlite%' AND tables.name NOT LIKE 'kysely%'
    ORDER BY tables.name, columns.cid`.execute(db)
  return [...Map.groupBy(rows, row => row.name)].map(([table, columns]) => ({
    table,
    columns: columns.map(({ column }) => column),
    key:
      columns[0]?.wr === 0
        ? ['rowid']
        : columns
            .filter(({ pk }) => pk > 0)
            .sort((a, b) => a.pk - b.pk)
            .map(({ column }) => column),
  }))
}

async function copyTable(
  source: DatabaseSync,
  { table, columns, key }: OwnTable,
  order: string,
  into: Kysely<Schema>,
): Promise<number> {
  // One transaction, as a sync for every hundred rows would take minutes.
  return await into.transaction().execute(async transaction => {
    let copied = 0
    for (const rows of readableRows(source, { table, columns, key }, order))
      copied += await copyRows(transaction, table, rows)
    return copied
  })
}

/** Copies rows together or, where one of them is refused, each for itself. */
async function copyRows(
  into: Kysely<Schema>,
  table: string,
  rows: readonly Record<string, unknown>[],
): Promise<number> {
  try {
    const result = await into
      .insertInto(table as keyof Schema)
      .values(rows as never)
      .onConflict(conflict => conflict.doNothing())
      .executeTakeFirst()
    return Number(result.numInsertedOrUpdatedRows ?? 0)
  } catch (error) {
    if (sqliteProblem(error) === undefined) throw error
    if (rows.length === 1) return 0
    let copied = 0
    for (const row of rows) copied += await copyRows(into, table, [row])
    return copied
  }
}

/** The rows of a damaged table up to the damage, some at a time. */
function* readableRows(
  source: DatabaseSync,
  { table, columns, key }: OwnTable,
  order: string,
): Generator<Record<string, unknown>[]> {
  let rows: Record<string, unknown>[] = []
  try {
    const known = new Set(
      source
        .prepare('SELECT name FROM pragma_table_info(?)')
        .all(table)
        .map(({ name }) => name),
    )
    const shared = columns.filter(column => known.has(column))
    if (shared.length === 0) return
    const inOrder = key.map(column => `${column} ${order}`).join(', ')
    const query = `SELECT ${shared.map(column => `"${column}"`).join(', ')} FROM "${table}" ORDER BY ${inOrder}`
    for (const row of source.prepare(query).iterate()) {
      rows.push(row)
      if (rows.length < ROWS_PER_STATEMENT) continue
      yield rows
      rows = []
    }
  } catch (error) {
    if (sqliteProblem(error) === undefined) throw error
  }
  // What was read before the damage is good.
  if (rows.length > 0) yield rows
}
