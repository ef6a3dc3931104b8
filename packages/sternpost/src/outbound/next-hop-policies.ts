import {
  type Decision,
  type DomainName,
  type DomainOverride,
  decide,
  formatNextHop,
  type MinimumLevel,
  type NextHop,
} from '@sternpost/protocol'
import type { Clock } from '../base/index.ts'
import type { DaneObservations } from './dane-observations.ts'
import type { MtaStsPolicies } from './mta-sts-policies.ts'
import type { Overrides } from './overrides.ts'

/** How decisions are made where the standards leave a choice. */
export interface DecisionSettings {
  /** How long a first question may wait for DNS and HTTPS, in milliseconds. */
  readonly answerBudgetMs: number
  readonly whileFetching: 'defer' | 'deliver'
  readonly afterFailure: 'defer' | 'deliver'
  /** What holds for every domain without an override of its own. */
  readonly minimumLevel: MinimumLevel | undefined
  readonly overrides: Overrides
}

/** A decision and until when it may be repeated without thinking, in milliseconds since 1970. */
export interface TimedDecision {
  readonly decision: Decision
  readonly validUntil: number
}

interface UnderWay {
  readonly mark: { readonly domain: DomainName; isStale: boolean }
  readonly decision: Promise<TimedDecision>
}

/** Decides for one next hop, both halves asked at once; equal questions under way share one answer. */
export class NextHopPolicies {
  readonly #mtaSts: MtaStsPolicies
  readonly #dane: DaneObservations
  readonly #clock: Clock
  readonly #underWay = new Map<string, UnderWay>()
  settings: DecisionSettings

  constructor(mtaSts: MtaStsPolicies, dane: DaneObservations, clock: Clock, settings: DecisionSettings) {
    this.#mtaSts = mtaSts
    this.#dane = dane
    this.#clock = clock
    this.settings = settings
  }

  async decide(nextHop: NextHop): Promise<TimedDecision> {
    const key = formatNextHop(nextHop)
    const known = this.#underWay.get(key)
    if (known !== undefined) return known.decision
    const mark = { domain: nextHop.domain, isStale: false }
    const decision = this.#decide(nextHop)
      .then(decided => (mark.isStale ? { ...decided, validUntil: this.#clock.now() } : decided))
      .finally(() => this.#underWay.delete(key))
    this.#underWay.set(key, { mark, decision })
    return decision
  }

  /**
   * Tells that something the decisions for a domain, or all, rest on has changed.
   *
   * A decision under way may have read one half before the change: it is given, and not to be kept.
   */
  forget(domain?: DomainName): void {
    for (const { mark } of this.#underWay.values()) {
      if (domain === undefined || mark.domain === domain) mark.isStale = true
    }
  }

  async #decide(nextHop: NextHop): Promise<TimedDecision> {
    const { settings } = this
    const startedAt = this.#clock.now()
    const deadlineAt = startedAt + settings.answerBudgetMs
    const [dane, mtaSts] = await Promise.all([
      this.#dane.state(nextHop, deadlineAt),
      this.#mtaSts.state(nextHop.domain, deadlineAt),
    ])
    const now = this.#clock.now()
    const scheduled = settings.overrides.find(nextHop.domain, now)
    const decision = decide({
      policyDomain: nextHop.domain,
      dane: dane.state,
      mtaSts: mtaSts.state,
      override: scheduled?.override ?? generalOverride(settings.minimumLevel),
      whileFetching: settings.whileFetching,
      afterFailure: settings.afterFailure,
    })
    const validUntil = Math.min(
      dane.validUntil,
      mtaSts.validUntil,
      scheduled?.expiresAt ?? Number.POSITIVE_INFINITY,
    )
    return { decision, validUntil }
  }
}

/** The operator's minimum for all, in the form of an override for one. */
export function generalOverride(level: MinimumLevel | undefined): DomainOverride | undefined {
  return level === undefined ? undefined : { action: 'minimum-level', level, reason: 'outbound.minimumLevel' }
}
