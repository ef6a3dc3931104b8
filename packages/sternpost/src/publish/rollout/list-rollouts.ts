import type { Clock } from '../../base/index.ts'
import type { Rollout } from './create-rollout.ts'
import { daemonRuns } from './daemon-runs.ts'
import { listedJson } from './rollout-json.ts'
import type { RolloutStage } from './rollout-state.ts'
import type { RolloutListed } from './rollout-store.ts'

export interface ListRolloutsOptions {
  /** Only those at this stage. */
  readonly stage?: RolloutStage | undefined
  /** Only those with an alarm. */
  readonly alarms: boolean
  /** Goes on after this domain. */
  readonly after?: string | undefined
  readonly limit: number
  /** Domains beside which there is nothing to be told of. */
  readonly among?: ReadonlySet<string> | undefined
}

/** A page of all roll-outs as JSON; see docs/reference/rollout-json.md. */
export type RolloutsJson = Awaited<ReturnType<typeof listRollouts>>

const PAGE = 500
const MAX_ALARMS = 500

/** Roll-outs by name, and how all of them stand. Errors: `NotDurableError`. */
export async function listRollouts(rollout: Rollout, clock: Clock, options: ListRolloutsOptions) {
  const { limit, among } = options
  const { rollouts } = rollout
  const found = await pageOf(rollout, options, limit + 1)
  const page = found.slice(0, limit)
  return {
    domains: page.map(listedJson),
    byStage: await rollouts.countByStage(among),
    alarms: (await rollouts.alarms(MAX_ALARMS, among)).length,
    next: (found.length > limit ? (page.at(-1)?.state.domain ?? null) : null) as string | null,
    daemonRuns: await daemonRuns(rollout, clock),
  }
}

/** Domains that fit, a page of the database at a time. */
async function pageOf(
  { rollouts }: Rollout,
  { stage, alarms, after, among }: ListRolloutsOptions,
  most: number,
): Promise<RolloutListed[]> {
  const fits = ({ state, alarm }: RolloutListed) =>
    (stage === undefined || state.stage === stage) && (!alarms || alarm !== undefined)
  const found: RolloutListed[] = []
  for (let from = after; found.length < most; ) {
    const page = await rollouts.list({ after: from, limit: PAGE, among })
    found.push(...page.filter(fits))
    if (page.length < PAGE) break
    from = page.at(-1)?.state.domain
  }
  return found.slice(0, most)
}
