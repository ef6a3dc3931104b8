import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { SqliteDatabase, SqliteStatement } from 'kysely'

/** SQLite's primary result codes that call for different help. */
export type SqliteProblem = 'corrupt' | 'full' | 'read-only' | 'busy' | 'other'

const problems: Readonly<Record<number, SqliteProblem>> = {
  5: 'busy',
  8: 'read-only',
  11: 'corrupt',
  13: 'full',
  26: 'corrupt',
}

/** Tells what kind of trouble an error of node:sqlite is; undefined for any other error. */
export function sqliteProblem(error: unknown): SqliteProblem | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined
  // Extended result codes carry the primary one in the low byte.
  return problems[error.errcode & 0xff] ?? 'other'
}

/** Statements kept prepared; the house has fewer different ones than this. */
const MAX_PREPARED = 200

/** Fits a database of node:sqlite to what Kysely expects of its SQLite driver. */
export function kyselyDatabase(database: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>()
  return {
    close: () => database.close(),
    prepare(sql) {
      const known = prepared.get(sql)
      if (known !== undefined) return known
      if (prepared.size >= MAX_PREPARED) prepared.clear()
      const statement = fit(database.prepare(sql))
      prepared.set(sql, statement)
      return statement
    },
  }
}

function fit(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: parameters => statement.all(...bind(parameters)),
    run: parameters => statement.run(...bind(parameters)),
    iterate: parameters => statement.iterate(...bind(parameters)),
  }
}

function bind(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters.map(value => (typeof value === 'boolean' ? Number(value) : (value as SQLInputValue)))
}
