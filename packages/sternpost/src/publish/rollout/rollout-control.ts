import type { DomainName, MtaStsPolicy } from '@sternpost/protocol'
import type { Clock } from '../../base/index.ts'
import type { PublishStore } from '../domains/publish-store.ts'
import type { GateVerdict } from './gate.ts'
import type { PublicationPurpose } from './publication.ts'
import type { PublicationStore } from './publication-store.ts'
import type { RolloutEventKind, RolloutOverride, RolloutState } from './rollout-state.ts'
import type { RolloutStore } from './rollout-store.ts'

/** How long caches may hold the policy of mode none that a removal ends with (RFC 8461 §8.3: "e.g., one day"). */
const NONE_MAX_AGE_SECONDS = 86_400

/** Who asks for something, and why. */
export interface RolloutOrder {
  readonly by: string
  readonly reason: string
}

export type RolloutAnswer =
  | {
      readonly ok: true
      /** What happens now, for people, a sentence. */
      readonly note: string
      /** Whether steps are to be executed. */
      readonly publishes: boolean
    }
  | { readonly ok: false; readonly reason: string }

export interface RolloutControlOptions {
  readonly publish: PublishStore
  readonly rollouts: RolloutStore
  readonly publications: PublicationStore
  readonly clock: Clock
}

/**
 * What a person, or the daemon by itself, can have done to a roll-out.
 *
 * Nothing here touches the world: an order is written down together with the publication it needs, and whoever
 * executes publications goes on with it.
 * Errors: `NotDurableError`; what is not possible is an answer.
 */
export class RolloutControl {
  readonly #options: RolloutControlOptions

  constructor(options: RolloutControlOptions) {
    this.#options = options
  }

  /** Publishes the wanted policy in mode testing, or none for a domain that shall have no protection. */
  async start(
    domain: DomainName,
    order: RolloutOrder,
    mode: 'testing' | 'none' = 'testing',
  ): Promise<RolloutAnswer> {
    const published = await this.#options.publish.get(domain)
    if (published === undefined)
      return no(`${domain} is not published here; add it with: domain add ${domain}`)
    const { wanted } = published
    if (mode === 'testing' && wanted.mxHostPatterns.length === 0)
      return no(`${domain} has no MX host pattern; a policy in mode testing needs one (RFC 8461 §3.2)`)
    await this.#options.rollouts.begin(domain)
    await this.#publish(domain, 'start', { ...wanted, mode }, order)
    return yes(`a policy in mode ${mode} is being published for ${domain}`)
  }

  /**
   * Goes on by one stage: starts, enforces, or goes on after a hold.
   *
   * Enforces without an override only where the verdict says that the gate is open.
   */
  async advance(
    domain: DomainName,
    verdict: GateVerdict | undefined,
    order: RolloutOrder,
    overrideReason?: string,
  ): Promise<RolloutAnswer> {
    const { rollouts, publications } = this.#options
    const state = (await rollouts.get(domain))?.state
    if (state?.stage === 'held') return this.#resume(state, order)
    const running = await publications.running(domain)
    if (running !== undefined)
      return no(`policy ${running.policyId} of ${domain} is being published; this must end first`)
    if (state === undefined || ['planned', 'none', 'removed'].includes(state.stage))
      return this.start(domain, order)
    if (state.stage === 'enforced') return no(`${domain} is enforced; there is no further stage`)
    if (overrideReason === undefined && verdict?.isOpen !== true) return no(whyShut(domain, verdict))
    return this.#enforce(state, verdict, order, overrideReason)
  }

  /** Stops everything that would go on by itself; what is published stays. */
  async hold(domain: DomainName, order: RolloutOrder): Promise<RolloutAnswer> {
    const moved = await this.#options.rollouts.move(domain, this.#event('hold', order))
    return moved.ok
      ? yes(`${domain} is held; it stays as it is until it is advanced`, false)
      : no(moved.reason)
  }

  /** Publishes a weaker policy. What is in caches stays in force there until it is seen. */
  async rollBack(domain: DomainName, to: 'testing' | 'none', order: RolloutOrder): Promise<RolloutAnswer> {
    const served = await this.#options.publish.servedVersion(domain)
    if (served === undefined) return no(`nothing of ${domain} is served`)
    const isWeaker = to === 'testing' ? served.value.mode === 'enforce' : served.value.mode !== 'none'
    const running = await this.#options.publications.running(domain)
    if (!isWeaker && running?.mode !== 'enforce')
      return no(`${domain} is served in mode ${served.value.mode} already`)
    const policy = to === 'testing' ? { ...served.value, mode: to } : { ...weakest(served.value), mode: to }
    return this.#weaken(domain, 'rollback', 'rollback-started', policy, order)
  }

  /** Begins the safe removal: mode none, wait for every cache, then record, host and domain. */
  async exit(domain: DomainName, order: RolloutOrder): Promise<RolloutAnswer> {
    const served = await this.#options.publish.servedVersion(domain)
    if (served === undefined)
      return no(`nothing of ${domain} is served; remove it with: domain remove ${domain}`)
    const policy: MtaStsPolicy = { ...weakest(served.value), mode: 'none' }
    return this.#weaken(domain, 'exit', 'exit-started', policy, order)
  }

