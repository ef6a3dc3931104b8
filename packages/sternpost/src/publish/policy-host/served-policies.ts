import type { OutgoingHttpHeaders } from 'node:http'
import type { DomainName } from '@sternpost/protocol'
import { LRUCache } from 'lru-cache'
import type { PolicyVersion } from '../domains/policy-version.ts'

/** A policy ready to be sent. */
export interface ServedPolicy {
  readonly domain: DomainName
  readonly policyId: string
  readonly body: Buffer
  readonly headers: OutgoingHttpHeaders
}

export interface ServedPoliciesOptions {
  /** Where policies are read; rejects while the database does not answer. */
  readonly read: (domain: DomainName) => Promise<PolicyVersion | undefined>
  /** Default 32 MiB. */
  readonly maxBytes?: number
}

/** What an entry costs beside its text, and a domain that is not published costs in all. */
const ENTRY_BYTES = 512

interface Entry {
  readonly policy: ServedPolicy | undefined
  readonly generation: number
}

/**
 * The policies we give out, read when they are asked for and kept in a bounded cache.
 *
 * After a change all is read again before it is given out, as it is not known what changed; where the database does
 * not answer then, what was read last is still the policy in force.
 */
export class ServedPolicies {
  readonly #read: ServedPoliciesOptions['read']
  readonly #cache: LRUCache<string, Entry>
  readonly #reading = new Map<string, Promise<ServedPolicy | undefined>>()
  #generation = 0

  constructor({ read, maxBytes = 32 * 1024 * 1024 }: ServedPoliciesOptions) {
    this.#read = read
    this.#cache = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: entry => ENTRY_BYTES + (entry.policy?.body.length ?? 0),
    })
  }

  /** Nothing that is kept is believed any more. */
  forget(): void {
    this.#generation += 1
    // A read under way may have seen the state before the change.
    this.#reading.clear()
  }

  /**
   * The policy of a domain, at once where it is known; undefined where none is published.
   *
   * Errors: `NotDurableError` where it is not known and the database does not answer.
   */
  get(domain: DomainName): ServedPolicy | undefined | Promise<ServedPolicy | undefined> {
    const known = this.#cache.get(domain)
    if (known?.generation === this.#generation) return known.policy
    const reading = this.#reading.get(domain)
    if (reading !== undefined) return reading
    const started = this.#load(domain, known, this.#generation)
    this.#reading.set(domain, started)
    const done = () => {
      if (this.#reading.get(domain) === started) this.#reading.delete(domain)
    }
    started.then(done, done)
    return started
  }

  async #load(
    domain: DomainName,
    known: Entry | undefined,
    generation: number,
  ): Promise<ServedPolicy | undefined> {
    try {
      const version = await this.#read(domain)
      const policy = version === undefined ? undefined : toServed(version)
      this.#cache.set(domain, { policy, generation })
      return policy
    } catch (error) {
      if (known === undefined) throw error
      return known.policy
    }
  }
}

function toServed({ domain, policyId, text }: PolicyVersion): ServedPolicy {
  const body = Buffer.from(text, 'latin1')
  return {
    domain,
    policyId,
    body,
    headers: {
      'content-type': 'text/plain; charset=us-ascii',
      'content-length': body.length,
      // Senders must not use HTTP caching (RFC 8461 §3.3); nor shall a proxy in between keep an old policy.
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  }
}
