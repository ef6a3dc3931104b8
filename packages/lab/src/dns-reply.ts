import type { ResourceRecord } from './resource-record.ts'

/** A question as the DNS server read it. */
export interface DnsQuestionSeen {
  /** Lower case, no trailing dot; `.` for the root. */
  readonly name: string
  /** `MX`, `TLSA`, …; `TYPE99` for one the lab has no records of. */
  readonly type: string
  /** The CD bit: the client checks signatures itself, so bogus data is handed out. */
  readonly checkingDisabled: boolean
}

/** What the DNS server is to send; `silence` sends nothing at all, `garbage` a reply that cannot be read. */
export type DnsReply =
  | {
      readonly kind: 'answer'
      readonly rcode: 'NOERROR' | 'NXDOMAIN'
      readonly records: readonly ResourceRecord[]
      /** The SOA of a denial; a plain one is added where it is missing. */
      readonly authority?: readonly ResourceRecord[]
      readonly dnssec: 'secure' | 'insecure'
      /** Over UDP send the TC bit and no records. */
      readonly truncated?: boolean
      /** An authoritative server speaks for the zone; false for one that was never told of it. Default true. */
      readonly authoritative?: boolean
    }
  | { readonly kind: 'error'; readonly rcode: 'SERVFAIL' | 'REFUSED'; readonly extendedError?: number }
  | { readonly kind: 'silence' }
  | { readonly kind: 'garbage' }

/** Works out a reply on the fly: for benchmarks whose hundred thousand domains must not take memory. */
export type DnsAnswerFunction = (question: DnsQuestionSeen) => DnsReply
