import type { DomainName } from '@sternpost/protocol'
import type { Clock } from '../../base/index.ts'
import { cacheHorizon, describeHorizon } from './cache-horizon.ts'
import type { EvidenceSources } from './collect-evidence.ts'
import type { Rollout } from './create-rollout.ts'
import { daemonRuns } from './daemon-runs.ts'
import { describeNext } from './describe-next.ts'
import { fetchablePolicies } from './fetchable-policies.ts'
import type { GateVerdict } from './gate.ts'
import type { RolloutState } from './rollout-state.ts'
import type { RolloutListed } from './rollout-store.ts'

/** Transitions told of one domain, the newest. */
const HISTORY = 10
const JOURNAL = 100

/** Everything that is told of a roll-out to a person. */
export type RolloutTold = Awaited<ReturnType<typeof tellRollout>>

export interface TellOptions {
  readonly clock: Clock
  /** What the configuration says where the domain says nothing. */
  readonly autoAdvance: boolean
  /** Of just now; without it the last that was kept. */
  readonly verdict?: GateVerdict | undefined
  readonly historyLength?: number
}

/** Gathers what is known of the roll-out of a domain. Errors: `NotDurableError`. */
export async function tellRollout(
  rollout: Rollout,
  domain: DomainName,
  { state, alarm }: RolloutListed,
  { clock, historyLength = HISTORY, ...options }: TellOptions,
) {
  const { publish, publications, evidence, rollouts } = rollout
  const verdict = options.verdict ?? (await evidence.gates(domain, 1))[0]
  const journal = await publications.list(domain, JOURNAL)
  const running = journal.find(publication => publication.state === 'running')
  const now = clock.now()
  const horizon = cacheHorizon(fetchablePolicies(await publish.versions(domain), journal, now), now)
  const autoAdvance = state.autoAdvance ?? options.autoAdvance
  const published = await publish.get(domain)
  return {
    domain,
    state,
    alarm,
    autoAdvance,
    served: await publish.servedVersion(domain),
    published,
    // Before and after testing there is nothing to judge.
    verdict: isTested(state) ? verdict : undefined,
    running,
    horizon,
    horizonText: describeHorizon(horizon, now),
    next: describeNext(state, {
      running,
      verdict,
      autoAdvance,
      asksForReports: (published?.tlsRptRua ?? []).length > 0,
    }),
    history: await rollouts.transitions(domain, historyLength),
    daemonRuns: await daemonRuns(rollout, clock),
  }
}

/**
 * What the gate says now: MX records, policy host, reports and, where the last is old, a check of the MX hosts.
 *
 * Effects: looks at the world, and keeps what it found. Undefined where there is nothing to judge.
 */
export async function judgeNow(
  { look, evidence }: Rollout,
  { state }: RolloutListed,
  { sources, clock }: { readonly sources: LookSources; readonly clock: Clock },
): Promise<GateVerdict | undefined> {
  if (!isTested(state)) return undefined
  const [mx, fetched] = await Promise.all([sources.liveMx(state.domain), sources.fetchPolicy(state.domain)])
  const { verdict } = await look.judge(state, { mx, fetched })
  await evidence.saveGate(state.domain, { ...verdict, at: clock.now() })
  return verdict
}

type LookSources = Pick<EvidenceSources, 'liveMx' | 'fetchPolicy'>

function isTested(state: RolloutState): boolean {
  const stage = state.stage === 'held' ? state.heldFrom : state.stage
  return stage === 'published' || stage === 'gathering' || stage === 'ready'
}
