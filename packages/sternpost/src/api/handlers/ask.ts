import type { Kysely } from 'kysely'
import type { Principal } from '../../access/index.ts'
import type { Schema } from '../../store/index.ts'
import { ApiProblem } from '../api-problem.ts'
import type { ApiServices } from '../services.ts'

/** Asks the database. Errors: `api/unavailable` where it does not answer. */
export async function ask<T>(
  { store }: Pick<ApiServices, 'store'>,
  question: (db: Kysely<Schema>) => Promise<T>,
): Promise<T> {
  const answer = await store.read(async db => ({ value: await question(db) }))
  if (answer !== undefined) return answer.value
  throw new ApiProblem('api/unavailable', 'the database does not answer', {
    remedy: 'See the health of the daemon; it tries again by itself.',
    retryAfterSeconds: 10,
  })
}

/** The domains somebody may see, for a filter; undefined for all. */
export function scopeOf({ domains }: Pick<Principal, 'domains'>): readonly string[] | undefined {
  return domains === 'all' ? undefined : [...domains]
}
