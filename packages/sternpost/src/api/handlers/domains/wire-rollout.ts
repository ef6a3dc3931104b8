import type { RolloutTold } from '../../../publish/index.ts'
import { momentOf } from './find-domain.ts'

/** A roll-out as it goes over the wire. */
export function wireRollout(told: RolloutTold) {
  const { state, alarm, served, verdict, running, horizon } = told
  return {
    domain: told.domain,
    stage: state.stage,
    stageSince: momentOf(state.stageSince),
    heldFrom: state.heldFrom ?? null,
    testingSince: momentOf(state.testingSince),
    enforcedSince: momentOf(state.enforcedSince),
    isExiting: state.isExiting,
    autoAdvance: told.autoAdvance,
    alarm: alarm === undefined ? null : { message: alarm.message, since: momentOf(alarm.since) },
    served:
      served === undefined
        ? null
        : {
            policyId: served.policyId,
            mode: served.value.mode,
            maxAgeSeconds: served.value.maxAgeSeconds,
          },
    gate:
      verdict === undefined
        ? null
        : {
            at: momentOf(verdict.at),
            isOpen: verdict.isOpen,
            criteria: verdict.criteria.map(({ missing, ...rest }) => ({ ...rest, missing: missing ?? null })),
          },
    publication: running === undefined ? null : wirePublication(running),
    caches: { enforceForgottenAt: momentOf(horizon.enforceForgottenAt), text: told.horizonText },
    next: told.next,
    daemonRuns: told.daemonRuns,
    history: told.history.map(({ at, from, to, kind, by, reason, override }) => ({
      at: momentOf(at),
      from,
      to,
      kind,
      by,
      reason,
      override:
        override === undefined
          ? null
          : { reason: override.reason, unknown: [...override.unknown], unmet: [...override.unmet] },
    })),
  }
}

function wirePublication(running: NonNullable<RolloutTold['running']>) {
  const { purpose, mode, policyId, requestedBy, reason, steps } = running
  return {
    purpose,
    mode,
    policyId,
    requestedAt: momentOf(running.requestedAt),
    requestedBy,
    reason,
    nextTryAt: momentOf(running.nextTryAt),
    steps: steps.map(({ kind, state, attempts, doneAt, note }) => ({
      kind,
      state,
      attempts,
      doneAt: momentOf(doneAt),
      note: note ?? null,
    })),
  }
}
