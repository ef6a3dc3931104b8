import { formatMtaStsPolicy, formatMxHostPattern } from '@sternpost/protocol'
import { timeOf } from '../json-time.ts'
import type { GateVerdict } from './gate.ts'
import type { MxChangePlan } from './plan-mx-change.ts'
import type { Publication } from './publication.ts'
import type { RolloutOverride, RolloutTransition } from './rollout-state.ts'
import type { RolloutListed } from './rollout-store.ts'
import type { RolloutTold } from './tell-rollout.ts'

/** The roll-out of a domain as JSON; see docs/reference/rollout-json.md. */
export type RolloutJson = ReturnType<typeof rolloutJson>

export function rolloutJson(told: RolloutTold) {
  const { state, alarm, served, published, verdict, running, horizon } = told
  return {
    domain: told.domain,
    stage: state.stage,
    stageSince: timeOf(state.stageSince),
    heldFrom: state.heldFrom ?? null,
    testingSince: timeOf(state.testingSince),
    enforcedSince: timeOf(state.enforcedSince),
    isExiting: state.isExiting,
    autoAdvance: told.autoAdvance,
    alarm: alarmJson(alarm),
    served:
      served === undefined
        ? null
        : {
            policyId: served.policyId,
            mode: served.value.mode,
            maxAgeSeconds: served.value.maxAgeSeconds,
            mxHostPatterns: served.value.mxHostPatterns.map(formatMxHostPattern),
          },
    wantedMxHostPatterns: published?.wanted.mxHostPatterns.map(formatMxHostPattern) ?? null,
    gate: verdict === undefined ? null : gateJson(verdict),
    publication: running === undefined ? null : publicationJson(running),
    caches: {
      enforceForgottenAt: timeOf(horizon.enforceForgottenAt),
      text: told.horizonText,
      policies: horizon.held.map(({ policyId, mode, isServed, heldUntil }) => ({
        policyId,
        mode,
        isServed,
        heldUntil: timeOf(heldUntil),
      })),
    },
    next: told.next,
    history: told.history.map(transitionJson),
    daemonRuns: told.daemonRuns,
  }
}

/** A roll-out in a list of all. */
export function listedJson({ state, alarm }: RolloutListed) {
  return {
    domain: state.domain as string,
    stage: state.stage,
    stageSince: timeOf(state.stageSince),
    alarm: alarmJson(alarm),
  }
}

export function gateJson({ at, isOpen, criteria }: GateVerdict) {
  return {
    at: timeOf(at),
    isOpen,
    criteria: criteria.map(({ missing, ...rest }) => ({ ...rest, missing: missing ?? null })),
  }
}

function alarmJson(alarm: RolloutListed['alarm']) {
  return alarm === undefined ? null : { message: alarm.message, since: timeOf(alarm.since) }
}

function publicationJson(publication: Publication) {
  const { publicationId, purpose, mode, policyId, state, requestedBy, reason } = publication
  return {
    publicationId,
    purpose,
    mode,
    policyId,
    state,
    requestedAt: timeOf(publication.requestedAt),
    requestedBy,
    reason,
    override: overrideJson(publication.override),
    nextTryAt: state === 'running' ? timeOf(publication.nextTryAt) : null,
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
  return { at: timeOf(at), from, to, kind, by, reason, override: overrideJson(override) }
}

function overrideJson(override: RolloutOverride | undefined) {
  if (override === undefined) return null
  return { reason: override.reason, unknown: [...override.unknown], unmet: [...override.unmet] }
}

/** What a change of MX hosts breaks, and the order that breaks nothing, as JSON. */
export function planJson(domain: string, plan: MxChangePlan) {
  return {
    domain,
    currentMx: plan.currentMx.map(String),
    newMx: plan.newMx.map(String),
    isSafeNow: plan.isSafeNow,
    moveAt: timeOf(plan.moveAt),
    breaks: plan.breaks.map(({ policyId, mode, mxHost, isServed, heldUntil, effect }) => ({
      ...{ policyId, mode, mxHost: mxHost as string, isServed },
      heldUntil: timeOf(heldUntil),
      effect,
    })),
    steps: plan.steps.map(step => ({ ...step, at: timeOf(step.at) })),
    widenedPolicy: formatMtaStsPolicy(plan.widened),
    narrowedPolicy: formatMtaStsPolicy(plan.narrowed),
  }
}
