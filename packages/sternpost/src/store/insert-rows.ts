import type { CompiledQuery, Insertable, InsertQueryBuilder, Kysely } from 'kysely'
import type { Schema } from './schema.ts'

/** Rows of one statement; few sizes, so that few statements are kept prepared. */
const CHUNK_SIZES = [128, 32, 8, 1] as const

type Insert<Table extends keyof Schema> = InsertQueryBuilder<Schema, Table, object>

/**
 * Inserts many rows of one table with little work per row.
 *
 * Building a query for each row would cost more than the database does. The statement is compiled once for each
 * number of rows and then only given other values.
 */
export class RowInserter<Table extends keyof Schema> {
  readonly #table: Table
  readonly #columns: readonly string[]
  readonly #finish: (insert: Insert<Table>) => { compile(): CompiledQuery }
  readonly #compiled = new Map<number, CompiledQuery>()

  /**
   * @param columns all columns that are given; the others get their default.
   * @param finish what stands behind the values: conflicts and what is to be returned.
   */
  constructor(
    table: Table,
    columns: readonly (keyof Schema[Table] & string)[],
    finish: (insert: Insert<Table>) => { compile(): CompiledQuery } = insert => insert,
  ) {
    this.#table = table
    this.#columns = columns
    this.#finish = finish
  }

  /** Inserts in order; gives what the statement returns. */
  async insert(db: Kysely<Schema>, rows: readonly Insertable<Schema[Table]>[]): Promise<unknown[]> {
    const returned: unknown[] = []
    let from = 0
    for (const size of CHUNK_SIZES) {
      for (; rows.length - from >= size; from += size) {
        const query = this.#statement(db, size)
        const parameters: unknown[] = []
        for (let index = from; index < from + size; index += 1) {
          const row = rows[index] as Readonly<Record<string, unknown>>
          for (const column of this.#columns) parameters.push(row[column])
        }
        const result = await db.executeQuery({ ...query, parameters })
        for (const one of result.rows) returned.push(one)
      }
    }
    return returned
  }

  #statement(db: Kysely<Schema>, rows: number): CompiledQuery {
    const known = this.#compiled.get(rows)
    if (known !== undefined) return known
    // The values only hold the places; what counts is the text of the statement.
    const row = Object.fromEntries(this.#columns.map(column => [column, 0]))
    const insert = db
      .insertInto(this.#table)
      .values(Array.from({ length: rows }, () => row) as never) as unknown as Insert<Table>
    const compiled = this.#finish(insert).compile()
    if (compiled.parameters.length !== rows * this.#columns.length)
      throw new TypeError(`the statement for ${this.#table} holds values that are no column of a row`)
    this.#compiled.set(rows, compiled)
    return compiled
  }
}
