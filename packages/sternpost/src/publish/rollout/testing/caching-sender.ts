import { type DomainName, type MtaStsPolicy, matchMxHost, parseMtaStsPolicy } from '@sternpost/protocol'

interface Kept {
  readonly text: string
  readonly policy: MtaStsPolicy
  keptUntil: number
}

/** One look at the world, as a sender sees it. */
export interface SenderSight {
  readonly now: number
  /** What the policy host gives out; undefined for nothing. */
  readonly policyText: string | undefined
  readonly mx: readonly DomainName[] | undefined
  readonly mxTtlSeconds: number
}

/**
 * The most stubborn senders RFC 8461 allows, all at once.
 *
 * At each look some sender fetches the policy and keeps it to the last second of max_age without ever looking for a
 * newer one, and some other keeps the MX records to the last second of their TTL. A host that any of them would
 * not deliver to, though it works, is mail stopped by our mistake.
 */
export class CachingSender {
  readonly #policies = new Map<string, Kept>()
  readonly #mx = new Map<DomainName, number>()
  readonly stopped: string[] = []

  see({ now, policyText, mx, mxTtlSeconds }: SenderSight): void {
    const parsed = parseMtaStsPolicy(policyText ?? '')
    if (policyText !== undefined && parsed.ok) {
      const keptUntil = now + parsed.value.maxAgeSeconds * 1000
      this.#policies.set(policyText, { text: policyText, policy: parsed.value, keptUntil })
    }
    for (const host of mx ?? []) this.#mx.set(host, now + mxTtlSeconds * 1000)
    for (const { policy, keptUntil } of this.#policies.values()) {
      if (keptUntil < now || policy.mode !== 'enforce') continue
      for (const [host, knownUntil] of this.#mx) {
        if (knownUntil < now || matchMxHost(host, policy.mxHostPatterns)) continue
        const allowed = policy.mxHostPatterns.map(({ name }) => name).join(', ')
        this.stopped.push(
          `${new Date(now).toISOString()}: ${host} refused by a policy that allows ${allowed}`,
        )
      }
    }
  }
}
