import type { SenderProfileName } from './sender-outcome.ts'

/** What a kind of sender looks at before it delivers. */
export interface SenderProfile {
  readonly name: SenderProfileName
  readonly dane: boolean
  readonly mtaSts: boolean
  /**
   * `first`: DANE, and MTA-STS only where DANE does not cover the domain, as Sternpost's own outbound mail.
   * `both`: what both demand must hold (RFC 8461 §2).
   */
  readonly together: 'first' | 'both'
}

/** From the most careless to the strictest. */
export const senderProfiles: readonly SenderProfile[] = [
  { name: 'opportunistic', dane: false, mtaSts: false, together: 'first' },
  { name: 'mta-sts-only', dane: false, mtaSts: true, together: 'first' },
  { name: 'dane-first', dane: true, mtaSts: true, together: 'first' },
  { name: 'both', dane: true, mtaSts: true, together: 'both' },
]
