import { useEffect, useState } from 'react'
import { daemonClock } from './daemon-clock.ts'

/** The daemon's time, anew every `intervalMs`. Units: milliseconds since 1970. */
export function useNow(intervalMs = 30_000): number {
  const [now, setNow] = useState(() => daemonClock.now())
  useEffect(() => {
    const tick = () => setNow(daemonClock.now())
    const timer = setInterval(tick, intervalMs)
    const unsubscribe = daemonClock.subscribe(tick)
    return () => {
      clearInterval(timer)
      unsubscribe()
    }
  }, [intervalMs])
  return now
}
