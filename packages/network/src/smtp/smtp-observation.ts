import type { ObservedChain } from '../certificate/presented-certificate.ts'
import type { NetworkIssueCode } from '../issues.ts'

export const tlsVersions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const
export type TlsVersion = (typeof tlsVersions)[number]

/** The steps of a session, in their order. */
export const smtpSteps = [
  'address',
  'connect',
  'greeting',
  'ehlo',
  'starttls',
  'handshake',
  'ehlo-tls',
  'mail',
  'rcpt',
  'rset',
] as const
export type SmtpStep = (typeof smtpSteps)[number]

/**
 * One reply of a host.
 *
 * Shape: `lines` without code and line end, foreign text unescaped, each at most 500 characters and at most 100 of
 * them; bytes that are no UTF-8 as U+FFFD.
 */
export interface SmtpReply {
  readonly code: number
  /** As in `4.7.1` (RFC 3463); absent where the first line has none. */
  readonly enhancedCode?: string
  readonly lines: readonly string[]
  /** From the command, or for a greeting from the connection, to the reply's last byte. */
  readonly afterMs: number
}

/** Why a session ended before its time. The code is a row of `networkIssues`. */
export interface SmtpFault {
  readonly step: SmtpStep
  readonly code: NetworkIssueCode
  /** For people: what was seen and needed, with the clause. Foreign text in it is quoted. */
  readonly message: string
  /** The first bytes of what was no usable reply, at most 500, foreign text unescaped. */
  readonly seen?: string
  /** The system's name of a failed connection, e.g. `ECONNREFUSED`; `ENETUNREACH` speaks of our own network. */
  readonly systemError?: string
}

/** A handshake that ended well, whatever the certificate. */
export interface SmtpTlsObservation {
  readonly version: TlsVersion
  /** The IANA name. */
  readonly cipher: string
  /** The group or the size of the ephemeral key; null where OpenSSL tells none (no forward secrecy in TLS 1.2). */
  readonly ephemeralKey: {
    readonly type: string
    readonly name: string | null
    readonly bits: number | null
  } | null
  readonly handshakeMs: number
  /** The name sent as SNI; null for none. */
  readonly serverName: string | null
  readonly chain: ObservedChain
}

/** A handshake of a connection of its own, made to see one thing. */
export type SmtpHandshakeTrial =
  | { readonly kind: 'done'; readonly tls: SmtpTlsObservation }
  /** The host had said yes to STARTTLS and then did not do the handshake. */
  | { readonly kind: 'refused'; readonly message: string }
  /** It did not come to a handshake: the connection or a step before failed, other than in the main session. */
  | { readonly kind: 'failed'; readonly fault: SmtpFault }
  | { readonly kind: 'not-tried'; readonly reason: NotTriedReason }

/**
 * Why a trial was left out: not asked for, no time left, the main session did not come to a handshake, or this
 * machine's OpenSSL cannot.
 */
export type NotTriedReason = 'not-wanted' | 'no-time' | 'no-starttls' | 'not-testable'

/** Whether a TLS version was proved by a handshake. */
export type TlsVersionTrial =
  | { readonly kind: 'offered'; readonly cipher: string }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'failed'; readonly fault: SmtpFault }
  | { readonly kind: 'not-tried'; readonly reason: NotTriedReason }

/**
 * What became of a command sent in clear in one packet with STARTTLS.
 *
 * - `discarded`: as RFC 3207 §4.2 wants it.
 * - `answered`: it was answered after the handshake; what an attacker puts there passes for the client's.
 * - `refused`: the host ended the session or refused STARTTLS, as it may.
 */
export type InjectionTrial =
  | { readonly kind: 'discarded' }
  | { readonly kind: 'answered'; readonly reply: SmtpReply }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'failed'; readonly fault: SmtpFault }
  | { readonly kind: 'not-tried'; readonly reason: NotTriedReason }

/** How a recipient was taken; no message was sent. */
export interface RecipientTrial {
  readonly recipient: string
  /** Whether the question was asked over TLS. */
  readonly overTls: boolean
  readonly mail?: SmtpReply
  readonly rcpt?: SmtpReply
  /** `temporary` is a 4xx, as greylisting says; `unknown` where no reply came. */
  readonly verdict: 'accepted' | 'temporary' | 'refused' | 'unknown'
}

/**
 * What was seen of one MX host at one address.
 *
 * Shape: plain JSON data, safe to keep and to assess later. The main session stands at the top level and goes as
 * far as the host lets it: what is absent was not reached, and `fault` says why. `trials` are further connections.
 * Units: times of day in milliseconds since 1970, durations in milliseconds.
 */
export interface SmtpObservation {
  readonly mxHost: string
  readonly address: string
  readonly port: number
  /** The name we gave in EHLO. */
  readonly heloName: string
  readonly startedAt: number
  /** All connections together. */
  readonly durationMs: number
  readonly connectMs?: number
  readonly greeting?: SmtpReply
  readonly ehlo?: SmtpReply
  /** The lines of the EHLO reply after the first, as the host wrote them. */
  readonly capabilities?: readonly string[]
  /** Absent where EHLO was not answered. */
  readonly startTlsOffered?: boolean
  readonly startTls?: SmtpReply
  /** Bytes that came in clear behind the reply to STARTTLS and were thrown away (RFC 3207 §4.2). */
  readonly surplusBytes?: number
  readonly tls?: SmtpTlsObservation
  readonly ehloAfterTls?: SmtpReply
  readonly capabilitiesAfterTls?: readonly string[]
  readonly fault?: SmtpFault
  readonly trials: {
    readonly withoutServerName: SmtpHandshakeTrial
    readonly otherServerName: SmtpHandshakeTrial
    readonly tlsVersions: { readonly [V in TlsVersion]: TlsVersionTrial }
    readonly injection: InjectionTrial
    /**
     * The trials, but for the recipient, were made a moment before, when the same address was seen under this name;
     * absent where they were made now.
     */
    readonly seenFor?: { readonly mxHost: string; readonly at: number }
    readonly recipient?: RecipientTrial
  }
  /** Connections made to this address for this observation. */
  readonly connections: number
}