  /** Publishes a changed policy in the mode that is served. */
  async change(
    domain: DomainName,
    policy: MtaStsPolicy,
    purpose: 'change' | 'retest',
    order: RolloutOrder,
  ): Promise<RolloutAnswer> {
    await this.#publish(domain, purpose, policy, order)
    return yes(`a changed policy is being published for ${domain}`)
  }

  async #resume(state: RolloutState, order: RolloutOrder): Promise<RolloutAnswer> {
    const { rollouts, publications } = this.#options
    const moved = await rollouts.move(state.domain, this.#event('resume', order), db =>
      publications.wake(db, state.domain),
    )
    if (!moved.ok) return no(moved.reason)
    return yes(`${state.domain} goes on from where it was held: ${moved.state.stage}`)
  }

  async #enforce(
    { domain, stage }: RolloutState,
    verdict: GateVerdict | undefined,
    order: RolloutOrder,
    overrideReason: string | undefined,
  ): Promise<RolloutAnswer> {
    const served = await this.#options.publish.servedVersion(domain)
    if (served?.value.mode !== 'testing')
      return no(`${domain} serves no policy in mode testing; only what was tested is enforced`)
    const override =
      overrideReason === undefined || verdict?.isOpen === true
        ? undefined
        : overrideOf(verdict, overrideReason)
    if (stage === 'ready' || override !== undefined) {
      await this.#publish(domain, 'enforce', { ...served.value, mode: 'enforce' }, order, override)
      return yes(`the policy of ${domain} is being published in mode enforce`)
    }
    // The gate opened since the daemon looked last.
    if (stage === 'published') await this.#move(domain, 'evidence-arrived', order)
    await this.#move(domain, 'gate-opened', { ...order, reason: 'every criterion is met' })
    await this.#publish(domain, 'enforce', { ...served.value, mode: 'enforce' }, order)
    return yes(`the policy of ${domain} is being published in mode enforce`)
  }

  async #weaken(
    domain: DomainName,
    purpose: PublicationPurpose,
    event: RolloutEventKind,
    policy: MtaStsPolicy,
    order: RolloutOrder,
  ): Promise<RolloutAnswer> {
    const { publish, rollouts, publications } = this.#options
    const { policyId, text } = await publish.newVersion(domain, policy)
    const moved = await rollouts.move(domain, this.#event(event, order), db =>
      publications.begin(db, {
        domain,
        purpose,
        mode: policy.mode,
        policyId,
        policyText: text,
        requestedBy: order.by,
        reason: order.reason,
      }),
    )
    if (!moved.ok) return no(moved.reason)
    return yes(`a policy in mode ${policy.mode} is being published for ${domain}`)
  }

  async #publish(
    domain: DomainName,
    purpose: PublicationPurpose,
    policy: MtaStsPolicy,
    { by, reason }: RolloutOrder,
    override?: RolloutOverride,
  ): Promise<void> {
    const { policyId, text } = await this.#options.publish.newVersion(domain, policy)
    await this.#options.publications.beginAlone({
      domain,
      purpose,
      mode: policy.mode,
      policyId,
      policyText: text,
      requestedBy: by,
      reason,
      override,
    })
  }

  async #move(domain: DomainName, kind: RolloutEventKind, order: RolloutOrder): Promise<void> {
    await this.#options.rollouts.move(domain, this.#event(kind, order))
  }

  #event(kind: RolloutEventKind, { by, reason }: RolloutOrder) {
    return { kind, at: this.#options.clock.now(), by, reason }
  }
}

/** The policy with a life as short as its mode none needs. */
function weakest(policy: MtaStsPolicy): MtaStsPolicy {
  return { ...policy, maxAgeSeconds: Math.min(policy.maxAgeSeconds, NONE_MAX_AGE_SECONDS) }
}

function overrideOf(verdict: GateVerdict | undefined, reason: string): RolloutOverride {
  const named = (state: 'unknown' | 'unmet') =>
    verdict?.criteria.filter(criterion => criterion.state === state).map(({ name }) => name) ?? []
  return {
    reason,
    unknown: verdict === undefined ? ['everything'] : named('unknown'),
    unmet: named('unmet'),
  }
}

function whyShut(domain: DomainName, verdict: GateVerdict | undefined): string {
  const open = verdict?.criteria.filter(({ state }) => state !== 'met') ?? []
  const told = open.map(({ name, missing }) => `${name}: ${missing ?? 'not met'}`)
  return `${domain} is not ready to be enforced. ${told.join('. ')}${told.length > 0 ? '.' : ''} To go on all the same: --override "reason".`
}

function yes(note: string, publishes = true): RolloutAnswer {
  return { ok: true, note, publishes }
}

function no(reason: string): RolloutAnswer {
  return { ok: false, reason }
}
