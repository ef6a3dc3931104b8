import type { Lab, LabDomainSpec } from '@sternpost/lab'

/** What must become of a message. */
export type ExpectedDelivery =
  /** Over TLS to a host that proved to be the right one, by DANE or by MTA-STS. */
  | 'delivered verified'
  /** Taken by a host; nobody may rely on its having been encrypted. */
  | 'delivered without promise'
  /** Nothing was sent; Postfix keeps it. */
  | 'deferred'
  /** The domain takes no mail at all. */
  | 'bounced'

/** One row of the table: a domain, how it is set up, and what must become of mail to it. */
export interface Destination {
  readonly title: string
  /** A name below `secure.test`, `insecure.test`, `bogus.test` or `lame.test`, which gives its DNSSEC status. */
  readonly domain: string
  /** Undefined for a domain that is not in DNS. */
  readonly spec?: LabDomainSpec
  /** What the spec cannot say: records of its own kind. */
  readonly arrange?: (lab: Lab) => void
  /** The domain as the sender of the mail writes it, where that is not `domain`. */
  readonly writtenAs?: string
  /** Routed here by `transport_maps`, e.g. `[relay.secure.test]`. */
  readonly nextHop?: string
  readonly expect: ExpectedDelivery
  /** What Postfix must log as the reason. */
  readonly reason?: RegExp
  /** The one host that must take it. */
  readonly relay?: string
  /** Where Postfix 3.7 must do something else: it compares certificates, not MX host names, with patterns. */
  readonly postfix37?: { readonly expect: ExpectedDelivery; readonly reason?: RegExp }
}

/** A zone that cannot be resolved, made for one destination. */
export interface BrokenZone {
  readonly origin: string
  readonly security: 'bogus' | 'lame'
}
