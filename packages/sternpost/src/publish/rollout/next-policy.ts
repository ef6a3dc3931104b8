import type { DomainName, MtaStsPolicy } from '@sternpost/protocol'
import type { ServedPolicy } from './cache-horizon.ts'
import { mayNarrow } from './may-narrow.ts'
import {
  droppedPatterns,
  type MxSighting,
  patternTexts,
  uncoveredMxHosts,
  unionOfPatterns,
} from './mx-covered.ts'

/** What is to be published next so that what is wanted comes to be served, and nothing breaks on the way. */
export type NextPolicy =
  | { readonly kind: 'as-wanted' }
  | {
      readonly kind: 'publish'
      readonly policy: MtaStsPolicy
      /** For people, a sentence. */
      readonly because: string
    }
  | {
      readonly kind: 'wait'
      /** Undefined where something has to change first. */
      readonly until: number | undefined
      readonly because: string
    }

/**
 * Compares the policy that is served with the one the owner wants, in the mode that the roll-out has reached.
 *
 * In mode enforce patterns are added at once and given up only when `mayNarrow` allows it; a change that does both
 * goes through the union of both.
 */
export function nextPolicy(input: {
  readonly served: MtaStsPolicy
  readonly wanted: MtaStsPolicy
  readonly versions: readonly ServedPolicy[]
  readonly liveMx: readonly DomainName[] | undefined
  readonly sightings: readonly MxSighting[]
  readonly now: number
}): NextPolicy {
  const { served, now } = input
  // The mode is the roll-out's; what the owner changes is patterns and max_age.
  const wanted: MtaStsPolicy = { ...input.wanted, mode: served.mode }
  if (isSamePolicy(served, wanted)) return { kind: 'as-wanted' }
  const dropped = droppedPatterns(served, wanted)
  if (served.mode !== 'enforce' || dropped.length === 0) {
    return { kind: 'publish', policy: wanted, because: 'the owner changed the policy' }
  }
  const verdict = mayNarrow({ ...input, narrower: wanted, now })
  if (verdict.ok) return { kind: 'publish', policy: wanted, because: 'the policy can be narrowed now' }
  const union = unionOfPatterns(served.mxHostPatterns, wanted.mxHostPatterns)
  const wider: MtaStsPolicy = { ...wanted, mxHostPatterns: union }
  if (isSamePolicy(served, wider)) return { kind: 'wait', until: verdict.notBefore, because: verdict.because }
  const because = `the policy is widened first; ${patternTexts({ mxHostPatterns: dropped }).join(', ')} stays for now, as ${verdict.because}`
  return { kind: 'publish', policy: wider, because }
}

/** Whether two policies say the same to a sender; the order of patterns says nothing. */
export function isSamePolicy(a: MtaStsPolicy, b: MtaStsPolicy): boolean {
  return (
    a.mode === b.mode &&
    a.maxAgeSeconds === b.maxAgeSeconds &&
    patternTexts(a).sort().join(' ') === patternTexts(b).sort().join(' ')
  )
}

/** The MX hosts of today that the policy in force does not allow: mail to them is refused. */
export function mxAlarm(
  served: MtaStsPolicy | undefined,
  liveMx: readonly DomainName[] | undefined,
): DomainName[] {
  if (served === undefined || served.mode === 'none' || liveMx === undefined) return []
  return uncoveredMxHosts(served, liveMx)
}
