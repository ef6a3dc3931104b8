import type {
  AuthoritativeLookup,
  DnsLookup,
  PolicyHostObservation,
  PolicyObserveOptions,
  SmtpProber,
} from '@sternpost/network'
import type { DomainName } from '@sternpost/protocol'

/** What a check sees the world with; made once for any number of checks. */
export interface CheckEyes {
  readonly dns: DnsLookup
  readonly authoritative: AuthoritativeLookup
  observePolicyHost(policyDomain: DomainName, options: PolicyObserveOptions): Promise<PolicyHostObservation>
  readonly prober: SmtpProber
  /** The resolvers asked, and whether one of them proved to validate. */
  resolvers(): Promise<{ readonly names: readonly string[]; readonly validates: boolean }>
  /** Whether port 25 can be reached from here at all: asked when no host of a domain answered. */
  reachesPort25(): Promise<boolean>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** From 0 to below 1; for names nobody can have prepared for. */
  readonly random: () => number
  close(): void
}
