import type { DomainName } from '@sternpost/protocol'
import type { Clock } from '../../base/index.ts'
import type { EvidenceSources } from './collect-evidence.ts'
import type { Rollout } from './create-rollout.ts'
import { fetchablePolicies } from './fetchable-policies.ts'
import { planMxChange } from './plan-mx-change.ts'
import { planJson } from './rollout-json.ts'

const JOURNAL = 100

export type PlanJson = ReturnType<typeof planJson>

/**
 * What a change of MX hosts breaks against every policy in caches, and the order that breaks nothing.
 *
 * Errors: `NotDurableError`. `not-published`: there is nothing it could break; `mx-unknown`: DNS does not say where mail
 * goes today.
 */
export async function planForDomain(
  { publish, publications }: Pick<Rollout, 'publish' | 'publications'>,
  domain: DomainName,
  newMx: readonly DomainName[],
  { sources, clock }: { readonly sources: Pick<EvidenceSources, 'liveMx'>; readonly clock: Clock },
): Promise<PlanJson | 'not-published' | 'mx-unknown'> {
  const published = await publish.get(domain)
  if (published === undefined) return 'not-published'
  const live = await sources.liveMx(domain)
  if (live === undefined) return 'mx-unknown'
  const now = clock.now()
  const served = await publish.servedVersion(domain)
  const journal = await publications.list(domain, JOURNAL)
  const plan = planMxChange({
    versions: fetchablePolicies(await publish.versions(domain), journal, now),
    policy: served?.value ?? published.wanted,
    currentMx: live.hosts,
    newMx,
    mxTtlSeconds: live.ttlSeconds,
    now,
  })
  return planJson(domain, plan)
}
