import type { SmtpObservation } from './smtp-observation.ts'

export interface SmtpProberOptions {
  /** What we call ourselves in EHLO: a name of this machine that resolves, as it is a guest's way to identify itself. */
  readonly heloName: string
  /** Default 25; any other is for laboratories. */
  readonly port?: number
  /** Trusted roots in PEM; without it those of Node (and of NODE_EXTRA_CA_CERTS). */
  readonly ca?: readonly string[]
  /** Networks to which MX hosts may belong although they are not public. Default none. */
  readonly allowAddresses?: readonly string[]
  /** Default 5000. */
  readonly connectTimeoutMs?: number
  /** Limit for each reply and handshake, bytes trickling in included. Default 10000. */
  readonly stepTimeoutMs?: number
  /** Limit for a whole probe, turns waited for not counted. Default 30000. */
  readonly totalTimeoutMs?: number
  /** Sessions open at one time over all hosts. Default 64. */
  readonly maxSessions?: number
  /** Pause between two connections to one address. Default 100. */
  readonly pauseMs?: number
  /** How long an observation is given out again to whoever asks for the same. Default 60; 0 for never. */
  readonly reuseSeconds?: number
  /** The clock, in milliseconds since 1970. Certificates are judged by the system's clock all the same. */
  readonly now?: () => number
}

export interface SmtpProbeRequest {
  /** Lower case, no trailing dot: the name for SNI and the certificate. */
  readonly mxHost: string
  readonly address: string
  /** Further connections to see what happens without SNI and with a strange name. Default true. */
  readonly tryServerNames?: boolean
  /** Handshakes for every TLS version that the main session did not prove. Default true. */
  readonly tryTlsVersions?: boolean
  /** Sends a harmless command in one packet with STARTTLS. Default true. */
  readonly tryInjection?: boolean
  /** An address for RCPT TO, followed by RSET; no message is ever sent. Default none. */
  readonly recipient?: string
  readonly signal?: AbortSignal
}

export interface SmtpProber {
  /**
   * Looks at one MX host at one address.
   *
   * Shape: whatever the host does is data. Requests for one address wait for one another, so that a host never sees
   * two of our connections at a time.
   * Errors: rejects with RangeError for a `recipient` that could not stand in RCPT TO, and for nothing else.
   */
  probe(request: SmtpProbeRequest): Promise<SmtpObservation>
}
