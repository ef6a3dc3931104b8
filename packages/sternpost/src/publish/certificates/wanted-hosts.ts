import type { DomainName } from '@sternpost/protocol'
import type { Clock } from '../../base/index.ts'
import type { PublishStore } from '../domains/publish-store.ts'
import type { CertificateStore } from './certificate-store.ts'

export interface WantedHostsOptions {
  readonly publish: PublishStore
  readonly store: CertificateStore
  readonly clock: Clock
}

/** How often all domains are compared, whether anybody told of a change or not. */
const COMPARE_MS = 600_000
const PAGE = 1_000
/** How long a certificate is kept that has ended and is for no domain of ours. */
const KEEP_ENDED_MS = 30 * 86_400_000

/** The host that serves a domain's policy. Source: RFC 8461 §3.3. */
export function policyHostOf(domain: string): string {
  return `mta-sts.${domain}`
}

/** Keeps the hosts that certificates are ordered for the same as the domains that are published. */
export class WantedHosts {
  readonly #options: WantedHostsOptions
  readonly #changed = new Set<DomainName>()
  #compareAt = 0

  constructor(options: WantedHostsOptions) {
    this.#options = options
    options.publish.onChange(domain => {
      if (domain === undefined) this.compareSoon()
      else this.#changed.add(domain)
    })
  }

  /**
   * Takes over what changed.
   *
   * Errors: `NotDurableError`, `CertificateFault`; the next time begins anew.
   */
  async takeOver(): Promise<void> {
    const now = this.#options.clock.now()
    // A clock set back must not stop this for as long.
    if (now >= this.#compareAt || this.#compareAt - now > COMPARE_MS) {
      this.#changed.clear()
      await this.#compareAll()
      this.#compareAt = now + COMPARE_MS
      return
    }
    for (const domain of [...this.#changed]) {
      await this.#compareOne(domain)
      this.#changed.delete(domain)
    }
  }

  /** Has all domains compared the next time. */
  compareSoon(): void {
    this.#compareAt = 0
  }

  async #compareOne(domain: DomainName): Promise<void> {
    const { publish, store } = this.#options
    const isWanted = (await publish.get(domain)) !== undefined
    await this.#change(isWanted ? [policyHostOf(domain)] : [], isWanted ? [] : [policyHostOf(domain)], store)
  }

  async #compareAll(): Promise<void> {
    const { store, clock } = this.#options
    let after = ''
    for (;;) {
      const page = await store.publishedDomains(after, PAGE)
      const last = page.length < PAGE ? undefined : page.at(-1)
      // Hosts are in the order of their domains, as all begin alike.
      const until = last === undefined ? undefined : policyHostOf(last)
      const known = new Set(await store.hosts(after === '' ? '' : policyHostOf(after), until))
      const wanted = new Set(page.map(policyHostOf))
      const added = [...wanted].filter(host => !known.has(host))
      const removed = [...known].filter(host => !wanted.has(host))
      await this.#change(added, removed, store)
      if (last === undefined) break
      after = last
    }
    await store.prune(clock.now() - KEEP_ENDED_MS)
  }

  async #change(added: readonly string[], removed: readonly string[], store: CertificateStore) {
    const nextTryAt = this.#options.clock.now()
    await store.changeHosts(
      added.map(host => ({ host, nextTryAt })),
      removed,
    )
  }
}
