import type {
  AuthoritativeAnswers,
  DnsRecordData,
  DnsRecordType,
  PolicyHostObservation,
  SmtpObservation,
} from '@sternpost/network'
import type { HostObservation, NextHopObservation, TlsaObservation } from '@sternpost/protocol'

/** A TLSA record as data: as `TlsaRecord`, with its association data in lower-case hexadecimal. */
export interface SeenTlsaRecord {
  readonly usage: string | number
  readonly selector: string | number
  readonly matchingType: string | number
  readonly data: string
}

/** What each record type is kept as: as the DNS client gave it, bytes in hexadecimal. */
export type SeenRecordData = {
  readonly [T in DnsRecordType]: T extends 'TLSA' ? SeenTlsaRecord : DnsRecordData[T]
}

interface Seen<T extends DnsRecordType> {
  readonly name: string
  readonly type: T
  /** When the answer came, in milliseconds since 1970. */
  readonly at: number
}

interface SeenAnswered<T extends DnsRecordType> extends Seen<T> {
  readonly dnssec: 'secure' | 'insecure'
  readonly canonicalName: string
  readonly aliases: readonly string[]
  readonly ttlSeconds: number
  /** Address and port of the resolver. */
  readonly resolver: string
}

interface SeenFailure<T extends DnsRecordType> extends Seen<T> {
  readonly kind: 'failure'
  /**
   * `bogus` where the resolver said so, or where it answers as soon as it is asked not to validate; anything
   * else says nothing about the domain.
   */
  readonly dnssec: 'bogus' | 'indeterminate'
  readonly code: string
  readonly message: string
}

/** One DNS answer as data; see `DnsAnswer` of the network package. */
export type SeenAnswer<T extends DnsRecordType = DnsRecordType> = T extends DnsRecordType
  ?
      | (SeenAnswered<T> & { readonly kind: 'records'; readonly records: readonly SeenRecordData[T][] })
      | (SeenAnswered<T> & { readonly kind: 'no-data' | 'no-name' })
      | SeenFailure<T>
  : never

/** How mail reaches the domain, as `observeNextHop` found it: what outbound mail of Sternpost is decided by. */
export type SeenNextHop =
  | Exclude<NextHopObservation, { readonly hosts: unknown }>
  | (Omit<Extract<NextHopObservation, { readonly hosts: unknown }>, 'hosts'> & {
      readonly hosts: readonly SeenRoute[]
    })

export type SeenRoute = Omit<HostObservation, 'tlsa'> & {
  readonly tlsa:
    | Exclude<TlsaObservation, { readonly records: unknown }>
    | (Omit<Extract<TlsaObservation, { readonly records: unknown }>, 'records'> & {
        readonly records: readonly SeenTlsaRecord[]
      })
}

/** An MX host that was connected to, or was to be. */
export interface SeenMxHost {
  readonly mxHost: string
  readonly preference: number
  /** In the order of the answers, IPv4 first. */
  readonly addresses: readonly SeenMxAddress[]
}

export interface SeenMxAddress {
  readonly address: string
  /** null where the time or the number of connections did not allow it. */
  readonly smtp: SmtpObservation | null
}

/** The place an observation was made from, as far as it matters to what can be said of the domain. */
export interface Vantage {
  readonly resolvers: readonly string[]
  /** Whether a trusted resolver proved to validate; without one nothing is known of DNSSEC. */
  readonly validates: boolean
  /**
   * Whether this machine may connect to port 25 elsewhere: `open` as soon as one host answered, `blocked` where
   * neither the domain's hosts nor the control hosts could be reached.
   */
  readonly port25: 'open' | 'blocked' | 'unknown'
  /** Whether anything was reached over IPv6. */
  readonly ipv6: 'works' | 'unknown'
}

/** Where TLS reports are to go, and whether they would get there. */
export interface SeenReportDestination {
  readonly uri: string
  /** The mailbox asked by RCPT TO, where that was wanted. */
  readonly smtp?: SmtpObservation
}

/** The version of the form of observations and results; goes up when a reader of the old form would misread the new. */
export const OBSERVATION_VERSION = 1

/**
 * Everything that was seen of one domain, as plain data: what is saved, judged again and compared.
 *
 * Shape: every DNS answer stands once in `answers`; other members say what was seen elsewhere. Text from outside
 * is unescaped and as it was seen; whoever shows it escapes it.
 */
export interface DomainObservation {
  readonly version: typeof OBSERVATION_VERSION
  readonly domain: string
  /** The registrable domain the domain belongs to, itself where it is one. */
  readonly organizationalDomain: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly durationMs: number
  readonly vantage: Vantage
  readonly answers: readonly SeenAnswer[]
  /** A name below the domain that nobody can have made; what answers there is a wildcard. */
  readonly randomName: string
  readonly nextHop: SeenNextHop
  readonly mxHosts: readonly SeenMxHost[]
  /** null where it was not looked at: the domain does not exist. */
  readonly policyHost: PolicyHostObservation | null
  /** The same questions put to every name server of the zone itself. */
  readonly nameServers: readonly AuthoritativeAnswers<'MX' | 'TXT'>[]
  readonly reportDestinations: readonly SeenReportDestination[]
  /** What the time did not suffice for, in words. */
  readonly unfinished: readonly string[]
}
