import type { PolicyFetchResult } from '@sternpost/network'
import type { DomainName } from '@sternpost/protocol'
import type { Clock } from '../../base/index.ts'
import type { Logger } from '../../log/index.ts'
import type { PublishStore } from '../domains/publish-store.ts'
import type { PublishedDomain } from '../domains/published-domain.ts'
import type { EvidenceCollector, EvidenceSources, LiveMx, LookedAt } from './collect-evidence.ts'
import type { EvidenceStore } from './evidence-store.ts'
import { fetchablePolicies } from './fetchable-policies.ts'
import { type GateSettings, type GateVerdict, gate } from './gate.ts'
import { droppedPatterns } from './mx-covered.ts'
import { mxAlarm, nextPolicy } from './next-policy.ts'
import type { Publication } from './publication.ts'
import type { PublicationStore } from './publication-store.ts'
import type { RolloutControl } from './rollout-control.ts'
import type { RolloutState } from './rollout-state.ts'
import type { RolloutStore } from './rollout-store.ts'

export interface RolloutSettings {
  readonly gate: GateSettings
  /** Whether domains advance by themselves when their gate is open. */
  readonly autoAdvance: boolean
  /** How often each domain is looked at. */
  readonly lookEverySeconds: number
}

export interface DomainLookOptions {
  readonly settings: RolloutSettings
  readonly sources: EvidenceSources
  readonly collector: EvidenceCollector
  readonly control: RolloutControl
  readonly publish: PublishStore
  readonly rollouts: RolloutStore
  readonly publications: PublicationStore
  readonly evidence: EvidenceStore
  readonly clock: Clock
  readonly log: Logger
  /** 0 to 1; spreads the looks. */
  readonly random: () => number
  /** Told of an alarm that is new. */
  readonly onAlarm: (domain: DomainName, message: string) => void
}

/** Publications before these say nothing of what is in caches. */
const MAX_PUBLICATIONS = 100
/** A step that failed this often is no hiccup. */
const STUCK_ATTEMPTS = 8
const ORDER = { by: 'daemon', reason: '' }

/** Looks after one domain: MX hosts, policy host, wanted changes and the gate, and sets going what follows. */
export class DomainLook {
  readonly #options: DomainLookOptions

  constructor(options: DomainLookOptions) {
    this.#options = options
  }

  /** Looks once, and says when to look again. Errors: `NotDurableError`. */
  async look(domain: DomainName): Promise<void> {
    const { rollouts, publish, clock, settings, random } = this.#options
    const listed = await rollouts.get(domain)
    if (listed === undefined) return
    const everyMs = settings.lookEverySeconds * 1000
    // Between three quarters and five quarters, so that a hundred thousand domains do not come at once for ever.
    const usually = clock.now() + everyMs * (0.75 + random() / 2)
    let soonest: number | undefined
    try {
      const published = await publish.get(domain)
      const isGone = await this.#isGone(published, listed.state)
      if (published !== undefined && !isGone) soonest = await this.#lookAt(published, listed.state)
    } finally {
      const nextAt = Math.max(clock.now(), Math.min(usually, soonest ?? usually))
      await rollouts.lookAgainAt(domain, Math.round(nextAt), listed.revision)
    }
  }

