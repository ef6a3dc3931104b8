import type { DomainName, MtaStsPolicy } from '@sternpost/protocol'

/** Who sets the records of a domain: nobody but people, or a writer of the configuration by its name. */
export interface DomainDns {
  readonly writer: 'none' | (string & {})
  /** `auto` writes without asking; `ask` shows the difference and waits for a person. */
  readonly apply: 'auto' | 'ask'
}

export const dnsApplyWords = ['auto', 'ask'] as const

/**
 * Where the records of a domain stand.
 *
 * - `direct`: in the domain's own zone.
 * - `cname`: in the operator's zone; the domain's owner sets `mta-sts`, `_mta-sts` and `_smtp._tls` once as CNAMEs.
 */
export const delegations = ['direct', 'cname'] as const
export type Delegation = (typeof delegations)[number]

/** How policy ids are written: `20261125195937` (UTC, to the second) or `2026112501` (day and number). */
export const policyIdForms = ['utc', 'daily'] as const
export type PolicyIdForm = (typeof policyIdForms)[number]

/** A BIMI assertion carried into the records as it is. */
export interface BimiFacts {
  readonly selector: string
  /** HTTPS URI of the indicator; empty to decline. */
  readonly location: string
  /** HTTPS URI of the mark certificate; empty where there is none. */
  readonly evidence: string
}

/** TLSA records of one MX host carried into the records as they are. */
export interface TlsaFacts {
  readonly mxHost: DomainName
  /** In presentation form, such as `3 1 1 0a…`. */
  readonly records: readonly string[]
}

/** One domain whose policy we publish, as its owner wants it. */
export interface PublishedDomain {
  readonly domain: DomainName
  /**
   * What the owner wants of the policy. `mode` is moved by the rollout only.
   * What senders get now is the served version, see `PublishStore.servedVersion`.
   */
  readonly wanted: MtaStsPolicy
  /** URIs of the TLSRPT record, `mailto:` or `https:`; empty where there is to be none. */
  readonly tlsRptRua: readonly string[]
  readonly dns: DomainDns
  readonly delegation: Delegation
  readonly policyIdForm: PolicyIdForm
  readonly bimi: BimiFacts | undefined
  readonly tlsa: readonly TlsaFacts[]
  /** The version the policy host gives out; undefined where it gives out none. */
  readonly servedPolicyId: string | undefined
  /** Milliseconds since 1970. */
  readonly addedAt: number
  readonly changedAt: number
  /** Counts changes; two equal revisions are the same state. */
  readonly revision: number
}

/** What is told to add a domain; the store fills in the rest. */
export type NewDomain = Omit<PublishedDomain, 'servedPolicyId' | 'addedAt' | 'changedAt' | 'revision'>

/** What may be changed of a domain by its owner. */
export type DomainChange = Partial<Omit<NewDomain, 'domain'>>

/** A year is the longest the standard allows; weeks are what it recommends (RFC 8461 §3.2). */
export const DEFAULT_MAX_AGE_SECONDS = 604_800
