import type { TlsaRecord } from '@sternpost/protocol'
import type { NetworkIssueCode } from '../issues.ts'

/** What each record type is given out as. Names are lower case without a trailing dot. */
export interface DnsRecordData {
  readonly A: string
  readonly AAAA: string
  readonly CNAME: string
  readonly NS: string
  readonly PTR: string
  readonly MX: { readonly preference: number; readonly exchange: string }
  /** The strings of one record joined without spaces, bytes as Latin-1 (RFC 8461 §3.1, RFC 7208 §3.3). */
  readonly TXT: string
  readonly TLSA: TlsaRecord
  readonly SOA: { readonly primary: string; readonly serial: number; readonly minimumSeconds: number }
  readonly CAA: CaaRecord
}

/** Who may issue certificates for a name (RFC 8659 §4.1). */
export interface CaaRecord {
  /** A CA that does not know the tag must not issue. */
  readonly critical: boolean
  /** Lower case: `issue`, `issuewild`, `iodef`, … */
  readonly tag: string
  /** Bytes as Latin-1. */
  readonly value: string
}

export type DnsRecordType = keyof DnsRecordData

export interface DnsQuestion<T extends DnsRecordType = DnsRecordType> {
  readonly name: string
  readonly type: T
}

interface Answered<T extends DnsRecordType> {
  readonly question: DnsQuestion<T>
  /**
   * `secure` when the AD bit of a trusted validating resolver covers the whole answer, every alias included
   * (RFC 4035 §3.2.3); the status of a denial (`no-data`, `no-name`) likewise.
   */
  readonly dnssec: 'secure' | 'insecure'
  /** The name the records stand at, after following aliases. */
  readonly canonicalName: string
  /** The names passed on the way there, the question's own name first; empty when there was no CNAME. */
  readonly aliases: readonly string[]
  /** How long the answer may be kept: the least TTL in it, or the SOA minimum of a denial (RFC 2308). */
  readonly ttlSeconds: number
  /** Address and port of the resolver that answered. */
  readonly resolver: string
  /** Milliseconds since 1970. */
  readonly receivedAt: number
}

/** The answer to one question. Absence is a value; only `failure` means that nothing is known. */
export type DnsAnswer<T extends DnsRecordType = DnsRecordType> =
  | (Answered<T> & { readonly kind: 'records'; readonly records: readonly DnsRecordData[T][] })
  | (Answered<T> & { readonly kind: 'no-data' })
  | (Answered<T> & { readonly kind: 'no-name' })
  | DnsFailure<T>

export interface DnsFailure<T extends DnsRecordType = DnsRecordType> {
  readonly kind: 'failure'
  readonly question: DnsQuestion<T>
  /** `bogus` only where the resolver said so by an extended error (RFC 8914). */
  readonly dnssec: 'bogus' | 'indeterminate'
  readonly code: NetworkIssueCode
  /** For people: what happened at which resolver. */
  readonly message: string
  readonly receivedAt: number
}

export interface DnsLookupOptions {
  /** Ask the resolver even where an unexpired answer is kept; what comes back is kept as usual. Default false. */
  readonly fresh?: boolean
  /**
   * Has the resolver hand out what it could not validate (CD, RFC 4035 §3.2.2); such an answer is never `secure`.
   * A SERVFAIL that turns into an answer by it is broken DNSSEC. Kept apart from other answers. Default false.
   */
  readonly checkingDisabled?: boolean
}

/** The one verb the rest of the house needs of DNS; implemented by the client and by recording wrappers. */
export interface DnsLookup {
  /** Never rejects: whatever goes wrong is a `failure` answer. */
  lookup<T extends DnsRecordType>(name: string, type: T, options?: DnsLookupOptions): Promise<DnsAnswer<T>>
}
