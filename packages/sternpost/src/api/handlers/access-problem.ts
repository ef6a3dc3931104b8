import { AccessError, type AccessIssueCode } from '../../access/index.ts'
import { ApiProblem } from '../api-problem.ts'
import type { ApiIssueCode } from '../issues.ts'

const problems: Readonly<Record<AccessIssueCode, ApiIssueCode>> = {
  'access/bad-name': 'api/unprocessable',
  'access/weak-password': 'api/unprocessable',
  'access/bad-domain': 'api/unprocessable',
  'access/too-many': 'api/unprocessable',
  'access/name-taken': 'api/conflict',
  'access/last-admin': 'api/conflict',
  'access/no-such-user': 'api/not-found',
  'access/wrong-password': 'api/wrong-credentials',
  'access/setup-link': 'api/forbidden',
  'access/beyond-own-rights': 'api/forbidden',
  'access/slow-down': 'api/too-many-requests',
  'access/busy': 'api/unavailable',
}

/** Runs what may fail with an `AccessError` and tells it as a problem with its own code. */
export async function withAccessProblems<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AccessError)) throw error
    throw new ApiProblem(problems[error.code], error.message, {
      foreignCode: error.code,
      ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
    })
  }
}
