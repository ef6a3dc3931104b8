import type { DomainName, MtaStsPolicy } from '@sternpost/protocol'

/**
 * One policy under the id it was given when its bytes changed; never deleted, as some cache may hold it.
 *
 * Units: times are milliseconds since 1970.
 */
export interface PolicyVersion {
  readonly domain: DomainName
  readonly policyId: string
  /** The file byte for byte. */
  readonly text: string
  readonly value: MtaStsPolicy
  readonly createdAt: number
  /** Since when senders could fetch it; undefined where they never could. */
  readonly firstServedAt: number | undefined
  /**
   * Until when senders could fetch it; undefined where they never could or still can. A cache holds it until this
   * moment (or now) plus `max_age` at the latest.
   */
  readonly lastServedAt: number | undefined
  /** When its id was seen at the authoritative servers first. */
  readonly announcedAt: number | undefined
  /** When our policy host gave it out the last time, to the hour. Says nothing of copies served elsewhere. */
  readonly lastFetchedAt: number | undefined
}
