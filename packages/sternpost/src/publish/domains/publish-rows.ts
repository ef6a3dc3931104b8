import {
  type DomainName,
  formatMxHostPattern,
  parseMtaStsPolicy,
  parseMxHostPattern,
} from '@sternpost/protocol'
import type { PolicyVersionTable, PublishedDomainTable } from '../../store/index.ts'
import type { PolicyVersion } from './policy-version.ts'
import type {
  BimiFacts,
  Delegation,
  DomainDns,
  NewDomain,
  PolicyIdForm,
  PublishedDomain,
  TlsaFacts,
} from './published-domain.ts'

/** The columns an owner sets. */
type WantedColumns = Omit<
  PublishedDomainTable,
  'served_policy_id' | 'added_at' | 'changed_at' | 'revision' | 'domain'
>

export function toDomainColumns(domain: Omit<NewDomain, 'domain'>): WantedColumns {
  return {
    mode: domain.wanted.mode,
    max_age_seconds: domain.wanted.maxAgeSeconds,
    mx_patterns: JSON.stringify(domain.wanted.mxHostPatterns.map(formatMxHostPattern)),
    tls_rpt_rua: JSON.stringify(domain.tlsRptRua),
    dns_writer: domain.dns.writer,
    dns_apply: domain.dns.apply,
    delegation: domain.delegation,
    policy_id_form: domain.policyIdForm,
    bimi: domain.bimi === undefined ? null : JSON.stringify(domain.bimi),
    tlsa: JSON.stringify(domain.tlsa),
  }
}

/** Rows are written by `toDomainColumns` alone, so their words are believed. */
export function fromDomainRow(row: PublishedDomainTable): PublishedDomain {
  const patterns = (JSON.parse(row.mx_patterns) as string[]).map(parseMxHostPattern)
  return {
    domain: row.domain as DomainName,
    wanted: {
      mode: row.mode as PublishedDomain['wanted']['mode'],
      maxAgeSeconds: row.max_age_seconds,
      mxHostPatterns: patterns.flatMap(pattern => (pattern.ok ? [pattern.value] : [])),
    },
    tlsRptRua: JSON.parse(row.tls_rpt_rua) as string[],
    dns: { writer: row.dns_writer, apply: row.dns_apply as DomainDns['apply'] },
    delegation: row.delegation as Delegation,
    policyIdForm: row.policy_id_form as PolicyIdForm,
    bimi: row.bimi === null ? undefined : (JSON.parse(row.bimi) as BimiFacts),
    tlsa: JSON.parse(row.tlsa) as TlsaFacts[],
    servedPolicyId: row.served_policy_id ?? undefined,
    addedAt: Number(row.added_at),
    changedAt: Number(row.changed_at),
    revision: row.revision,
  }
}

/** Errors: throws on a text that is no policy, which only a damaged database holds. */
export function fromVersionRow(row: PolicyVersionTable): PolicyVersion {
  const policy = parseMtaStsPolicy(row.text)
  if (!policy.ok) throw new Error(`the stored policy ${row.policy_id} of ${row.domain} cannot be read`)
  return {
    domain: row.domain as DomainName,
    policyId: row.policy_id,
    text: row.text,
    value: policy.value,
    createdAt: Number(row.created_at),
    firstServedAt: timeOf(row.first_served_at),
    lastServedAt: timeOf(row.last_served_at),
    announcedAt: timeOf(row.announced_at),
    lastFetchedAt: timeOf(row.last_fetched_at),
  }
}

function timeOf(column: number | null): number | undefined {
  return column === null ? undefined : Number(column)
}
