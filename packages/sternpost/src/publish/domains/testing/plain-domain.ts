import type { DomainName, MtaStsPolicy } from '@sternpost/protocol'
import type { NewDomain } from '../published-domain.ts'

/** A domain as most tests want it: a policy, nothing beside it, and people who set its records. */
export function plainDomain(domain: string, wanted: MtaStsPolicy): NewDomain {
  return {
    domain: domain as DomainName,
    wanted,
    tlsRptRua: [],
    dns: { writer: 'none', apply: 'ask' },
    delegation: 'direct',
    policyIdForm: 'utc',
    bimi: undefined,
    tlsa: [],
  }
}
