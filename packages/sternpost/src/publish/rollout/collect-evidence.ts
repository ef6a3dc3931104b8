import type { PolicyFetchResult } from '@sternpost/network'
import type { DomainName } from '@sternpost/protocol'
import type { Clock } from '../../base/index.ts'
import type { PublishStore } from '../domains/publish-store.ts'
import type { EvidenceStore } from './evidence-store.ts'
import type { GateSettings } from './gate.ts'
import type { CertificateEvidence, CheckEvidence, GateEvidence, ReportEvidence } from './gate-evidence.ts'
import { mxHostsInUse, uncoveredMxHosts } from './mx-covered.ts'
import type { RolloutState } from './rollout-state.ts'

const DAY_MS = 86_400_000

/** The MX hosts of a domain now. A domain without MX records is its own host; one with a null MX has none. */
export interface LiveMx {
  readonly hosts: readonly DomainName[]
  readonly ttlSeconds: number
}

/** What a look saw of a domain just now. */
export interface LookedAt {
  readonly mx: LiveMx | undefined
  /** Undefined where the policy was not fetched. */
  readonly fetched: PolicyFetchResult | undefined
}

/** Who is asked, joined from other rooms; each gives undefined where it does not know. */
export interface EvidenceSources {
  /** Trusted reports since a moment, with the failures since another. */
  reports(domain: DomainName, since: number, failuresSince: number): Promise<ReportEvidence | undefined>
  /** A fresh check of the domain. */
  check(domain: DomainName): Promise<CheckEvidence | undefined>
  liveMx(domain: DomainName): Promise<LiveMx | undefined>
  fetchPolicy(domain: DomainName): Promise<PolicyFetchResult>
}

export interface EvidenceCollectorOptions {
  readonly sources: EvidenceSources
  readonly publish: PublishStore
  readonly evidence: EvidenceStore
  readonly clock: Clock
  /** How old the last check may be before a new one is made. */
  readonly checkEverySeconds: number
}

/** Gathers what the gate judges; looks anew where what is known is too old. */
export class EvidenceCollector {
  readonly #options: EvidenceCollectorOptions

  constructor(options: EvidenceCollectorOptions) {
    this.#options = options
  }

  /** What is known of a domain now; `mayLook` false makes no new check. */
  async collect(
    { domain, testingSince }: RolloutState,
    settings: GateSettings,
    { mx, fetched }: LookedAt,
    mayLook = true,
  ): Promise<GateEvidence> {
    const { sources, publish, evidence, clock } = this.#options
    const now = clock.now()
    const windowStart = now - settings.minDays * DAY_MS
    const since = testingSince ?? now
    const served = await publish.servedVersion(domain)
    const inUse = mxHostsInUse(mx?.hosts ?? [], await evidence.sightings(domain), now)
    const [reports, check, availability] = await Promise.all([
      testingSince === undefined ? undefined : sources.reports(domain, since, Math.max(since, windowStart)),
      this.#check(domain, now, mayLook),
      testingSince === undefined ? undefined : evidence.availability(domain, Math.max(since, windowStart)),
    ])
    return {
      now,
      testingSince,
      reports,
      check,
      policyHostCertificate: certificateOf(domain, fetched),
      availability,
      mx:
        mx === undefined || served === undefined
          ? undefined
          : { live: mx.hosts, hosts: inUse, uncovered: uncoveredMxHosts(served.value, inUse) },
    }
  }

  async #check(domain: DomainName, now: number, mayLook: boolean): Promise<CheckEvidence | undefined> {
    const { sources, evidence, checkEverySeconds } = this.#options
    const last = await evidence.lastCheck(domain)
    const isFresh = last !== undefined && now - last.at < checkEverySeconds * 1000
    if (isFresh || !mayLook) return last
    const fresh = await sources.check(domain)
    if (fresh === undefined) return last
    await evidence.saveCheck(domain, fresh)
    return fresh
  }
}

/** What the policy host showed from outside: the certificate that senders see, whoever keeps it. */
function certificateOf(
  domain: DomainName,
  fetched: PolicyFetchResult | undefined,
): CertificateEvidence | undefined {
  if (fetched === undefined) return undefined
  return { host: `mta-sts.${domain}`, expiresAt: fetched.evidence.certificate?.notAfter }
}
