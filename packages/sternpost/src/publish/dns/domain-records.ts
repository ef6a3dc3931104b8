import { isIPv6 } from 'node:net'
import { formatBimiRecord, formatTlsaRecord, normalizeIpAddress, parseTlsaRecord } from '@sternpost/protocol'
import type { PolicyVersion } from '../domains/policy-version.ts'
import type { BimiFacts, PublishedDomain } from '../domains/published-domain.ts'
import { DnsWriteError } from './issues.ts'
import { type PolicyHostPlace, type WantedRecord, wantedRecords } from './wanted-records.ts'
import type { PublishDnsSettings } from './writer-settings.ts'

/** What of the settings the records themselves hang on. */
export type RecordSettings = Pick<PublishDnsSettings, 'ttlSeconds' | 'policyHost' | 'operatorZone'>

/**
 * The records of a published domain, by its own wishes and our settings.
 *
 * Errors: DnsWriteError `dns-write/settings` where the domain is delegated and no operator zone is set.
 * @param policyId the id to announce; null for none.
 * @param options `retire`: the policy host is given up too.
 */
export function recordsOfDomain(
  domain: PublishedDomain,
  policyId: string | null,
  settings: RecordSettings,
  options: { readonly retire?: boolean } = {},
): readonly WantedRecord[] {
  const { operatorZone } = settings
  if (domain.delegation === 'cname' && operatorZone === undefined) {
    const message = `${domain.domain} is delegated by CNAME, and publish.dns.operatorZone does not say where to`
    throw new DnsWriteError('dns-write/settings', message)
  }
  const { bimi } = domain
  return wantedRecords({
    domain: domain.domain,
    policyId,
    tlsReportUris: domain.tlsRptRua,
    policyHost: options.retire === true ? null : policyHostPlace(settings),
    delegation:
      domain.delegation === 'cname' && operatorZone !== undefined
        ? { kind: 'cname', operatorZone }
        : { kind: 'direct' },
    ttlSeconds: settings.ttlSeconds,
    ...(bimi === undefined ? {} : { bimi: { selector: bimi.selector, text: bimiText(bimi) } }),
    tlsa: domain.tlsa.map(({ mxHost, records }) => ({ mxHost, values: records.map(sameForm) })),
  })
}

/**
 * The id that the record of a domain shall bear when nobody is changing it: the one announced last; before that the one
 * of the policy that is served, or null. While a publication is under way the new id is its to write.
 */
export function policyIdInRecord(domain: PublishedDomain, versions: readonly PolicyVersion[]): string | null {
  if (domain.servedPolicyId === undefined) return null
  const announced = versions
    .filter(({ announcedAt }) => announcedAt !== undefined)
    .reduce<PolicyVersion | undefined>(
      (last, version) => ((version.announcedAt ?? 0) >= (last?.announcedAt ?? 0) ? version : last),
      undefined,
    )
  return announced?.policyId ?? domain.servedPolicyId
}

/** Where `mta-sts.<domain>` shall lead; undefined where the settings do not say, so that people keep it. */
function policyHostPlace({ policyHost }: RecordSettings): PolicyHostPlace | undefined {
  if (policyHost.name !== undefined) return { kind: 'alias', target: policyHost.name }
  if (policyHost.addresses.length === 0) return undefined
  const addresses = policyHost.addresses.map(
    address =>
      ({ family: isIPv6(address) ? 6 : 4, address: normalizeIpAddress(address) ?? address }) as const,
  )
  return { kind: 'addresses', addresses }
}

function bimiText({ location, evidence }: BimiFacts): string {
  return formatBimiRecord({
    location,
    evidence,
    localPartPrefixes: undefined,
    avatarPreference: undefined,
  })
}

/** A TLSA record as it reads when it comes back from DNS. */
function sameForm(text: string): string {
  const record = parseTlsaRecord(text)
  return record.ok ? formatTlsaRecord(record.value) : text
}
