import type { DomainName } from '@sternpost/protocol'
import type { RolloutOwnSettings, RolloutStore } from './rollout-store.ts'

/** Criteria that a domain can have of its own, and the most each can be. */
export const mostOfCriterion = { minDays: 365, minSessions: 1_000_000_000, minReporters: 1_000 } as const
export type OwnCriterion = keyof typeof mostOfCriterion

/** What differs for one domain from the configuration; see docs/reference/rollout-json.md. */
export interface OwnCriteria {
  readonly domain: string
  /** Only those that differ. */
  readonly settings: Partial<Record<OwnCriterion, number | undefined>>
  /** Null: as the configuration says. */
  readonly autoAdvance: boolean | null
}

/** Each that is undefined stays as it is; null: as the configuration says. */
export type CriteriaChange = Partial<Record<OwnCriterion, number | null | undefined>> & {
  readonly autoAdvance?: boolean | null | undefined
}

/** Errors: `NotDurableError`. */
export async function readCriteria(rollouts: RolloutStore, domain: DomainName): Promise<OwnCriteria> {
  const autoAdvance = (await rollouts.get(domain))?.state.autoAdvance
  return told(domain, { settings: await rollouts.settings(domain), autoAdvance })
}

/** Changes what differs for one domain; gives what does afterwards. Errors: `NotDurableError`. */
export async function setCriteria(
  rollouts: RolloutStore,
  domain: DomainName,
  { autoAdvance, ...criteria }: CriteriaChange,
): Promise<OwnCriteria> {
  const set = await rollouts.configure(domain, current => {
    const given = Object.entries(criteria).filter(([, value]) => value !== undefined)
    const all = Object.entries({ ...current.settings, ...Object.fromEntries(given) })
    return {
      settings: Object.fromEntries(all.filter(([, value]) => value !== null)),
      autoAdvance: autoAdvance === undefined ? current.autoAdvance : (autoAdvance ?? undefined),
    }
  })
  return told(domain, set)
}

function told(domain: DomainName, { settings, autoAdvance }: RolloutOwnSettings): OwnCriteria {
  const own = (Object.keys(mostOfCriterion) as OwnCriterion[]).flatMap(name =>
    settings[name] === undefined ? [] : [[name, settings[name]] as const],
  )
  return { domain, settings: Object.fromEntries(own), autoAdvance: autoAdvance ?? null }
}
