import type { DomainName } from '@sternpost/protocol'
import type {
  PublicationStepTable,
  PublicationTable,
  RolloutTable,
  RolloutTransitionTable,
} from '../../store/index.ts'
import type { Publication, PublicationStep } from './publication.ts'
import type { RolloutOverride, RolloutState, RolloutTransition } from './rollout-state.ts'

/** What one row of `rollout_transitions` and `publications` gives back. */
type Stored<Table, Key extends keyof Table> = Omit<Table, Key> & { readonly [K in Key]: number }

/** Rows are written by this room alone, so their words are believed. */
export function toState(row: RolloutTable): RolloutState {
  return {
    domain: row.domain as DomainName,
    stage: row.stage as RolloutState['stage'],
    stageSince: Number(row.stage_since),
    heldFrom: (row.held_from ?? undefined) as RolloutState['heldFrom'],
    testingSince: optionalTime(row.testing_since),
    enforcedSince: optionalTime(row.enforced_since),
    isExiting: row.is_exiting === 1,
    autoAdvance: row.auto_advance === null ? undefined : row.auto_advance === 1,
  }
}

/** The columns that a `RolloutState` fills. */
export function fromState(state: RolloutState) {
  return {
    stage: state.stage,
    stage_since: state.stageSince,
    held_from: state.heldFrom ?? null,
    testing_since: state.testingSince ?? null,
    enforced_since: state.enforcedSince ?? null,
    is_exiting: Number(state.isExiting),
    auto_advance: state.autoAdvance === undefined ? null : Number(state.autoAdvance),
  }
}

export function fromTransition(transition: RolloutTransition) {
  return {
    domain: transition.domain,
    at: transition.at,
    kind: transition.kind,
    from_stage: transition.from,
    to_stage: transition.to,
    by: transition.by,
    reason: transition.reason,
    override: transition.override === undefined ? null : JSON.stringify(transition.override),
  }
}

export function toTransition(row: Stored<RolloutTransitionTable, 'transition_id'>): RolloutTransition {
  const override = row.override === null ? undefined : (JSON.parse(row.override) as RolloutOverride)
  return {
    domain: row.domain as DomainName,
    at: Number(row.at),
    kind: row.kind as RolloutTransition['kind'],
    from: row.from_stage as RolloutTransition['from'],
    to: row.to_stage as RolloutTransition['to'],
    by: row.by,
    reason: row.reason,
    ...(override === undefined ? {} : { override }),
  }
}

export function toPublication(
  row: Stored<PublicationTable, 'publication_id'>,
  steps: readonly PublicationStepTable[],
): Publication {
  return {
    publicationId: row.publication_id,
    domain: row.domain as DomainName,
    purpose: row.purpose as Publication['purpose'],
    mode: row.mode as Publication['mode'],
    policyId: row.policy_id,
    policyText: row.policy_text,
    state: row.state as Publication['state'],
    requestedAt: Number(row.requested_at),
    requestedBy: row.requested_by,
    reason: row.reason,
    override: row.override === null ? undefined : (JSON.parse(row.override) as RolloutOverride),
    nextTryAt: Number(row.next_try_at),
    endedAt: optionalTime(row.ended_at),
    steps: steps.filter(step => step.publication_id === row.publication_id).map(toStep),
  }
}

function toStep(row: PublicationStepTable): PublicationStep {
  return {
    kind: row.kind as PublicationStep['kind'],
    state: row.state as PublicationStep['state'],
    attempts: row.attempts,
    beganAt: optionalTime(row.began_at),
    doneAt: optionalTime(row.done_at),
    note: row.note ?? undefined,
  }
}

function optionalTime(column: number | null): number | undefined {
  return column === null ? undefined : Number(column)
}
