import type { Clock } from '../base/index.ts'
import { DurableStore, type Store } from '../store/index.ts'

/** When this installation started for the first time, noted now if it never was. Errors: `NotDurableError`. */
export async function firstStartedAt(store: Store, clock: Clock): Promise<number> {
  const durable = new DurableStore(store)
  const row = await durable.change(async db => {
    await db
      .insertInto('installation')
      .values({ name: 'first-started-at', value: String(clock.now()) })
      .onConflict(conflict => conflict.column('name').doNothing())
      .execute()
    return db
      .selectFrom('installation')
      .select('value')
      .where('name', '=', 'first-started-at')
      .executeTakeFirstOrThrow()
  })
  return Number(row.value)
}
