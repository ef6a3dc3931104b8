import type { Kysely, Transaction } from 'kysely'
import { NotDurableError } from './not-durable-error.ts'
import type { Schema } from './schema.ts'
import type { Store } from './store.ts'

/** How often a change is tried while another program writes; each try waits two seconds itself. */
const TRIES = 5

/**
 * The database for what must not be lost: a change is durable when its promise resolves, and an error otherwise.
 *
 * Errors: `NotDurableError` from every method, with nothing of the change kept.
 */
export class DurableStore {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  async ask<T>(question: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    const answer = await this.#store.read(async db => ({ value: await question(db) }))
    if (answer === undefined) throw new NotDurableError(this.#reason('does not answer'))
    return answer.value
  }

  /**
   * Runs a change in one transaction; its first statement must write, so that the database is ours from there on and
   * nothing read can change under us.
   */
  async change<T>(change: (db: Transaction<Schema>) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      let result: { readonly value: T } | undefined
      const isDurable = await this.#store.write(db =>
        db.transaction().execute(async transaction => {
          result = { value: await change(transaction) }
        }),
      )
      if (isDurable && result !== undefined) return result.value
      // Only another program's write leaves the state as it was; everything else will not mend itself now.
      if (this.#store.state.kind !== 'ok' || tries === TRIES)
        throw new NotDurableError(this.#reason('cannot be written'))
    }
  }

  #reason(trouble: string): string {
    const { state } = this.#store
    return state.kind === 'ok'
      ? 'another program keeps the database busy; try again'
      : `the database ${trouble}: ${state.reason}`
  }
}
