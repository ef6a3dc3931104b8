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
  forgetWhatOthersRead(client)
  return client
}

/** When somebody else signs in over an open page, nothing stays of what was read before that they may not read. */
function forgetWhatOthersRead(client: QueryClient): void {
  let readerId: number | null | undefined
  session.subscribe(() => {
    const { standing, hasExpired } = session
    if (standing === undefined || hasExpired) return
    const userId = standing.user?.userId ?? null
    const isSame = readerId === undefined || readerId === userId
    readerId = userId
    if (isSame) return
    client.removeQueries({ type: 'inactive' })
    // What they may read too stays in place meanwhile, so that a form on it keeps what was typed.
    void client
      .invalidateQueries()
      .then(() => client.resetQueries({ predicate: ({ state }) => state.status === 'error' }))
  })
}
