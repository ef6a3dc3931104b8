import { constants } from 'node:os'

export interface StopSignals {
  /** Aborted by the first SIGINT or SIGTERM; a second one ends the process at once. */
  readonly signal: AbortSignal
  close(): void
}

/** Lets a person end something long in good order, and by a second Ctrl-C without order. */
export function listenForStop(): StopSignals {
  const stop = new AbortController()
  const onSignal = (name: NodeJS.Signals) => {
    if (stop.signal.aborted) process.exit(128 + constants.signals[name])
    stop.abort()
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  return {
    signal: stop.signal,
    close: () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal),
  }
}
