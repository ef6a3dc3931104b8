import { type DomainName, formatMxHostPattern } from '@sternpost/protocol'
import type { GateVerdict, Publication, RolloutListed, RolloutTransition } from '../publish/index.ts'
import { daemonRuns, type RolloutDesk } from './rollout-desk.ts'

/** Everything that `rollout DOMAIN` tells. */
export type RolloutFacts = Awaited<ReturnType<typeof rolloutFacts>>

const HISTORY = 10
const JOURNAL = 100

/** Gathers what is known of a domain; `fresh` judges the gate anew with looks at the world. */
export async function rolloutFacts(
  desk: RolloutDesk,
  domain: DomainName,
  listed: RolloutListed,
  fresh: boolean,
) {
  const { rollout, publish, clock, settings } = desk
  const { cacheHorizon, describeHorizon, describeNext, fetchablePolicies } = await import(
    '../publish/index.ts'
  )
  const { state, alarm } = listed
  const verdict = fresh ? await judgeNow(desk, listed) : (await rollout.evidence.gates(domain, 1))[0]
  const journal = await rollout.publications.list(domain, JOURNAL)
  const running = journal.find(publication => publication.state === 'running')
  const now = clock.now()
  const horizon = cacheHorizon(fetchablePolicies(await publish.versions(domain), journal, now), now)
  const served = await publish.servedVersion(domain)
  const autoAdvance = state.autoAdvance ?? settings.autoAdvance
  return {
    domain,
    state,
    alarm,
    autoAdvance,
    served,
    published: await publish.get(domain),
    // Before and after testing there is nothing to judge.
    verdict: isTested(listed) ? verdict : undefined,
    running,
    horizon,
    horizonText: describeHorizon(horizon, now),
    next: describeNext(state, running, verdict, autoAdvance),
    history: await rollout.rollouts.transitions(domain, HISTORY),
    daemonRuns: await daemonRuns(desk),
  }
}

/** What the gate says now: MX records, policy host, reports and, where the last is old, a check of the MX hosts. */
export async function judgeNow(
  { rollout, sources, clock }: RolloutDesk,
  { state }: RolloutListed,
): Promise<GateVerdict | undefined> {
  if (!isTested({ state })) return undefined
  const [mx, fetched] = await Promise.all([sources.liveMx(state.domain), sources.fetchPolicy(state.domain)])
  const { verdict } = await rollout.look.judge(state, { mx, fetched })
  await rollout.evidence.saveGate(state.domain, { ...verdict, at: clock.now() })
  return verdict
}

function isTested({ state }: Pick<RolloutListed, 'state'>): boolean {
  const stage = state.stage === 'held' ? state.heldFrom : state.stage
  return stage === 'published' || stage === 'gathering' || stage === 'ready'
}

/** The facts as JSON; see docs/reference/rollout-json.md. */
export function factsJson(facts: RolloutFacts) {
  const { state, alarm, served, verdict, running, horizon } = facts
  return {
    domain: facts.domain,
    stage: state.stage,
    stageSince: timeOf(state.stageSince),
    heldFrom: state.heldFrom ?? null,
    testingSince: timeOf(state.testingSince),
    enforcedSince: timeOf(state.enforcedSince),
    isExiting: state.isExiting,
    autoAdvance: facts.autoAdvance,
    alarm: alarm === undefined ? null : { message: alarm.message, since: timeOf(alarm.since) },
    served:
      served === undefined
        ? null
        : {
            policyId: served.policyId,
            mode: served.value.mode,
            maxAgeSeconds: served.value.maxAgeSeconds,
            mxHostPatterns: served.value.mxHostPatterns.map(formatMxHostPattern),
          },
    gate: verdict === undefined ? null : gateJson(verdict),
    publication: running === undefined ? null : publicationJson(running),
    caches: {
      enforceForgottenAt: timeOf(horizon.enforceForgottenAt),
      policies: horizon.held.map(({ policyId, mode, isServed, heldUntil }) => ({
        policyId,
        mode,
        isServed,
        heldUntil: timeOf(heldUntil),
      })),
    },
    next: facts.next,
    history: facts.history.map(transitionJson),
    daemonRuns: facts.daemonRuns,
  }
}

export function gateJson({ at, isOpen, criteria }: GateVerdict) {
  return {
    at: timeOf(at),
    isOpen,
    criteria: criteria.map(({ missing, ...rest }) => ({ ...rest, missing: missing ?? null })),
  }
}

export function publicationJson(publication: Publication) {
  return {
    publicationId: publication.publicationId,
    purpose: publication.purpose,
    mode: publication.mode,
    policyId: publication.policyId,
    state: publication.state,
    requestedAt: timeOf(publication.requestedAt),
    requestedBy: publication.requestedBy,
    reason: publication.reason,
    override: publication.override ?? null,
    nextTryAt: publication.state === 'running' ? timeOf(publication.nextTryAt) : null,
    steps: publication.steps.map(step => ({
      kind: step.kind,
      state: step.state,
      attempts: step.attempts,
      doneAt: timeOf(step.doneAt),
      note: step.note ?? null,
    })),
  }
}

function transitionJson({ at, from, to, kind, by, reason, override }: RolloutTransition) {
  return { at: timeOf(at), from, to, kind, by, reason, override: override ?? null }
}

export function timeOf(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString()
}
