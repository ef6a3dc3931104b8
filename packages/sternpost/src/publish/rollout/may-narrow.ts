import type { DomainName, MtaStsPolicy } from '@sternpost/protocol'
import { cacheHorizon, formatDate, type ServedPolicy } from './cache-horizon.ts'
import { type MxSighting, mxHostKnownUntil, uncoveredMxHosts } from './mx-covered.ts'

export type NarrowVerdict =
  | { readonly ok: true }
  | {
      readonly ok: false
      /** Undefined where no waiting helps: something has to change first. */
      readonly notBefore: number | undefined
      /** For people, a sentence. */
      readonly because: string
    }

/**
 * Says whether the policy in force may give up patterns now.
 *
 * Three things must be true: every MX host of today stays allowed; hosts that will not be allowed are out of every
 * resolver's cache, as a sender may still deliver by an old MX answer; and no older policy is held anywhere, so
 * that at no time more than one change is under way and the way back stays open.
 * Source: RFC 8461 §8.1.
 */
export function mayNarrow(input: {
  readonly versions: readonly ServedPolicy[]
  readonly narrower: MtaStsPolicy
  /** Undefined where DNS gave no answer. */
  readonly liveMx: readonly DomainName[] | undefined
  readonly sightings: readonly MxSighting[]
  readonly now: number
}): NarrowVerdict {
  const { versions, narrower, liveMx, sightings, now } = input
  if (liveMx === undefined)
    return { ok: false, notBefore: undefined, because: 'the MX records of today could not be looked up' }
  const [live] = uncoveredMxHosts(narrower, liveMx)
  if (live !== undefined)
    return {
      ok: false,
      notBefore: undefined,
      because: `${live} is an MX host still, and would not be allowed`,
    }

  let notBefore = now
  let because = ''
  const wait = (until: number, why: string) => {
    if (until <= notBefore) return
    notBefore = until
    because = why
  }
  const given = new Set(
    uncoveredMxHosts(
      narrower,
      sightings.map(({ mxHost }) => mxHost),
    ),
  )
  for (const sighting of sightings) {
    const { mxHost } = sighting
    if (!given.has(mxHost)) continue
    const until = mxHostKnownUntil(sighting, now)
    wait(until, `resolvers may still give out ${mxHost} as an MX host until ${formatDate(until)}`)
  }
  const { olderForgottenAt } = cacheHorizon(versions, now)
  if (olderForgottenAt !== undefined)
    wait(olderForgottenAt, `senders hold an older policy until ${formatDate(olderForgottenAt)}`)
  return notBefore > now ? { ok: false, notBefore, because } : { ok: true }
}
