import { createHash } from 'node:crypto'
import { formatMtaStsRecord } from '@sternpost/protocol'
import { isRecordName, type RecordSet, type RecordSetType } from './record-set.ts'

/** What a record is for; rollout writes step by step, by these words. */
export type RecordPurpose = 'policy-id' | 'tls-report-address' | 'policy-host' | 'bimi' | 'tlsa'

/**
 * A record set as it shall be.
 *
 * Shape: without values it shall not be there; only what Sternpost itself once wrote is taken away then.
 */
export interface WantedRecord extends RecordSet {
  readonly purpose: RecordPurpose
  /** Whose zone it stands in: the published domain's, or the one the domain's names point into. */
  readonly part: 'domain' | 'operator'
}

/** Where `mta-sts.<domain>` leads: to addresses, or by CNAME to the name of a policy host. */
export type PolicyHostPlace =
  | { readonly kind: 'addresses'; readonly addresses: readonly PolicyHostAddress[] }
  | { readonly kind: 'alias'; readonly target: string }

export interface PolicyHostAddress {
  readonly family: 4 | 6
  /** In canonical form. */
  readonly address: string
}

/** `direct`: records in the domain's own zone. `cname`: three CNAMEs there, once, and all else in our zone. */
export type RecordDelegation =
  | { readonly kind: 'direct' }
  | { readonly kind: 'cname'; readonly operatorZone: string }

export interface WantedRecordsInput {
  readonly domain: string
  /** Null as long as, or as soon as, no policy is to be announced. */
  readonly policyId: string | null
  /** URIs of the TLSRPT record, written as they are; empty for no record. */
  readonly tlsReportUris: readonly string[]
  /** Null once the policy host is to be given up; undefined where nothing is said of it and it stays as it is. */
  readonly policyHost: PolicyHostPlace | null | undefined
  readonly delegation: RecordDelegation
  readonly ttlSeconds: number
  /** The BIMI assertion record's text. */
  readonly bimi?: { readonly selector: string; readonly text: string }
  readonly tlsa?: readonly { readonly mxHost: string; readonly values: readonly string[] }[]
}

/**
 * The records a published domain needs, those included that shall be gone.
 *
 * Shape: with delegation `cname` the domain's own zone holds CNAMEs that never change, and the TXT records stand at
 * `operatorRecordName` in the operator's zone, which is written without the domain's owner.
 * Source: RFC 8461 §3.1, §3.3, §8.2; RFC 8460 §3.
 */
export function wantedRecords(input: WantedRecordsInput): readonly WantedRecord[] {
  const { domain, delegation, ttlSeconds } = input
  const records: WantedRecord[] = []
  const add = (
    name: string,
    type: RecordSetType,
    values: readonly string[],
    purpose: RecordPurpose,
    part: WantedRecord['part'] = 'domain',
  ) => records.push({ name, type, ttlSeconds, values, purpose, part })

  const texts = [
    {
      label: '_mta-sts',
      purpose: 'policy-id',
      text: input.policyId === null ? null : formatMtaStsRecord({ policyId: input.policyId, extensions: [] }),
    },
    {
      label: '_smtp._tls',
      purpose: 'tls-report-address',
      text: input.tlsReportUris.length === 0 ? null : `v=TLSRPTv1; rua=${input.tlsReportUris.join(',')};`,
    },
  ] as const
  for (const { label, purpose, text } of texts) {
    const values = text === null ? [] : [text]
    const name = `${label}.${domain}`
    if (delegation.kind === 'direct') {
      add(name, 'CNAME', [], purpose)
      add(name, 'TXT', values, purpose)
    } else {
      const target = operatorRecordName(label, domain, delegation.operatorZone)
      add(name, 'TXT', [], purpose)
      // The CNAME stays when the record behind it goes: the owner of the domain set it up once.
      add(name, 'CNAME', [target], purpose)
      add(target, 'TXT', values, purpose, 'operator')
    }
  }

  const policyHost = `mta-sts.${domain}`
  const place = input.policyHost
  if (delegation.kind === 'direct') {
    if (place !== undefined) addPlace(policyHost, place, 'domain')
  } else {
    const shared = sharedPolicyHostName(delegation.operatorZone)
    for (const type of ['A', 'AAAA'] as const) add(policyHost, type, [], 'policy-host')
    add(policyHost, 'CNAME', [shared], 'policy-host')
    // Shared by all domains, so no single one takes it away.
    if (place !== undefined && place !== null) addPlace(shared, place, 'operator')
  }

  function addPlace(name: string, place: PolicyHostPlace | null, part: WantedRecord['part']): void {
    const addresses = place?.kind === 'addresses' ? place.addresses : []
    const ofFamily = (family: 4 | 6) =>
      addresses.filter(entry => entry.family === family).map(({ address }) => address)
    add(name, 'CNAME', place?.kind === 'alias' ? [place.target] : [], 'policy-host', part)
    add(name, 'A', ofFamily(4), 'policy-host', part)
    add(name, 'AAAA', ofFamily(6), 'policy-host', part)
  }

  if (input.bimi !== undefined)
    add(`${input.bimi.selector}._bimi.${domain}`, 'TXT', [input.bimi.text], 'bimi')
  for (const { mxHost, values } of input.tlsa ?? []) add(`_25._tcp.${mxHost}`, 'TLSA', values, 'tlsa')
  return records
}

/** The one name in the operator's zone that every delegated `mta-sts.<domain>` points to. */
export function sharedPolicyHostName(operatorZone: string): string {
  return `mta-sts-host.${operatorZone}`
}

/**
 * The name in the operator's zone that holds a delegated domain's record: `example.com._mta-sts.<operator zone>`.
 *
 * Shape: where that would be over 253 characters the domain is shortened to a digest of it, which no domain can be
 * mistaken for, as it is one label and no domain that is published has only one.
 */
export function operatorRecordName(label: string, domain: string, operatorZone: string): string {
  const plain = `${domain}.${label}.${operatorZone}`
  if (isRecordName(plain)) return plain
  const digest = createHash('sha256').update(domain).digest('hex').slice(0, 40)
  return `${digest}.${label}.${operatorZone}`
}
