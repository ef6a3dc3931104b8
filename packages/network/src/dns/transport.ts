import type { EncodedQuery } from './message.ts'

/** What one attempt at one resolver brought. `reply` has passed `answersQuery`, nothing more. */
export type TransportResult =
  | { readonly kind: 'reply'; readonly bytes: Buffer }
  | { readonly kind: 'timeout' }
  /** Not sent or not answered, and waiting would not help: refused, unreachable, closed, certificate rejected. */
  | { readonly kind: 'error'; readonly reason: string }

/** A way to one resolver. */
export interface DnsTransport {
  /** Sends a query once and waits. Never rejects. */
  query(query: EncodedQuery, timeoutMs: number): Promise<TransportResult>
  /** Ends what is under way as `error` and lets go of the sockets. */
  close(): void
}

/** Counters of a client since it was made. */
export interface DnsClientStats {
  /** Answered from what was kept. */
  cacheHits: number
  cacheMisses: number
  /** Lookups that joined an equal one under way. */
  coalesced: number
  /** Messages sent to resolvers, of whatever transport. */
  queriesSent: number
  /** Attempts after the first of a question. */
  retries: number
  /** Retries that went to another resolver than the attempt before. */
  failovers: number
  timeouts: number
  /** Truncated answers asked for again by TCP. */
  truncated: number
  /** Messages that answer nothing that was asked: late, or forged. */
  unexpected: number
}

export function createStats(): DnsClientStats {
  return {
    cacheHits: 0,
    cacheMisses: 0,
    coalesced: 0,
    queriesSent: 0,
    retries: 0,
    failovers: 0,
    timeouts: 0,
    truncated: 0,
    unexpected: 0,
  }
}
