import type { DomainName } from '@sternpost/protocol'
import type { RolloutJson, RolloutListed } from '../publish/index.ts'
import type { RolloutDesk } from './rollout-desk.ts'

/** Gathers what is known of a domain; `fresh` judges the gate anew with looks at the world. */
export async function rolloutFacts(
  { rollout, sources, clock, settings }: RolloutDesk,
  domain: DomainName,
  listed: RolloutListed,
  fresh: boolean,
): Promise<RolloutJson> {
  const { judgeNow, rolloutJson, tellRollout } = await import('../publish/index.ts')
  const verdict = fresh ? await judgeNow(rollout, listed, { sources, clock }) : undefined
  const { autoAdvance } = settings
  return rolloutJson(await tellRollout(rollout, domain, listed, { clock, autoAdvance, verdict }))
}
