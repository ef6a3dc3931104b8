/** When things are looked at again. All times in milliseconds. */
export interface Schedule {
  /** A policy is fetched anew this long after the last time (RFC 8461 §3.3 suggests a day). */
  readonly refreshIntervalMs: number
  /** After a failed fetch nothing is fetched for the same id for at least this long (RFC 8461 §3.3: five minutes). */
  readonly retryAfterFailureMs: number
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** The record of a policy that is in use is watched at its TTL, within these bounds. */
const LEAST_WATCH_MS = MINUTE
/** "In use": it decided an answer this recently. Answers are recomputed at least hourly, so this is no guess. */
const ACTIVE_MS = 2 * HOUR
/** Nobody mailed the domain for this long: the policy is no longer refreshed and runs out. */
const ABANDONED_MS = 90 * DAY
const LONGEST_BACKOFF_MS = 6 * HOUR
/** A failed DNS lookup is repeated after this. */
export const DNS_RETRY_MS = 30_000

/**
 * When a policy in force is to be checked next.
 *
 * The record is watched at its TTL while the domain is mailed and daily otherwise; the policy is fetched anew
 * after the refresh interval or half its max_age, whichever is sooner. Jitter spreads domains whose policies
 * were fetched in the same second.
 */
export function nextCheckAt(
  input: {
    readonly now: number
    readonly fetchedAt: number
    readonly expiresAt: number
    readonly lastUsedAt: number
    readonly recordTtlSeconds: number
  },
  schedule: Schedule,
  random: () => number,
): number {
  const { now, lastUsedAt } = input
  if (now - lastUsedAt > ABANDONED_MS) return input.expiresAt + DAY
  const active = now - lastUsedAt <= ACTIVE_MS
  const watchMs = active ? clamp(input.recordTtlSeconds * 1000, LEAST_WATCH_MS, DAY) : DAY
  const watchAt = now + watchMs * (1 + 0.1 * random())
  return Math.round(Math.max(now + LEAST_WATCH_MS / 4, Math.min(watchAt, refreshAt(input, schedule, random))))
}

/**
 * When a policy is to be fetched anew although its id did not change: the earliest time, or with `random` one
 * spread over the fifth after it.
 */
export function refreshAt(
  policy: { readonly fetchedAt: number; readonly expiresAt: number },
  schedule: Schedule,
  random: () => number = () => 0,
): number {
  const lifetimeMs = policy.expiresAt - policy.fetchedAt
  return policy.fetchedAt + Math.min(schedule.refreshIntervalMs, lifetimeMs / 2) * (0.8 + 0.2 * random())
}

/** How long to leave a policy host alone after so many failures in a row: doubling, with jitter, never less than the rule. */
export function backoffMs(failures: number, schedule: Schedule, random: () => number): number {
  const doubled = Math.min(schedule.retryAfterFailureMs * 2 ** Math.min(failures - 1, 20), LONGEST_BACKOFF_MS)
  return Math.round(Math.max(schedule.retryAfterFailureMs, doubled) * (1 + 0.2 * random()))
}

/** How long the absence of a record is believed. */
export function absenceMs(ttlSeconds: number): number {
  return clamp(ttlSeconds * 1000, MINUTE, HOUR)
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value))
}
