import type { Clock } from '../../base/index.ts'
import type { Store } from '../../store/index.ts'
import type { DnsChange } from './dns-writer.ts'
import { DnsWriteError } from './issues.ts'
import { type RecordSetType, recordSetKey } from './record-set.ts'

/** Statements of SQLite take so many values. */
const NAMES_PER_QUERY = 500

/**
 * Remembers which values in DNS are ours, so that nobody else's is ever taken away.
 *
 * A value is noted before it is written: if the program ends between, it is still known as ours.
 * Errors: DnsWriteError `dns-write/not-durable` where the database does not answer.
 */
export class OwnValues {
  readonly #store: Store
  readonly #clock: Clock

  constructor(store: Store, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** What is ours at these names, as a question that `planChanges` can ask. */
  async at(names: readonly string[]): Promise<(name: string, type: RecordSetType, value: string) => boolean> {
    const own = new Set((await this.#rows(names)).map(({ name, type, value }) => keyOf(name, type, value)))
    return (name, type, value) => own.has(keyOf(name, type, value))
  }

  /** What is ours at these names, set by set. */
  async listed(names: readonly string[]): Promise<(name: string, type: RecordSetType) => readonly string[]> {
    const sets = Map.groupBy(await this.#rows(names), row => recordSetKey(row))
    return (name, type) => (sets.get(recordSetKey({ name, type })) ?? []).map(({ value }) => value)
  }

  async #rows(names: readonly string[]) {
    const found: { readonly name: string; readonly type: RecordSetType; readonly value: string }[] = []
    for (let start = 0; start < names.length; start += NAMES_PER_QUERY) {
      const some = names.slice(start, start + NAMES_PER_QUERY)
      const rows = await this.#store.read(db =>
        db
          .selectFrom('dns_own_values')
          .select(['name', 'type', 'value'])
          .where('name', 'in', [...some])
          .execute(),
      )
      if (rows === undefined) throw this.#notDurable('read')
      // Only `note` fills the table.
      found.push(...(rows as typeof found))
    }
    return found
  }

  /** Notes values that are about to be written, or that stand there just as wanted. */
  async note(
    sets: readonly {
      readonly name: string
      readonly type: RecordSetType
      readonly values: readonly string[]
    }[],
    writer: string,
  ): Promise<void> {
    const notedAt = this.#clock.now()
    const rows = sets.flatMap(({ name, type, values }) =>
      values.map(value => ({ name, type, value, writer, noted_at: notedAt })),
    )
    if (rows.length === 0) return
    const durable = await this.#store.write(db =>
      db
        .insertInto('dns_own_values')
        .values(rows)
        .onConflict(conflict => conflict.columns(['name', 'type', 'value']).doNothing())
        .execute(),
    )
    if (!durable) throw this.#notDurable('written')
  }

  /** Forgets what is no longer in DNS after a change; what cannot be forgotten now does no harm. */
  async forget(changes: readonly DnsChange[]): Promise<void> {
    await this.#store.write(db =>
      db.transaction().execute(async transaction => {
        for (const { name, type, after } of changes) {
          const query = transaction
            .deleteFrom('dns_own_values')
            .where('name', '=', name)
            .where('type', '=', type)
          await (after.length === 0 ? query : query.where('value', 'not in', [...after])).execute()
        }
      }),
    )
  }

  #notDurable(verb: string): DnsWriteError {
    const message = `the database cannot be ${verb}, so it is not known which DNS records are ours`
    return new DnsWriteError('dns-write/not-durable', message)
  }
}

function keyOf(name: string, type: string, value: string): string {
  return `${name} ${type} ${value}`
}
