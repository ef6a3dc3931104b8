/** What a domain of the benchmark has: an enforced MTA-STS policy, DANE, or nothing. */
export type DomainKind = 'sts' | 'dane' | 'none'

/** Domains by number, so that a hundred thousand take no room in a message between processes. */
export interface DomainRange {
  readonly kind: DomainKind
  readonly from: number
  readonly count: number
}

export const APEX = 'bench.test'

export function domainName(kind: DomainKind, index: number): string {
  return `${kind}${String(index).padStart(6, '0')}.${APEX}`
}

/** The parts of a name under a domain of the benchmark: `mx.sts000001.bench.test` is `mx` of `sts` 1. */
export function readDomainName(
  name: string,
): { readonly prefix: string; readonly kind: DomainKind; readonly index: number } | undefined {
  const match = /^(?:(.+)\.)?(sts|dane|none)([0-9]{6})\.bench\.test$/.exec(name)
  if (match === null) return undefined
  return { prefix: match[1] ?? '', kind: match[2] as DomainKind, index: Number(match[3]) }
}

/** All names of some ranges, one range after the other. */
export function namesOf(ranges: readonly DomainRange[]): string[] {
  return ranges.flatMap(({ kind, from, count }) =>
    Array.from({ length: count }, (_, offset) => domainName(kind, from + offset)),
  )
}

/** The policy file of every domain of kind `sts`. */
export function policyText(domain: string): string {
  return `version: STSv1\r\nmode: enforce\r\nmx: mx.${domain}\r\nmx: *.backup.${domain}\r\nmax_age: 604800\r\n`
}

export const POLICY_ID = '20260101T000000'
