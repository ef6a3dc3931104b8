import type { DnsAnswer, DnsLookup, DnsRecordType } from './answer.ts'

/** Whether names that nobody made have records too (RFC 4592). */
export interface WildcardProbe<T extends DnsRecordType = DnsRecordType> {
  readonly kind: 'none' | 'wildcard' | 'unknown'
  /** What was said of the made-up name. */
  readonly answer: DnsAnswer<T>
}

/**
 * Asks for a made-up name beside another one, to see whether a wildcard answers for all of them.
 *
 * Shape: `label` takes the place of the first label of `beside`; the caller makes it up, so that it is random where
 * it must be and known in tests.
 */
export async function probeWildcard<T extends DnsRecordType>(
  dns: DnsLookup,
  { beside, type, label }: { readonly beside: string; readonly type: T; readonly label: string },
): Promise<WildcardProbe<T>> {
  const answer = await dns.lookup(`${label}${beside.slice(beside.indexOf('.'))}`, type)
  if (answer.kind === 'failure') return { kind: 'unknown', answer }
  return { kind: answer.kind === 'records' ? 'wildcard' : 'none', answer }
}
