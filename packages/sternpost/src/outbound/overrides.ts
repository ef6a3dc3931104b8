import type { DomainName, DomainOverride } from '@sternpost/protocol'

/** An operator's order for one domain, and until when it holds. */
export interface ScheduledOverride {
  readonly domain: DomainName
  readonly override: DomainOverride
  /** Milliseconds since 1970; undefined where it holds until it is taken out of the configuration. */
  readonly expiresAt: number | undefined
}

/** The overrides by domain. */
export class Overrides {
  readonly #byDomain: ReadonlyMap<DomainName, ScheduledOverride>

  constructor(overrides: readonly ScheduledOverride[]) {
    this.#byDomain = new Map(overrides.map(override => [override.domain, override]))
  }

  /** The override in force for a domain, if any. */
  find(domain: DomainName, now: number): ScheduledOverride | undefined {
    const found = this.#byDomain.get(domain)
    return found === undefined || (found.expiresAt !== undefined && now >= found.expiresAt)
      ? undefined
      : found
  }
}
