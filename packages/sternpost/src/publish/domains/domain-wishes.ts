import type { DomainName, MtaStsMode, MxHostPattern } from '@sternpost/protocol'
import {
  type BimiFacts,
  DEFAULT_MAX_AGE_SECONDS,
  type Delegation,
  type DomainChange,
  type DomainDns,
  type NewDomain,
  type PolicyIdForm,
  type PublishedDomain,
  type TlsaFacts,
} from './published-domain.ts'

/** What a person wants of a domain; undefined is what they said nothing of. */
export interface DomainWishes {
  readonly mxHostPatterns: readonly MxHostPattern[] | undefined
  readonly maxAgeSeconds: number | undefined
  readonly tlsRptRua: readonly string[] | undefined
  /** Of a domain that is new; afterwards the roll-out moves it. */
  readonly mode: MtaStsMode | undefined
  readonly delegation: Delegation | undefined
  readonly policyIdForm: PolicyIdForm | undefined
  readonly dnsWriter: string | undefined
  readonly dnsApply: DomainDns['apply'] | undefined
  /** Null: no BIMI record. */
  readonly bimi: BimiFacts | null | undefined
  readonly tlsa: readonly TlsaFacts[] | undefined
}

/** A domain as it is added, with what was not wished for at its default. */
export function newDomain(
  domain: DomainName,
  wishes: DomainWishes,
  mxHostPatterns: readonly MxHostPattern[],
): NewDomain {
  return {
    domain,
    wanted: {
      mode: wishes.mode ?? 'testing',
      maxAgeSeconds: wishes.maxAgeSeconds ?? DEFAULT_MAX_AGE_SECONDS,
      mxHostPatterns,
    },
    tlsRptRua: wishes.tlsRptRua ?? [],
    dns: { writer: wishes.dnsWriter ?? 'none', apply: wishes.dnsApply ?? 'ask' },
    delegation: wishes.delegation ?? 'direct',
    policyIdForm: wishes.policyIdForm ?? 'utc',
    bimi: wishes.bimi ?? undefined,
    tlsa: wishes.tlsa ?? [],
  }
}

/** What the wishes change of a domain, and nothing else. */
export function changeOf(current: PublishedDomain, wishes: DomainWishes): DomainChange {
  return {
    wanted: {
      ...current.wanted,
      maxAgeSeconds: wishes.maxAgeSeconds ?? current.wanted.maxAgeSeconds,
      mxHostPatterns: wishes.mxHostPatterns ?? current.wanted.mxHostPatterns,
    },
    tlsRptRua: wishes.tlsRptRua ?? current.tlsRptRua,
    dns: {
      writer: wishes.dnsWriter ?? current.dns.writer,
      apply: wishes.dnsApply ?? current.dns.apply,
    },
    delegation: wishes.delegation ?? current.delegation,
    policyIdForm: wishes.policyIdForm ?? current.policyIdForm,
    bimi: wishes.bimi === undefined ? current.bimi : (wishes.bimi ?? undefined),
    tlsa: wishes.tlsa ?? current.tlsa,
  }
}
