import type { DomainName, MtaStsMode, MtaStsPolicy } from '@sternpost/protocol'
import { cacheHorizon, formatDate, type HeldPolicy, latest, type ServedPolicy } from './cache-horizon.ts'
import { MIN_MX_TTL_SECONDS, patternTexts, uncoveredMxHosts, unionOfPatterns } from './mx-covered.ts'

/** A policy in somebody's cache that a new MX host does not fit. */
export interface MxChangeBreak {
  readonly policyId: string
  readonly mode: MtaStsMode
  readonly mxHost: DomainName
  readonly isServed: boolean
  readonly heldUntil: number
  /** `refused`: senders that hold it do not deliver to the host; `reported`: they deliver and report a failure. */
  readonly effect: 'refused' | 'reported'
}

export const mxChangeStepKinds = ['widen', 'wait-caches', 'check', 'move', 'wait-dns', 'narrow'] as const
export type MxChangeStepKind = (typeof mxChangeStepKinds)[number]

export interface MxChangeStep {
  readonly kind: MxChangeStepKind
  /** Not before this moment. */
  readonly at: number
  /** For people, one sentence in the imperative. */
  readonly text: string
}

export interface MxChangePlan {
  readonly currentMx: readonly DomainName[]
  readonly newMx: readonly DomainName[]
  /** What would go wrong if the MX records changed now; the longest first. */
  readonly breaks: readonly MxChangeBreak[]
  /** Whether no sender would refuse a new MX host if the records changed now. */
  readonly isSafeNow: boolean
  /** When the MX records may change, if the first step is done now. */
  readonly moveAt: number
  readonly steps: readonly MxChangeStep[]
  /** Policies as they are to be after widening and after narrowing; the same where nothing changes. */
  readonly widened: MtaStsPolicy
  readonly narrowed: MtaStsPolicy
}

/**
 * Says what a change of MX hosts breaks against every policy some sender may hold, and the order that breaks nothing.
 *
 * Nobody can call a policy back from a cache: while one in mode enforce that lacks a new host can be held, the host
 * must not be the only way to deliver, so the records change after the last such policy is forgotten.
 * Source: RFC 8461 §8.1, §5.1.
 */
export function planMxChange(input: {
  readonly versions: readonly ServedPolicy[]
  /** The policy to build upon: what is served, or what is wanted where nothing is. */
  readonly policy: MtaStsPolicy
  readonly currentMx: readonly DomainName[]
  readonly newMx: readonly DomainName[]
  readonly mxTtlSeconds: number
  readonly now: number
}): MxChangePlan {
  const { versions, policy, currentMx, newMx, now } = input
  const { held } = cacheHorizon(versions, now)
  const breaks = held.flatMap(version => breaksOf(version, newMx))
  const blocking = held.filter(
    version => version.mode === 'enforce' && uncoveredMxHosts(version.value, newMx).length > 0,
  )
  const missing = uncoveredMxHosts(policy, newMx)
  const added = missing.map(name => ({ wildcard: false, name }))
  const widened = { ...policy, mxHostPatterns: unionOfPatterns(policy.mxHostPatterns, added) }
  const narrowed = narrowTo(widened, newMx)
  const moveAt = Math.max(now, latest(blocking) ?? now)
  const steps: MxChangeStep[] = []
  if (missing.length > 0) {
    const hosts = missing.join(', ')
    steps.push({ kind: 'widen', at: now, text: `Publish a policy that allows ${hosts} as well.` })
  }
  if (moveAt > now) {
    const ids = blocking.map(({ policyId }) => policyId).join(', ')
    const text = `Wait until ${formatDate(moveAt)}: until then senders may hold policy ${ids} in mode enforce, which does not allow every new MX host.`
    steps.push({ kind: 'wait-caches', at: now, text })
  }
  const joining = newMx.filter(mxHost => !currentMx.includes(mxHost))
  const leaving = currentMx.filter(mxHost => !newMx.includes(mxHost))
  if (joining.length > 0) {
    const text = `Check that ${joining.join(', ')} offers STARTTLS with a valid certificate for its name.`
    steps.push({ kind: 'check', at: now, text })
  }
  if (joining.length > 0 || leaving.length > 0)
    steps.push({ kind: 'move', at: moveAt, text: moveText(joining, leaving) })
  const goneAt = moveAt + Math.max(input.mxTtlSeconds, MIN_MX_TTL_SECONDS) * 1000
  const dropped = patternTexts(widened).filter(text => !patternTexts(narrowed).includes(text))
  if (dropped.length > 0) {
    if (leaving.length > 0) {
      const text = `Keep ${leaving.join(', ')} running until ${formatDate(goneAt)}: resolvers may give out the old MX records that long.`
      steps.push({ kind: 'wait-dns', at: moveAt, text })
    }
    // What is held now is older than the widened policy, and is forgotten before anything is narrowed.
    const narrowAt = Math.max(goneAt, latest(missing.length > 0 ? held : held.filter(v => !v.isServed)) ?? 0)
    const text = `Publish a policy without ${dropped.join(', ')}.`
    steps.push({ kind: 'narrow', at: narrowAt, text })
  }
  return { currentMx, newMx, breaks, isSafeNow: blocking.length === 0, moveAt, steps, widened, narrowed }
}

function breaksOf(version: HeldPolicy, newMx: readonly DomainName[]): MxChangeBreak[] {
  const { policyId, mode, isServed, heldUntil } = version
  if (mode === 'none') return []
  const effect = mode === 'enforce' ? 'refused' : 'reported'
  return uncoveredMxHosts(version.value, newMx).map(mxHost => ({
    policyId,
    mode,
    mxHost,
    isServed,
    heldUntil,
    effect,
  }))
}

/** Keeps the patterns that some MX host needs; all of them where no host is known. */
function narrowTo(policy: MtaStsPolicy, mxHosts: readonly DomainName[]): MtaStsPolicy {
  if (mxHosts.length === 0) return policy
  const isNeeded = (pattern: MtaStsPolicy['mxHostPatterns'][number]) =>
    mxHosts.some(host => uncoveredMxHosts({ ...policy, mxHostPatterns: [pattern] }, [host]).length === 0)
  return { ...policy, mxHostPatterns: policy.mxHostPatterns.filter(isNeeded) }
}

function moveText(joining: readonly DomainName[], leaving: readonly DomainName[]): string {
  const parts = [
    ...(joining.length > 0 ? [`add ${joining.join(', ')}`] : []),
    ...(leaving.length > 0 ? [`remove ${leaving.join(', ')}`] : []),
  ]
  return `Change the MX records: ${parts.join(', ')}.`
}
