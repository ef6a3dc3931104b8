import { QueryClient } from '@tanstack/react-query'
import { UnreachableError } from './client.ts'
import { connection } from './connection.ts'

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
  return client
}
