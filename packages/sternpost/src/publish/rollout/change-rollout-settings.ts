import type { DomainName } from '@sternpost/protocol'
import type { GateSettings } from './gate.ts'
import type { RolloutDomainSettings, RolloutStore } from './rollout-store.ts'

/** What differs for one domain from the configuration; `autoAdvance` is null where the configuration decides. */
export interface OwnRolloutSettings {
  readonly domain: DomainName
  readonly settings: RolloutDomainSettings
  readonly autoAdvance: boolean | null
}

/** A change of it: undefined leaves a value, null gives it back to the configuration. */
export type RolloutSettingsChange = {
  readonly [Name in keyof GateSettings]?: number | null | undefined
} & { readonly autoAdvance?: boolean | null | undefined }

export async function readRolloutSettings(
  rollouts: RolloutStore,
  domain: DomainName,
): Promise<OwnRolloutSettings> {
  const settings = await rollouts.settings(domain)
  const autoAdvance = (await rollouts.get(domain))?.state.autoAdvance ?? null
  return { domain, settings, autoAdvance }
}

/** Changes what differs for one domain and tells what differs now; `defaults` forgets all else. */
export async function changeRolloutSettings(
  rollouts: RolloutStore,
  domain: DomainName,
  { autoAdvance: wanted, ...criteria }: RolloutSettingsChange,
  defaults = false,
): Promise<OwnRolloutSettings> {
  const current = defaults ? { settings: {}, autoAdvance: null } : await readRolloutSettings(rollouts, domain)
  const merged = Object.entries({
    ...current.settings,
    ...Object.fromEntries(Object.entries(criteria).filter(([, value]) => value !== undefined)),
  })
  const settings: RolloutDomainSettings = Object.fromEntries(merged.filter(([, value]) => value !== null))
  const autoAdvance = wanted === undefined ? current.autoAdvance : wanted
  await rollouts.configure(domain, settings, autoAdvance ?? undefined)
  return { domain, settings, autoAdvance }
}
