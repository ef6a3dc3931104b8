import type { MtaStsPolicyDocument } from '../mta-sts/policy.ts'
import type { DomainName } from '../names/domain-name.ts'
import type { DaneProtection } from './dane-protection.ts'

/**
 * What is known of a next hop's MTA-STS policy now.
 *
 * - `none`: no record, or no usable one, and nothing cached.
 * - `applicable`: a policy whose max_age has not passed, from the network or from the cache.
 * - `pending`: a record announces a policy that is being fetched for the first time.
 * - `unavailable`: a record announces a policy, the fetch failed, nothing is cached.
 * - `unknown`: it cannot be told whether there is a record (the lookup failed), and nothing is cached.
 */
export type MtaStsState =
  | { readonly kind: 'none'; readonly reason: string }
  | {
      readonly kind: 'applicable'
      readonly policyDomain: DomainName
      readonly policyId: string
      readonly document: MtaStsPolicyDocument
    }
  | { readonly kind: 'pending'; readonly reason: string }
  | { readonly kind: 'unavailable'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string }

/** What DANE says, or why it was not asked. */
export type DaneState = DaneProtection | { readonly kind: 'off'; readonly reason: string }

/** A level below which the operator wants nothing to be delivered. */
export const minimumLevels = ['encrypt', 'secure', 'dane-only'] as const
export type MinimumLevel = (typeof minimumLevels)[number]

/** What the operator ordered for one domain, against or beyond the standards. */
export type DomainOverride =
  | { readonly action: 'skip'; readonly reason: string }
  | { readonly action: 'pin'; readonly reason: string; readonly document: MtaStsPolicyDocument }
  | { readonly action: 'enforce-testing'; readonly reason: string }
  | { readonly action: 'minimum-level'; readonly reason: string; readonly level: MinimumLevel }

export interface DecisionInput {
  readonly policyDomain: DomainName
  readonly dane: DaneState
  readonly mtaSts: MtaStsState
  readonly override: DomainOverride | undefined
  /** What to do while the first fetch of an announced policy is under way. */
  readonly whileFetching: 'defer' | 'deliver'
  /** What to do when an announced policy cannot be fetched and none is cached; `deliver` is RFC 8461 §3.3. */
  readonly afterFailure: 'defer' | 'deliver'
}

export const decisionRules = [
  'override-skip',
  'override-minimum-level',
  'dane-complete',
  'dane-unknown',
  'mta-sts-enforce',
  'mta-sts-pending',
  'mta-sts-unavailable',
  'mta-sts-unknown',
  'dane-partial',
  'mta-sts-testing',
  'mta-sts-none',
  'no-policy',
] as const
/** The rule that decided: API for logs, metrics and `--json`. */
export type DecisionRule = (typeof decisionRules)[number]

/** What the MTA must do for every delivery to a next hop. */
export type Decision = { readonly rule: DecisionRule; readonly reason: string } & (
  | { readonly action: 'require-dane' | 'prefer-dane' | 'no-promise' | 'defer' }
  | {
      readonly action: 'require-mta-sts'
      readonly policyDomain: DomainName
      readonly policyId: string
      readonly document: MtaStsPolicyDocument
    }
  | { readonly action: 'require-level'; readonly level: MinimumLevel }
)

/**
 * Decides how mail to a next hop is to be protected, DANE and MTA-STS together.
 *
 * The order is the point: DANE that covers every path goes first and MTA-STS never stands in for it; where DANE
 * cannot be determined the mail waits; where DANE covers only some paths an MTA-STS policy in force protects
 * better; an announced policy that is still being fetched is waited for; everything else is delivered without
 * a promise.
 * Source: RFC 8461 §2, §3.3, §5, §10.2; RFC 7672 §2.1, §2.2.
 */
export function decide(input: DecisionInput): Decision {
  const { override } = input
  if (override?.action === 'skip') {
    return {
      action: 'no-promise',
      rule: 'override-skip',
      reason: `left out by an override: ${override.reason}`,
    }
  }
  const decision = decideByStandards(input)
  return override?.action === 'minimum-level' ? raise(decision, override.level, override.reason) : decision
}

function decideByStandards(input: DecisionInput): Decision {
  const { dane } = input
  const mtaSts = withOverride(input)
  if (dane.kind === 'complete') return { action: 'require-dane', rule: 'dane-complete', reason: dane.reason }
  if (dane.kind === 'unknown') return { action: 'defer', rule: 'dane-unknown', reason: dane.reason }

  if (mtaSts.kind === 'applicable' && mtaSts.document.value.mode === 'enforce') {
    const { policyDomain, policyId, document } = mtaSts
    const reason = `policy ${policyId} of ${policyDomain} has mode enforce`
    return { action: 'require-mta-sts', rule: 'mta-sts-enforce', reason, policyDomain, policyId, document }
  }
  const waiting = waitingFor(mtaSts, input)
  if (waiting !== undefined) return waiting
  if (dane.kind === 'partial') return { action: 'prefer-dane', rule: 'dane-partial', reason: dane.reason }
  if (mtaSts.kind === 'applicable') {
    const { mode } = mtaSts.document.value
    const rule = mode === 'testing' ? 'mta-sts-testing' : 'mta-sts-none'
    return {
      action: 'no-promise',
      rule,
      reason: `policy ${mtaSts.policyId} of ${mtaSts.policyDomain} has mode ${mode}`,
    }
  }
  return withoutPolicy(mtaSts)
}

/** A pinned policy replaces what was discovered; `enforce-testing` only raises a mode, never invents a policy. */
function withOverride({ mtaSts, override, policyDomain }: DecisionInput): MtaStsState {
  if (override?.action === 'pin') {
    return { kind: 'applicable', policyDomain, policyId: 'pinned', document: override.document }
  }
  if (
    override?.action === 'enforce-testing' &&
    mtaSts.kind === 'applicable' &&
    mtaSts.document.value.mode === 'testing'
  ) {
    const { document } = mtaSts
    return { ...mtaSts, document: { ...document, value: { ...document.value, mode: 'enforce' } } }
  }
  return mtaSts
}

function waitingFor(mtaSts: MtaStsState, input: DecisionInput): Decision | undefined {
  if (mtaSts.kind === 'pending' && input.whileFetching === 'defer') {
    return { action: 'defer', rule: 'mta-sts-pending', reason: mtaSts.reason }
  }
  if (mtaSts.kind === 'unavailable' && input.afterFailure === 'defer') {
    return { action: 'defer', rule: 'mta-sts-unavailable', reason: mtaSts.reason }
  }
  return undefined
}

function withoutPolicy(mtaSts: Exclude<MtaStsState, { kind: 'applicable' }>): Decision {
  const rules = {
    none: 'no-policy',
    pending: 'mta-sts-pending',
    unavailable: 'mta-sts-unavailable',
    unknown: 'mta-sts-unknown',
  } as const
  return { action: 'no-promise', rule: rules[mtaSts.kind], reason: mtaSts.reason }
}

/**
 * Raises a decision to the operator's minimum; one that asks for as much or more stays.
 *
 * `prefer-dane` lets a host without TLSA records go without any TLS, so it is below every minimum.
 */
function raise(decision: Decision, level: MinimumLevel, reason: string): Decision {
  if (decision.action === 'defer' || decision.action === 'require-dane') return decision
  if (decision.action === 'require-mta-sts' && level !== 'dane-only') return decision
  return {
    action: 'require-level',
    level,
    rule: 'override-minimum-level',
    reason: `raised by an override: ${reason}`,
  }
}
