import type { Issue, MtaStsPolicy, ProtocolIssueCode } from '@sternpost/protocol'
import type { ObservedChain } from '../certificate/presented-certificate.ts'
import type { DnsAnswer } from '../dns/answer.ts'
import type { NetworkIssueCode } from '../issues.ts'

/**
 * One HTTP exchange, as far as it came.
 *
 * Shape: plain JSON data. Foreign text is unescaped and capped: the body at the limit of a policy (64 KiB) where
 * the answer counts as one, at 16 KiB otherwise.
 */
export interface ObservedResponse {
  readonly url: string
  /** As sent; null for a request without the field. */
  readonly userAgent: string | null
  readonly address: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly durationMs: number
  readonly connectMs?: number
  readonly handshakeMs?: number
  /** From the request to the status line. */
  readonly firstByteMs?: number
  readonly tlsVersion?: string
  readonly cipher?: string
  readonly chain?: ObservedChain
  readonly status?: number
  /** Names in lower case; at most 40 fields, values cut at 500 characters. */
  readonly headers?: Readonly<Record<string, string>>
  /** Where a redirect leads. */
  readonly location?: string
  readonly bodyBytes?: number
  /** Bytes that are no UTF-8 as U+FFFD. */
  readonly bodyText?: string
  /** The policy, where the body is one, even if something else was wrong. */
  readonly policy?: MtaStsPolicy
  /** Everything for which a sender would refuse this answer; empty where it is good. */
  readonly issues: readonly Issue<ProtocolIssueCode | NetworkIssueCode>[]
  readonly warnings: readonly Issue<ProtocolIssueCode | NetworkIssueCode>[]
}

/** The handshake of a client that sends no SNI: the certificate of the default virtual host. */
export interface ObservedDefaultHost {
  readonly address: string
  readonly chain?: ObservedChain
  /** Why there was no handshake. */
  readonly message?: string
}

/** A handshake of a version that no sender uses any more, made only where the usual ones failed. */
export interface ObservedOldTls {
  readonly address: string
  readonly version: string
  readonly cipher: string
}

/** What was seen of the policy host of a domain at every address. Plain JSON data. */
export interface PolicyHostObservation {
  readonly policyDomain: string
  readonly policyHost: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly durationMs: number
  readonly A: DnsAnswer<'A'>
  readonly AAAA: DnsAnswer<'AAAA'>
  /** Each address by itself, at most 8, IPv6 first; what the address guard refused stands here with its issue. */
  readonly responses: readonly ObservedResponse[]
  /** Of the first address where TLS stood. */
  readonly withoutServerName?: ObservedDefaultHost
  /** Of the first address where no handshake of TLS 1.2 or later succeeded but one of 1.0 or 1.1 did (RFC 8996). */
  readonly oldTls?: ObservedOldTls
  /**
   * The same request under another User-Agent, to the first address that answered: without the field where the
   * answer was good, as a browser where it was not.
   */
  readonly otherUserAgent?: ObservedResponse
  /** Where a policy is often put by mistake; looked at only when no address gave a good answer. */
  readonly wrongPlaces: readonly ObservedResponse[]
}

export interface PolicyObserveOptions {
  /** For everything together. Default 20000. */
  readonly totalTimeoutMs?: number
  /** Default true. */
  readonly tryWithoutServerName?: boolean
  /** Default true. */
  readonly tryOtherUserAgent?: boolean
  /** Default true. */
  readonly tryWrongPlaces?: boolean
  readonly signal?: AbortSignal
}
