import { useEffect, useRef } from 'react'
import type { ApiEventKey, ApiEvents } from 'sternpost/api'
import { type ApiArguments, apiUrl } from './client.ts'
import { connection } from './connection.ts'

export type EventHandlers<Key extends ApiEventKey> = {
  readonly [Name in keyof ApiEvents<Key>]?: (data: ApiEvents<Key>[Name]) => void
}

export interface UseEventsOptions<Key extends ApiEventKey> {
  readonly handlers: EventHandlers<Key>
  /** After a connection was lost and stands again: events in between were missed. */
  readonly onReconnect?: () => void
  readonly enabled?: boolean
}

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 30_000

/**
 * Listens to the events of an endpoint while the page is seen.
 *
 * A page in the background lets go of its connection: browsers allow six to one server, for all their tabs.
 */
export function useEvents<Key extends ApiEventKey>(
  key: Key,
  input: ApiArguments<Key, never>[0],
  options: UseEventsOptions<Key>,
): void {
  const { enabled = true } = options
  const current = useRef(options)
  current.current = options
  const url = apiUrl(key, ...([input] as unknown as ApiArguments<Key, never>))
  const names = Object.keys(options.handlers).sort().join(' ')
  useEffect(
    () =>
      enabled
        ? listen(url, names.split(' '), {
            onEvent: (name, data) =>
              (current.current.handlers as Record<string, (data: unknown) => void>)[name]?.(data),
            onReconnect: () => current.current.onReconnect?.(),
          })
        : undefined,
    [url, names, enabled],
  )
}

interface Listener {
  readonly onEvent: (name: string, data: unknown) => void
  readonly onReconnect: () => void
}

function listen(url: string, names: readonly string[], listener: Listener): () => void {
  let source: EventSource | undefined
  let waitMs = FIRST_WAIT_MS
  let timer: ReturnType<typeof setTimeout> | undefined
  let wasOpen = false
  const close = () => {
    clearTimeout(timer)
    source?.close()
    source = undefined
  }
  const open = () => {
    close()
    if (document.visibilityState === 'hidden') return
    const opened = new EventSource(url)
    source = opened
    opened.onopen = () => {
      waitMs = FIRST_WAIT_MS
      if (wasOpen) listener.onReconnect()
      wasOpen = true
    }
    // The browser's own reconnecting gives up at an answer that is no stream, such as 401 or 503.
    opened.onerror = () => {
      close()
      // The first to notice that the daemon is gone.
      void connection.askNow()
      timer = setTimeout(open, waitMs)
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
    }
    for (const name of names)
      opened.addEventListener(name, event => listener.onEvent(name, JSON.parse(event.data)))
  }
  const onVisibility = () => (document.visibilityState === 'hidden' ? close() : open())
  document.addEventListener('visibilitychange', onVisibility)
  open()
  return () => {
    document.removeEventListener('visibilitychange', onVisibility)
    close()
  }
}
