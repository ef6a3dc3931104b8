import { useSyncExternalStore } from 'react'
import { type ConnectionState, connection } from './connection.ts'

/** Whether the daemon answers, as the page knows it now. */
export function useConnection(): ConnectionState {
  return useSyncExternalStore(connection.subscribe, () => connection.state)
}
