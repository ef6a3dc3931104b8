import type { DnsWriteError } from './issues.ts'
import type { RecordSet, RecordSetType } from './record-set.ts'

/**
 * One record set to be changed, with what it must be before.
 *
 * Shape: `before` and `after` are all values of the set, those of others included; empty for no such set.
 */
export interface DnsChange {
  readonly name: string
  readonly type: RecordSetType
  readonly before: readonly string[]
  readonly after: readonly string[]
  /** Of the set afterwards. */
  readonly ttlSeconds: number
}

export type DnsChangeOutcome =
  | { readonly change: DnsChange; readonly ok: true }
  | { readonly change: DnsChange; readonly ok: false; readonly error: DnsWriteError }

/** A way to write DNS records, as `publish.dns.writers` names it. */
export interface DnsWriter {
  /** As the configuration calls it. */
  readonly name: string
  readonly kind: 'rfc2136' | 'cloudflare' | 'route53' | 'hook'
  /** Zones it may write, lower case without a trailing dot; nothing outside is ever touched. */
  readonly zones: readonly string[]

  /**
   * Reads every record set of `recordSetTypes` at these names, from where it would write.
   *
   * Errors: DnsWriteError.
   */
  read(names: readonly string[], signal?: AbortSignal): Promise<readonly RecordSet[]>

  /**
   * Makes the changes and tells of each what became of it; all changes at one name happen together or not at all.
   *
   * Errors: none for what fails at the other side, which is an outcome. A set that is not as `before` says is left
   * alone: `dns-write/changed-meanwhile`.
   */
  apply(changes: readonly DnsChange[], signal?: AbortSignal): Promise<readonly DnsChangeOutcome[]>
}
