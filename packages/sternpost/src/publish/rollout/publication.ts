import type { DomainName, MtaStsMode } from '@sternpost/protocol'
import type { RolloutOverride } from './rollout-state.ts'

/** What a publication is made for; `retest` is a change that begins the evidence anew. */
export const publicationPurposes = ['start', 'retest', 'enforce', 'change', 'rollback', 'exit'] as const
export type PublicationPurpose = (typeof publicationPurposes)[number]

/**
 * The steps of a publication, in the one order in which they may be done.
 *
 * - `serve`: the policy host answers with the new policy.
 * - `verify-served`: it is fetched from outside the process, byte for byte.
 * - `announce`: the new id goes into the TXT record.
 * - `verify-announced`: every authoritative server gives the new id.
 * - `wait-horizon`: no sender holds an older policy any more.
 * - `remove-record`, `verify-removed`: the TXT record goes, at every authoritative server.
 * - `wait-ttl`: no resolver holds the record any more.
 * - `stop-serving`: the policy host knows the domain no longer.
 *
 * Source: RFC 8461 §8.1 (policy before record), §8.3 (removal).
 */
export const publicationStepKinds = [
  'serve',
  'verify-served',
  'announce',
  'verify-announced',
  'wait-horizon',
  'remove-record',
  'verify-removed',
  'wait-ttl',
  'stop-serving',
] as const
export type PublicationStepKind = (typeof publicationStepKinds)[number]

/** How one step stands in the journal. Times are milliseconds since 1970. */
export interface PublicationStep {
  readonly kind: PublicationStepKind
  readonly state: 'waiting' | 'begun' | 'done'
  /** Attempts begun so far; counted before the attempt, so that a killed one counts. */
  readonly attempts: number
  readonly beganAt: number | undefined
  readonly doneAt: number | undefined
  /** What was seen at the last attempt, for people. */
  readonly note: string | undefined
}

/**
 * One policy on its way to the world, or a removal.
 *
 * Shape: `steps` in their order; all before the first that is not `done` are `done`.
 */
export interface Publication {
  readonly publicationId: number
  readonly domain: DomainName
  readonly purpose: PublicationPurpose
  readonly mode: MtaStsMode
  /** Chosen when the publication was made, so that a step done twice does the same. */
  readonly policyId: string
  readonly policyText: string
  readonly state: 'running' | 'done' | 'abandoned'
  readonly requestedAt: number
  readonly requestedBy: string
  readonly reason: string
  readonly override: RolloutOverride | undefined
  readonly steps: readonly PublicationStep[]
  /** When the next attempt is due. */
  readonly nextTryAt: number
  readonly endedAt: number | undefined
}

const publishing = ['serve', 'verify-served', 'announce', 'verify-announced'] as const
const removing = ['wait-horizon', 'remove-record', 'verify-removed', 'wait-ttl', 'stop-serving'] as const

/** The steps that a publication of this purpose takes. */
export function stepsFor(purpose: PublicationPurpose): readonly PublicationStepKind[] {
  return purpose === 'exit' ? [...publishing, ...removing] : publishing
}

/** The journal of a publication that has not begun. */
export function freshSteps(purpose: PublicationPurpose): PublicationStep[] {
  return stepsFor(purpose).map(kind => ({
    kind,
    state: 'waiting',
    attempts: 0,
    beganAt: undefined,
    doneAt: undefined,
    note: undefined,
  }))
}

/** The step to be done next; undefined where all are done. */
export function nextStep(publication: Publication): PublicationStep | undefined {
  return publication.steps.find(step => step.state !== 'done')
}
