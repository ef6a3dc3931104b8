import {
  createAuthoritativeLookup,
  createPolicyHostObserver,
  createSmtpProber,
  type DnsClient,
  type PolicyFetcherOptions,
  type SmtpProberOptions,
  summarizeValidation,
} from '@sternpost/network'
import type { CheckEyes } from './check-eyes.ts'
import { reachesAny } from './reaches-any.ts'

export interface CheckEyesOptions {
  readonly dns: DnsClient
  /** How policy hosts are fetched from: as the daemon does it. */
  readonly policyHosts: Omit<PolicyFetcherOptions, 'dns' | 'now'>
  /** What we call ourselves in EHLO. */
  readonly heloName: string
  readonly smtpPort: number
  /** Networks that are connected to although they are not public, for MX hosts and name servers. */
  readonly allowAddresses: readonly string[]
  /** MX hosts of others that are reached wherever port 25 is open. */
  readonly controlHosts: readonly string[]
  /** How long an observation of a host holds for other domains. */
  readonly reuseSeconds: number
  /** Port and limits of a laboratory. */
  readonly lab?: {
    readonly dnsPort: number
    readonly httpPort: number
    readonly probe: Pick<SmtpProberOptions, 'connectTimeoutMs' | 'stepTimeoutMs' | 'pauseMs'>
  }
  readonly now: () => number
  readonly random: () => number
}

/** How long it may take to put the resolver to the proof again. */
const PROOF_SECONDS = 300

/** Makes the eyes of checks out of the network package's parts. `close` closes the DNS client as well. */
export function createCheckEyes(options: CheckEyesOptions): CheckEyes {
  const { dns, policyHosts, allowAddresses, smtpPort, controlHosts, lab, now, random } = options
  const ca = policyHosts.ca === undefined ? {} : { ca: policyHosts.ca }
  const observer = createPolicyHostObserver({
    ...policyHosts,
    dns,
    now,
    ...(lab === undefined ? {} : { httpPort: lab.httpPort }),
  })
  let proof: { readonly at: number; readonly summary: ReturnType<CheckEyes['resolvers']> } | undefined
  let reached: { readonly at: number; readonly answer: Promise<boolean> } | undefined
  const isOld = (at: number) => now() - at > PROOF_SECONDS * 1000 || now() < at

  return {
    dns,
    authoritative: createAuthoritativeLookup({
      dns,
      allowAddresses,
      now,
      ...(lab === undefined ? {} : { port: lab.dnsPort }),
    }),
    observePolicyHost: (policyDomain, limits) => observer.observe(policyDomain, limits),
    prober: createSmtpProber({
      ...ca,
      ...lab?.probe,
      heloName: options.heloName,
      port: smtpPort,
      allowAddresses,
      reuseSeconds: options.reuseSeconds,
      now,
    }),
    resolvers() {
      if (proof === undefined || isOld(proof.at)) {
        const summary = dns.proveValidation().then(resolvers => ({
          names: resolvers.map(({ resolver }) => resolver),
          validates: summarizeValidation(resolvers).dane === 'on',
        }))
        proof = { at: now(), summary }
      }
      return proof.summary
    },
    reachesPort25() {
      if (reached === undefined || isOld(reached.at)) {
        reached = { at: now(), answer: reachesAny(dns, controlHosts, smtpPort) }
      }
      return reached.answer
    },
    now,
    random,
    close: () => dns.close(),
  }
}
