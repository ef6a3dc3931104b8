import type { DmarcRecord } from '../dmarc/record.ts'

/** Why receivers show no indicator for a domain, as far as its DMARC records are the cause. */
export interface DmarcObstacle {
  readonly kind: 'no-record' | 'not-enforced' | 'subdomains-not-enforced' | 'partial' | 'testing'
  readonly at: 'author' | 'organizational'
  /** False where the BIMI draft does not forbid it, but some receivers do. */
  readonly certain: boolean
}

/**
 * Everything in the DMARC records of a domain that keeps BIMI from being shown.
 *
 * Shape: `organizational` is undefined where the author domain is its own organizational domain. An author
 * domain without a record is covered by that of its organizational domain.
 * Unclear: the draft is older than RFC 9989 and says nothing of `t=y`; what it leaves of quarantine is no
 * enforcement, what it leaves of reject may be.
 * Source: BIMI draft §8.1 (7) to (9), RFC 9989 §4.7.
 */
export function dmarcObstacles(
  author: DmarcRecord | undefined,
  organizational: DmarcRecord | undefined,
): DmarcObstacle[] {
  const found: DmarcObstacle[] = []
  if (author === undefined && organizational === undefined) {
    return [{ kind: 'no-record', at: 'author', certain: true }]
  }
  for (const [at, record] of [
    ['author', author],
    ['organizational', organizational],
  ] as const) {
    if (record === undefined) continue
    const { policy, subdomainPolicy, percent = 100, testing } = record
    if (policy === 'none') found.push({ kind: 'not-enforced', at, certain: true })
    if (subdomainPolicy === 'none') found.push({ kind: 'subdomains-not-enforced', at, certain: true })
    if (percent < 100 && policy !== 'none')
      found.push({ kind: 'partial', at, certain: policy === 'quarantine' })
    if (testing && policy !== 'none') found.push({ kind: 'testing', at, certain: policy === 'quarantine' })
  }
  return found
}
