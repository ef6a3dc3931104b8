import type { LabDomainSpec, LabMxSpec, LabPolicySpec } from '../lab-spec.ts'
import type { ZoneLiteral } from '../zone-literal.ts'

/** One domain of the fault laboratory: a fault, or none, and what is needed to show it. */
export interface FaultDomain {
  /** What is so, in a few words. */
  readonly about: string
  /** Absent for a domain that is made of zone records alone, or does not exist. */
  readonly domain?: LabDomainSpec
  /** Records beside, or in place of, those that follow from `domain`. */
  readonly zone?: ZoneLiteral
}

/** Fault domains by name. */
export type FaultDomains = Readonly<Record<string, FaultDomain>>

/** Two weeks: neither short nor long, so that only the fault is found. */
const MAX_AGE_SECONDS = 1_209_600

/** A domain of a careful operator with MTA-STS and TLS reports; what is given is otherwise. */
export function careful(
  domain: string,
  spec: LabDomainSpec & { readonly policy?: LabPolicySpec } = {},
): LabDomainSpec {
  return {
    tlsRpt: `mailto:reports@${domain}`,
    ...spec,
    policy: { maxAgeSeconds: MAX_AGE_SECONDS, ...spec.policy },
  }
}

/** As `careful`, with one MX host that is as said. */
export function carefulWithMx(domain: string, mx: LabMxSpec, policy: LabPolicySpec = {}): LabDomainSpec {
  return careful(domain, { mx: { [`mx.${domain}`]: mx }, policy })
}

/** As `carefulWithMx`, everything signed. */
export function signedWithMx(domain: string, mx: LabMxSpec): LabDomainSpec {
  return { ...carefulWithMx(domain, mx), dnssec: 'secure' }
}
