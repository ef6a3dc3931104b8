import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'

/** Who answers the queries of one question. */
export interface QueryAnswerer {
  query(sql: string, parameters: readonly unknown[]): Promise<Record<string, unknown>[]>
  chunks(
    sql: string,
    parameters: readonly unknown[],
    chunkRows: number,
  ): AsyncIterable<readonly Record<string, unknown>[]>
}

/** Kysely over a thread that reads: queries are written here and answered there. */
export class QuestionDialect implements Dialect {
  readonly #answerer: QueryAnswerer

  constructor(answerer: QueryAnswerer) {
    this.#answerer = answerer
  }

  createAdapter(): DialectAdapter {
    return new SqliteAdapter()
  }

  createDriver(): Driver {
    return new QuestionDriver(new QuestionConnection(this.#answerer))
  }

  createIntrospector(db: Kysely<unknown>) {
    return new SqliteIntrospector(db)
  }

  createQueryCompiler() {
    return new SqliteQueryCompiler()
  }
}

class QuestionDriver implements Driver {
  readonly #connection: DatabaseConnection

  constructor(connection: DatabaseConnection) {
    this.#connection = connection
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection
  }

  async releaseConnection(): Promise<void> {}

  async beginTransaction(): Promise<never> {
    throw new Error('a question changes nothing')
  }

  async commitTransaction(): Promise<void> {}

  async rollbackTransaction(): Promise<void> {}

  async destroy(): Promise<void> {}
}

class QuestionConnection implements DatabaseConnection {
  readonly #answerer: QueryAnswerer

  constructor(answerer: QueryAnswerer) {
    this.#answerer = answerer
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    return { rows: (await this.#answerer.query(sql, parameters)) as R[] }
  }

  async *streamQuery<R>({ sql, parameters }: CompiledQuery, chunkSize: number) {
    for await (const rows of this.#answerer.chunks(sql, parameters, chunkSize))
      yield { rows: rows as R[] } satisfies QueryResult<R>
  }
}
