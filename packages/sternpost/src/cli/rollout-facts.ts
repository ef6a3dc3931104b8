import { type DomainName, formatMxHostPattern } from '@sternpost/protocol'
import type { GateVerdict, Publication, RolloutListed, RolloutTransition } from '../publish/index.ts'
import type { RolloutDesk } from './rollout-desk.ts'

/** Everything that `rollout DOMAIN` tells. */
export type RolloutFacts = Awaited<ReturnType<typeof rolloutFacts>>

/** Gathers what is known of a domain; `fresh` judges the gate anew with looks at the world. */
export async function rolloutFacts(
  desk: RolloutDesk,
  domain: DomainName,
  listed: RolloutListed,
  fresh: boolean,
) {
  const { rollout, publish, clock, settings } = desk
  const { judgeNow, tellRollout } = await import('../publish/index.ts')
  const verdict = fresh ? await judgeNow(rollout, listed, desk) : undefined
  const { autoAdvance } = settings
  return {
    ...(await tellRollout(rollout, domain, listed, { clock, autoAdvance, verdict })),
    published: await publish.get(domain),
  }
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
