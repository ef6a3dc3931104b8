import type { DomainName } from '@sternpost/protocol'

/**
 * How far the roll-out of one domain has come.
 *
 * - `planned`: the domain is known; nothing of it is served yet.
 * - `published`: a policy in testing mode is served and announced; no report has come in.
 * - `gathering`: reports come in, and the gate is not open.
 * - `ready`: every criterion of the gate is met.
 * - `enforced`: a policy in enforce mode is served and announced.
 * - `held`: nothing goes on by itself; what is published stays as it is.
 * - `rolling-back`: a weaker policy is being published.
 * - `none`: a policy in mode none is announced.
 * - `removed`: record and policy host are gone.
 */
export const rolloutStages = [
  'planned',
  'published',
  'gathering',
  'ready',
  'enforced',
  'held',
  'rolling-back',
  'none',
  'removed',
] as const
export type RolloutStage = (typeof rolloutStages)[number]

/** Where the roll-out of one domain stands. Times are milliseconds since 1970. */
export interface RolloutState {
  readonly domain: DomainName
  readonly stage: RolloutStage
  readonly stageSince: number
  /** What a hold interrupted. */
  readonly heldFrom: RolloutStage | undefined
  /** Evidence counts from here: when the policy in testing mode, as it is now, was announced. */
  readonly testingSince: number | undefined
  readonly enforcedSince: number | undefined
  /** The owner asked for a safe removal, and that is where mode none leads. */
  readonly isExiting: boolean
  /** Whether the domain advances by itself; undefined follows the configuration. */
  readonly autoAdvance: boolean | undefined
}

/**
 * What can happen to a roll-out.
 *
 * `testing-announced` begins the evidence anew; `policy-changed` is a change for which it goes on, such as one more
 * MX host.
 */
export const rolloutEvents = [
  'testing-announced',
  'policy-changed',
  'evidence-arrived',
  'gate-opened',
  'gate-closed',
  'enforce-announced',
  'hold',
  'resume',
  'rollback-started',
  'exit-started',
  'none-announced',
  'removed',
] as const
export type RolloutEventKind = (typeof rolloutEvents)[number]

/** Why somebody went on without the gate, and what he did not know or knew to be bad. */
export interface RolloutOverride {
  readonly reason: string
  /** Names of criteria, see `gate`. */
  readonly unknown: readonly string[]
  readonly unmet: readonly string[]
}

export interface RolloutEvent {
  readonly kind: RolloutEventKind
  readonly at: number
  /** Who made it happen: `daemon`, or `cli` and the name of the user. */
  readonly by: string
  /** For people, one sentence. */
  readonly reason: string
  readonly override?: RolloutOverride
}

/** One step from one stage to another, as it is kept for ever. */
export interface RolloutTransition extends RolloutEvent {
  readonly domain: DomainName
  readonly from: RolloutStage
  readonly to: RolloutStage
}

export type RolloutMove =
  | { readonly ok: true; readonly state: RolloutState; readonly transition: RolloutTransition }
  | { readonly ok: false; readonly reason: string }

const live: readonly RolloutStage[] = ['published', 'gathering', 'ready', 'enforced']

/** From which stages an event is possible, and where it leads. */
const moves: Readonly<
  Record<
    RolloutEventKind,
    {
      readonly from: readonly RolloutStage[]
      /** Stages that the event reaches only with an override. */
      readonly withOverride?: readonly RolloutStage[]
      readonly to: RolloutStage | 'what was held' | 'the same'
    }
  >
> = {
  'testing-announced': {
    from: ['planned', 'published', 'gathering', 'ready', 'rolling-back', 'none', 'removed'],
    to: 'published',
  },
  'policy-changed': { from: live, to: 'the same' },
  'evidence-arrived': { from: ['published'], to: 'gathering' },
  'gate-opened': { from: ['gathering'], to: 'ready' },
  'gate-closed': { from: ['ready'], to: 'gathering' },
  'enforce-announced': { from: ['ready'], withOverride: ['published', 'gathering'], to: 'enforced' },
  hold: { from: ['planned', ...live, 'none'], to: 'held' },
  resume: { from: ['held'], to: 'what was held' },
  'rollback-started': { from: [...live, 'held'], to: 'rolling-back' },
  'exit-started': { from: [...live, 'held', 'none'], to: 'rolling-back' },
  'none-announced': { from: ['planned', 'rolling-back', 'removed'], to: 'none' },
  // From everywhere: a person may take the domain out at once, without the safe way.
  removed: { from: rolloutStages, to: 'removed' },
}

/** The state of a domain that nobody has published yet. */
export function plannedRollout(domain: DomainName, at: number): RolloutState {
  return {
    domain,
    stage: 'planned',
    stageSince: at,
    heldFrom: undefined,
    testingSince: undefined,
    enforcedSince: undefined,
    isExiting: false,
    autoAdvance: undefined,
  }
}

/**
 * Moves a roll-out by one event, or says why that cannot be.
 *
 * Enforce is reached from `ready` alone, or with an override; going back to a weaker mode switches automatic
 * advance off, as what made somebody go back is not in the reports.
 */
export function moveRollout(state: RolloutState, event: RolloutEvent): RolloutMove {
  const move = moves[event.kind]
  const isAllowed =
    move.from.includes(state.stage) ||
    (event.override !== undefined && move.withOverride?.includes(state.stage) === true)
  if (!isAllowed) {
    const needsOverride = move.withOverride?.includes(state.stage) === true
    const reason = needsOverride
      ? `${state.domain} is not ready; an override with its reason is needed`
      : `${event.kind} is not possible while ${state.domain} is ${state.stage}`
    return { ok: false, reason }
  }
  const to = whereTo(move.to, state)
  return {
    ok: true,
    state: {
      ...state,
      stage: to,
      stageSince: to === state.stage ? state.stageSince : event.at,
      heldFrom: to === 'held' ? state.stage : undefined,
      ...changesOf(event),
    },
    transition: { ...event, domain: state.domain, from: state.stage, to },
  }
}

function whereTo(to: RolloutStage | 'what was held' | 'the same', state: RolloutState): RolloutStage {
  if (to === 'the same') return state.stage
  return to === 'what was held' ? (state.heldFrom ?? 'planned') : to
}

function changesOf({ kind, at }: RolloutEvent): Partial<RolloutState> {
  switch (kind) {
    case 'testing-announced':
      return { testingSince: at, enforcedSince: undefined, isExiting: false }
    case 'enforce-announced':
      return { enforcedSince: at, testingSince: undefined }
    case 'rollback-started':
      return { autoAdvance: false }
    case 'exit-started':
      return { autoAdvance: false, isExiting: true }
    case 'none-announced':
    case 'removed':
      return { testingSince: undefined, enforcedSince: undefined }
    default:
      return {}
  }
}
