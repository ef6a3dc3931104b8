import { MAX_MAX_AGE_SECONDS, type MtaStsMode, type MtaStsPolicy } from '@sternpost/protocol'

/** A policy and when senders could fetch it, as far as the horizon needs it; a `PolicyVersion` is one. */
export interface ServedPolicy {
  readonly policyId: string
  readonly value: MtaStsPolicy
  /** Undefined where no sender ever could. */
  readonly firstServedAt: number | undefined
  /** Undefined while it is served. */
  readonly lastServedAt: number | undefined
}

/** A policy that some sender may hold. */
export interface HeldPolicy {
  readonly policyId: string
  readonly mode: MtaStsMode
  readonly value: MtaStsPolicy
  readonly isServed: boolean
  /** For one that is served: if it were replaced now. Milliseconds since 1970. */
  readonly heldUntil: number
}

/** Until when policies are held in caches that nobody can reach. */
export interface CacheHorizon {
  /** Those held the longest first. */
  readonly held: readonly HeldPolicy[]
  /** When the last policy that is not served any more is forgotten; undefined where there is none. */
  readonly olderForgottenAt: number | undefined
  /** When everything in mode enforce would be forgotten if nothing of it were served from now on. */
  readonly enforceForgottenAt: number | undefined
}

/** A fetch that was under way when the policy was replaced ends, and a proxy's copy with it (RFC 8461 §3.3, §8.2). */
export const FETCH_SLACK_MS = 300_000

/**
 * Says which policies some sender may still hold, and until when.
 *
 * A sender keeps a policy for max_age from the moment it fetched it, so the last to forget is who fetched it just
 * before it was replaced. Whether its id was announced does not matter: a first contact fetches what is served.
 * Source: RFC 8461 §3.2 (max_age), §8.3.
 */
export function cacheHorizon(versions: readonly ServedPolicy[], now: number): CacheHorizon {
  const held = versions
    .flatMap((version): HeldPolicy[] => {
      const { policyId, value, firstServedAt, lastServedAt } = version
      if (firstServedAt === undefined) return []
      const maxAgeSeconds = Math.min(value.maxAgeSeconds, MAX_MAX_AGE_SECONDS)
      const heldUntil = (lastServedAt ?? now) + maxAgeSeconds * 1000 + FETCH_SLACK_MS
      const isServed = lastServedAt === undefined
      return isServed || heldUntil > now ? [{ policyId, mode: value.mode, value, isServed, heldUntil }] : []
    })
    .sort((a, b) => b.heldUntil - a.heldUntil)
  return {
    held,
    olderForgottenAt: latest(held.filter(policy => !policy.isServed)),
    enforceForgottenAt: latest(held.filter(policy => policy.mode === 'enforce')),
  }
}

/** The last moment at which one of these is held; undefined for none. */
export function latest(held: readonly HeldPolicy[]): number | undefined {
  return held.length === 0 ? undefined : Math.max(...held.map(policy => policy.heldUntil))
}

/** Says in words until when caches remember what is in force, for a person about to go back or to move. */
export function describeHorizon(
  { enforceForgottenAt }: Pick<CacheHorizon, 'enforceForgottenAt'>,
  now: number,
): string {
  if (enforceForgottenAt === undefined) return 'no sender holds a policy in mode enforce'
  const days = Math.ceil((enforceForgottenAt - now) / DAY_MS)
  return `caches forget the last policy in mode enforce by ${formatDate(enforceForgottenAt)}, ${days === 1 ? 'a day' : `${days} days`} from now`
}

const DAY_MS = 86_400_000

/** The first whole day (UTC) at whose beginning a moment is past: a date that is safe to act on. */
export function formatDate(at: number): string {
  return new Date(Math.ceil(at / DAY_MS) * DAY_MS).toISOString().slice(0, 10)
}
