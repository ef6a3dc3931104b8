const POLL_MS = 500
const MAX_POLL_MS = 5_000

/** Milliseconds until something at an authority is looked at again: what the authority says, within reason. */
export function pollDelay(polls: number, retryAfterSeconds: number | undefined): number {
  const own = POLL_MS * Math.min(4, 1 + polls / 4)
  return Math.min(MAX_POLL_MS, Math.max(own, (retryAfterSeconds ?? 0) * 1000))
}
