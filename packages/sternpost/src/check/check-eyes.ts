import type { DnsClient, PolicyFetcher } from '@sternpost/network'

/** What a check sees the world with; made once for any number of checks. */
export interface CheckEyes {
  readonly dns: DnsClient
  readonly fetcher: PolicyFetcher
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** From 0 to below 1; for names nobody can have prepared for. */
  readonly random: () => number
  close(): void
}
