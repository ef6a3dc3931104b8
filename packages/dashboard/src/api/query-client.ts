import { QueryClient } from '@tanstack/react-query'
import { UnreachableError } from './client.ts'
import { connection } from './connection.ts'
import { session } from './session.ts'

/** Answers are kept, shown at once when a screen comes back, and asked for anew behind that. */
export function createQueryClient(): QueryClient {
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // Nobody is helped by an error shown three times later; while the daemon is away its return asks again.
        retry: (count, error) => count < 2 && error instanceof UnreachableError,
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  })
  connection.subscribe(() => {
    if (connection.state === 'here') void client.invalidateQueries()
  })
  readAnewForWhoIsIn(client)
  return client
}

/**
 * When somebody signs in over an open page, what it shows is read anew; of what was read for somebody else nothing stays
 * that they may not read.
 */
function readAnewForWhoIsIn(client: QueryClient): void {
  let readerId: number | null | undefined
  let wasOut = false
  session.subscribe(() => {
    const { standing, hasExpired } = session
    if (standing === undefined) return
    const isOut = hasExpired || standing.kind === 'signed-out'
    const isBack = wasOut && !isOut
    wasOut = isOut
    if (isOut) return
    const userId = standing.user?.userId ?? null
    const isAnother = readerId !== undefined && readerId !== userId
    readerId = userId
    if (isAnother) client.removeQueries({ type: 'inactive' })
    if (!isAnother && !isBack) return
    // What they may read too stays in place meanwhile, so that a form on it keeps what was typed.
    void client
      .invalidateQueries()
      .then(() => client.resetQueries({ predicate: ({ state }) => state.status === 'error' }))
  })
}
