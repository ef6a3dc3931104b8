import type { LabSpec } from '../lab-spec.ts'
import { connectionFaults } from './connections.ts'
import { dnsAndDaneFaults } from './dns-and-dane.ts'
import { domainAndMxFaults } from './domain-and-mx.ts'
import type { FaultDomains } from './fault-domain.ts'
import { healthyDomains } from './healthy.ts'
import { mtaStsRecordFaults } from './mta-sts-records.ts'
import { mxCertificateFaults } from './mx-certificates.ts'
import { policyFaults } from './policies.ts'
import { policyHostFaults } from './policy-hosts.ts'
import { reportAndBimiFaults } from './reports-and-bimi.ts'

export type { FaultDomain, FaultDomains } from './fault-domain.ts'

/** Domains to see each fault happen at, and healthy ones to compare with. */
export const faultLaboratory: FaultDomains = {
  ...healthyDomains,
  ...domainAndMxFaults,
  ...connectionFaults,
  ...mxCertificateFaults,
  ...mtaStsRecordFaults,
  ...policyHostFaults,
  ...policyFaults,
  ...reportAndBimiFaults,
  ...dnsAndDaneFaults,
}

/** The lab in which the given fault domains stand; all of them by default. */
export function faultLaboratorySpec(domains: FaultDomains = faultLaboratory): LabSpec {
  const zone: Record<string, NonNullable<LabSpec['zone']>[string]> = {}
  const specs: Record<string, LabSpec['domains'][string]> = {}
  for (const [name, { domain, zone: literal = {} }] of Object.entries(domains)) {
    if (domain !== undefined) specs[name] = domain
    for (const [owner, entry] of Object.entries(literal)) zone[owner] = { ...zone[owner], ...entry }
  }
  return { domains: specs, zone }
}
