import type { DnsAnswer } from '@sternpost/network'
import { selectMtaStsRecord } from '@sternpost/protocol'

/** What the last look at `_mta-sts.<policy domain>` showed. */
export type RecordFinding =
  | { readonly kind: 'id'; readonly policyId: string; readonly ttlSeconds: number }
  /** No usable record; `reason` tells whether none, several or a broken one. */
  | { readonly kind: 'none'; readonly reason: string; readonly ttlSeconds: number }
  | { readonly kind: 'failure'; readonly reason: string }

/** The name whose TXT record announces a policy (RFC 8461 §3.1). */
export function recordNameOf(policyDomain: string): string {
  return `_mta-sts.${policyDomain}`
}

/** Reads a TXT answer as RFC 8461 §3.1 says: anything but one valid record means that no policy is announced. */
export function findRecord(answer: DnsAnswer<'TXT'>): RecordFinding {
  if (answer.kind === 'failure') return { kind: 'failure', reason: answer.message }
  const { ttlSeconds } = answer
  if (answer.kind !== 'records') return { kind: 'none', reason: 'there is no _mta-sts record', ttlSeconds }
  const selection = selectMtaStsRecord(answer.records)
  switch (selection.kind) {
    case 'none':
      return { kind: 'none', reason: 'no TXT record at _mta-sts begins with v=STSv1', ttlSeconds }
    case 'multiple':
      return { kind: 'none', reason: 'there is more than one _mta-sts record (RFC 8461 §3.1)', ttlSeconds }
    case 'one':
      return selection.record.ok
        ? { kind: 'id', policyId: selection.record.value.policyId, ttlSeconds }
        : { kind: 'none', reason: selection.record.issues[0].message, ttlSeconds }
  }
}
