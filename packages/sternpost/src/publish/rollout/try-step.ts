import { formatDate } from './cache-horizon.ts'
import type { Publication, PublicationStep } from './publication.ts'
import type { PublicationHands, RecordOutcome } from './publication-hands.ts'

/** What came of one attempt at one step. */
export type StepOutcome =
  | { readonly kind: 'done'; readonly note: string }
  /** Tried again later; `at` where it is known when that can help. */
  | { readonly kind: 'again'; readonly note: string; readonly at?: number }
  /** The publication must not go on at all. */
  | { readonly kind: 'refused'; readonly note: string }

/** What was fetched longer ago is fetched again before it is announced: a resumed publication trusts nothing old. */
const FRESH_MS = 60_000
/** The least that is waited for resolvers to forget a record that was taken away. */
const MIN_TTL_WAIT_SECONDS = 86_400

/**
 * Tries one step once; doing it twice does no more than doing it once.
 *
 * Errors: what the hands throw.
 * Source: RFC 8461 §8.1, §8.3.
 */
export async function tryStep(
  publication: Publication,
  step: PublicationStep,
  hands: PublicationHands,
  now: number,
): Promise<StepOutcome> {
  const { domain, policyId } = publication
  switch (step.kind) {
    case 'serve': {
      const verdict = await hands.mayServe(publication)
      if (!verdict.ok) return { kind: verdict.temporary ? 'again' : 'refused', note: verdict.because }
      const records = await hands.serve(domain, policyId)
      if (records.kind === 'failed') return { kind: 'again', note: records.note }
      // What a person has to set shows in the next step: nothing can be fetched before.
      const byHand = records.kind === 'by-hand' ? `; ${records.note}` : ''
      return { kind: 'done', note: `policy ${policyId} is the one to be served from now on${byHand}` }
    }
    case 'verify-served':
      return await verifyServed(publication, hands)
    case 'announce': {
      const verifiedAt = publication.steps.find(({ kind }) => kind === 'verify-served')?.doneAt ?? 0
      if (now - verifiedAt > FRESH_MS) {
        const served = await verifyServed(publication, hands)
        if (served.kind !== 'done') return served
      }
      const outcome = await hands.writeRecord(domain, policyId)
      if (outcome.kind !== 'by-hand') return fromRecord(outcome)
      // The person may have been faster than we.
      const seen = await hands.seeRecord(domain, policyId)
      return seen.isEverywhere ? { kind: 'done', note: seen.note } : { kind: 'again', note: outcome.note }
    }
    case 'verify-announced':
      return fromSeen(await hands.seeRecord(domain, policyId))
    case 'wait-horizon': {
      const until = await hands.olderForgottenAt(publication)
      if (until === undefined || until <= now)
        return { kind: 'done', note: 'no sender holds an older policy' }
      const note = `senders may hold an older policy until ${formatDate(until)}; the record stays until then`
      return { kind: 'again', note, at: until }
    }
    case 'remove-record': {
      const outcome = await hands.writeRecord(domain, null)
      if (outcome.kind !== 'by-hand') return fromRecord(outcome)
      const seen = await hands.seeRecord(domain, null)
      return seen.isEverywhere ? { kind: 'done', note: seen.note } : { kind: 'again', note: outcome.note }
    }
    case 'verify-removed':
      return fromSeen(await hands.seeRecord(domain, null))
    case 'wait-ttl': {
      const removedAt = publication.steps.find(({ kind }) => kind === 'verify-removed')?.doneAt ?? now
      const until = removedAt + Math.max(hands.recordTtlSeconds, MIN_TTL_WAIT_SECONDS) * 1000
      if (until <= now) return { kind: 'done', note: 'no resolver holds the record' }
      return { kind: 'again', note: `resolvers may hold the record until ${formatDate(until)}`, at: until }
    }
    case 'stop-serving':
      return fromRecord(await hands.retire(domain))
  }
}

async function verifyServed(
  { domain, policyId, policyText }: Publication,
  hands: PublicationHands,
): Promise<StepOutcome> {
  const fetched = await hands.fetchPolicy(domain)
  if (!fetched.ok) return { kind: 'again', note: fetched.issues[0].message }
  if (fetched.document.text === policyText)
    return { kind: 'done', note: `${fetched.evidence.url} gives policy ${policyId}, byte for byte` }
  const { mode } = fetched.document.value
  const note = `${fetched.evidence.url} gives another policy, in mode ${mode}; policy ${policyId} must be there first`
  return { kind: 'again', note }
}

function fromRecord(outcome: RecordOutcome): StepOutcome {
  const { note } = outcome
  return outcome.kind === 'written' ? { kind: 'done', note } : { kind: 'again', note }
}

function fromSeen({ isEverywhere, note }: { isEverywhere: boolean; note: string }): StepOutcome {
  return isEverywhere ? { kind: 'done', note } : { kind: 'again', note }
}
