import type { Kysely } from 'kysely'
import type { Principal } from '../../access/index.ts'
import { QuestionError, type Schema } from '../../store/index.ts'
import { ApiProblem } from '../api-problem.ts'
import type { ApiServices } from '../services.ts'

/** Asks the database, in a thread of its own. Errors: `api/unavailable` where there is no answer for now. */
export async function ask<T>(
  { store }: Pick<ApiServices, 'store'>,
  question: (db: Kysely<Schema>) => Promise<T>,
): Promise<T> {
  try {
    return await store.question(question)
  } catch (error) {
    if (error instanceof QuestionError) throw noAnswer(error)
    throw error
  }
}

function noAnswer({ reason, message }: QuestionError): ApiProblem {
  switch (reason) {
    case 'busy':
      return new ApiProblem('api/unavailable', message, {
        remedy: 'Ask again in a moment.',
        retryAfterSeconds: 2,
      })
    case 'too-long':
      return new ApiProblem('api/unavailable', `the question took too long: ${message}`, {
        remedy: 'Ask about fewer days or one domain.',
      })
    case 'unavailable':
      return new ApiProblem('api/unavailable', `the database does not answer: ${message}`, {
        remedy: 'See the health of the daemon; it tries again by itself.',
        retryAfterSeconds: 10,
      })
  }
}

/** The domains somebody may see, for a filter; undefined for all. */
export function scopeOf({ domains }: Pick<Principal, 'domains'>): readonly string[] | undefined {
  return domains === 'all' ? undefined : [...domains]
}