  /** Notes that a domain was taken out by hand, without the safe way. */
  async #isGone(published: PublishedDomain | undefined, { domain, stage }: RolloutState): Promise<boolean> {
    const { rollouts, publications, clock } = this.#options
    const isServed = published?.servedPolicyId !== undefined
    if (isServed || stage === 'planned' || stage === 'removed') return false
    if ((await publications.running(domain)) !== undefined) return false
    const reason = 'the domain was taken out by hand'
    const moved = await rollouts.move(domain, { ...ORDER, kind: 'removed', at: clock.now(), reason })
    if (moved.ok) await this.#alarm(domain, undefined)
    return moved.ok
  }

  /** Gives when something is to be done before the usual time. */
  async #lookAt(published: PublishedDomain, state: RolloutState): Promise<number | undefined> {
    const { control, publications, evidence, sources, publish } = this.#options
    const { domain } = published
    const running = await publications.running(domain)
    if ((state.stage === 'planned' || state.stage === 'removed') && running === undefined) {
      const mode = published.wanted.mode === 'none' ? 'none' : 'testing'
      const answer = await control.start(domain, { ...ORDER, reason: 'the domain was added' }, mode)
      await this.#alarm(domain, answer.ok ? undefined : answer.reason)
      return undefined
    }
    const mx = await sources.liveMx(domain)
    if (mx !== undefined) await evidence.noteMx(domain, mx.hosts, mx.ttlSeconds)
    const served = await publish.servedVersion(domain)
    const uncovered = mxAlarm(served?.value, mx?.hosts)
    const host = running === undefined ? await this.#lookAtPolicyHost(domain) : undefined
    const looked = { mx, fetched: host?.fetched }
    const mxMessage =
      uncovered.length === 0 ? undefined : mxMessageOf(uncovered, served?.value.mode === 'enforce')
    await this.#alarm(domain, mxMessage ?? stuckMessage(running) ?? host?.failure)
    if (mxMessage !== undefined && state.stage === 'enforced') {
      await control.hold(domain, { ...ORDER, reason: mxMessage })
      return undefined
    }
    if (running !== undefined || state.stage === 'held') return undefined
    const change = await this.#followWanted(published, state, mx)
    if (change !== undefined) return change.lookAt
    return this.#followGate(state, looked)
  }

  /** Fetches the policy from outside, counts how it went and says what is wrong. */
  async #lookAtPolicyHost(
    domain: DomainName,
  ): Promise<{ readonly fetched: PolicyFetchResult; readonly failure: string | undefined } | undefined> {
    const { publish, sources, evidence } = this.#options
    const served = await publish.servedVersion(domain)
    if (served === undefined) return undefined
    const fetched = await sources.fetchPolicy(domain)
    const failure = !fetched.ok
      ? fetched.issues[0].message
      : fetched.document.text === served.text
        ? undefined
        : `${fetched.evidence.url} gives another policy than ${served.policyId}`
    await evidence.noteFetch(domain, failure)
    return { fetched, failure }
  }

  /** Publishes what the owner wants changed, as far as it may be now; undefined where nothing is to be changed. */
  async #followWanted(
    published: PublishedDomain,
    state: RolloutState,
    mx: LiveMx | undefined,
  ): Promise<{ readonly lookAt: number | undefined } | undefined> {
    const { publish, publications, evidence, control, clock } = this.#options
    const { domain, wanted } = published
    if (!['published', 'gathering', 'ready', 'enforced'].includes(state.stage)) return undefined
    const served = await publish.servedVersion(domain)
    if (served === undefined) return undefined
    const now = clock.now()
    const journal = await publications.list(domain, MAX_PUBLICATIONS)
    const next = nextPolicy({
      served: served.value,
      wanted,
      versions: fetchablePolicies(await publish.versions(domain), journal, now),
      liveMx: mx?.hosts,
      sightings: await evidence.sightings(domain),
      now,
    })
    if (next.kind === 'as-wanted') return undefined
    if (next.kind === 'wait') {
      if (next.until === undefined) return undefined
      return { lookAt: next.until }
    }
    // What is given up in testing was never tested without it.
    const isNarrower = droppedPatterns(served.value, next.policy).length > 0
    const purpose = isNarrower && served.value.mode === 'testing' ? 'retest' : 'change'
    await control.change(domain, next.policy, purpose, { ...ORDER, reason: next.because })
    return { lookAt: undefined }
  }

  /** Judges the evidence, moves the stage after it, and enforces where that is wanted by itself. */
  async #followGate(state: RolloutState, looked: LookedAt): Promise<number | undefined> {
    const { rollouts, evidence, control, settings } = this.#options
    const { domain } = state
    if (!['published', 'gathering', 'ready'].includes(state.stage)) return undefined
    const { verdict, reporters } = await this.judge(state, looked)
    await evidence.saveGate(domain, verdict)
    let { stage } = state
    const move = async (kind: 'evidence-arrived' | 'gate-opened' | 'gate-closed', reason: string) => {
      const moved = await rollouts.move(domain, { ...ORDER, kind, at: verdict.at, reason })
      if (moved.ok) stage = moved.state.stage
    }
    if (stage === 'published' && reporters > 0) await move('evidence-arrived', 'the first report came in')
    if (stage === 'gathering' && verdict.isOpen) await move('gate-opened', 'every criterion is met')
    else if (stage === 'ready' && !verdict.isOpen) await move('gate-closed', shutBecause(verdict))
    if (stage === 'ready' && (state.autoAdvance ?? settings.autoAdvance))
      await control.advance(domain, verdict, { ...ORDER, reason: 'every criterion is met' })
    return undefined
  }

  /** What the gate says of a domain now, with fresh looks where they are due. */
  async judge(
    state: RolloutState,
    looked: LookedAt,
    mayLook = true,
  ): Promise<{ readonly verdict: GateVerdict; readonly reporters: number }> {
    const { collector, rollouts, settings } = this.#options
    const gateSettings = { ...settings.gate, ...(await rollouts.settings(state.domain)) }
    const collected = await collector.collect(state, gateSettings, looked, mayLook)
    const reporters = collected.reports?.reporters.length ?? 0
    return { verdict: gate(collected, gateSettings), reporters }
  }

  async #alarm(domain: DomainName, message: string | undefined): Promise<void> {
    const { rollouts, log, onAlarm } = this.#options
    const isNews = await rollouts.setAlarm(domain, message)
    if (!isNews) return
    if (message === undefined) log.info({ domain }, 'the alarm is over')
    else {
      log.warn({ domain }, message)
      onAlarm(domain, message)
    }
  }
}

function mxMessageOf(uncovered: readonly DomainName[], isEnforced: boolean): string {
  const hosts = uncovered.join(', ')
  const effect = isEnforced ? 'senders refuse to deliver there' : 'it would be refused in mode enforce'
  return `the MX records name ${hosts}, which the policy does not allow: ${effect}. If that is meant, widen the policy; if not, somebody changed your DNS`
}

function stuckMessage(running: Publication | undefined): string | undefined {
  const step = running?.steps.find(({ state }) => state !== 'done')
  if (running === undefined || step === undefined || step.attempts < STUCK_ATTEMPTS) return undefined
  if (step.kind.startsWith('wait-')) return undefined
  return `the publication of policy ${running.policyId} waits at ${step.kind}: ${step.note ?? 'it fails'}`
}

function shutBecause({ criteria }: GateVerdict): string {
  return criteria
    .filter(({ state }) => state !== 'met')
    .map(({ name, missing }) => `${name}: ${missing ?? 'not met'}`)
    .join('; ')
}
