import type { Decision, ResultType } from '@sternpost/protocol'

/** The named senders that are simulated. */
export const senderProfileNames = ['opportunistic', 'mta-sts-only', 'dane-first', 'both'] as const
export type SenderProfileName = (typeof senderProfileNames)[number]

/**
 * What becomes of a message.
 *
 * - `delivered-verified`: over TLS, to a host that proved to be the right one.
 * - `delivered-unprotected`: in clear text, or over TLS to a host that could be anybody.
 * - `deferred`: it waits in the queue and comes back when the sender gives up.
 * - `refused`: it comes back at once: the domain takes no mail or does not exist.
 * - `unknown`: it could not be measured from here.
 */
export const deliveries = [
  'delivered-verified',
  'delivered-unprotected',
  'deferred',
  'refused',
  'unknown',
] as const
export type Delivery = (typeof deliveries)[number]

/** What one sender would experience with a domain. */
export interface SenderOutcome {
  readonly sender: SenderProfileName
  /** What a message meets in the end, the hosts tried in order of preference. */
  readonly delivery: Delivery
  /** Why, in one sentence. */
  readonly reason: string
  /** What the sender demands of every host. */
  readonly decision: Pick<Decision, 'action' | 'rule' | 'reason'>
  /** In order of preference. */
  readonly hosts: readonly HostOutcome[]
}

export interface HostOutcome {
  readonly mxHost: string
  readonly preference: number
  /** The best any of its addresses gives, as a sender tries them all. */
  readonly delivery: Delivery
  readonly reason: string
  /** What a TLS report would call the failure. */
  readonly resultType?: ResultType
  readonly addresses: readonly AddressOutcome[]
}

export interface AddressOutcome {
  readonly address: string
  readonly delivery: Delivery
  readonly reason: string
  readonly resultType?: ResultType
}
