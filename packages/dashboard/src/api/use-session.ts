import { useSyncExternalStore } from 'react'
import { type Standing, session } from './session.ts'

/** Who is signed in, as the page knows it now; undefined until the daemon has told. */
export function useSession(): Standing | undefined {
  return useSyncExternalStore(session.subscribe, () => session.standing)
}

/** Whether somebody was in and is no more. */
export function useHasExpired(): boolean {
  return useSyncExternalStore(session.subscribe, () => session.hasExpired)
}
