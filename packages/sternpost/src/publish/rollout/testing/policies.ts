import { type DomainName, type MtaStsMode, type MtaStsPolicy, parseMxHostPattern } from '@sternpost/protocol'
import type { ServedPolicy } from '../cache-horizon.ts'

export const DAY_MS = 86_400_000
export const DAY_SECONDS = 86_400

/** A policy from patterns as text. */
export function policy(mode: MtaStsMode, mx: readonly string[], maxAgeDays = 7): MtaStsPolicy {
  const mxHostPatterns = mx.map(text => {
    const parsed = parseMxHostPattern(text)
    if (!parsed.ok) throw new RangeError(`${text} is no MX host pattern`)
    return parsed.value
  })
  return { mode, mxHostPatterns, maxAgeSeconds: maxAgeDays * DAY_SECONDS }
}

/** A version that was served from one day to another; without an end it still is. */
export function version(
  policyId: string,
  value: MtaStsPolicy,
  servedFromDay: number | undefined,
  servedToDay?: number,
): ServedPolicy {
  return {
    policyId,
    value,
    firstServedAt: servedFromDay === undefined ? undefined : servedFromDay * DAY_MS,
    lastServedAt: servedToDay === undefined ? undefined : servedToDay * DAY_MS,
  }
}

/** Names as the rules take them. */
export function hosts(...names: string[]): DomainName[] {
  return names as DomainName[]
}
