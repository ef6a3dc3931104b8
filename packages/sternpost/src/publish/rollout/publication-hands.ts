import type { PolicyFetchResult } from '@sternpost/network'
import type { DomainName } from '@sternpost/protocol'
import type { Publication } from './publication.ts'

/** What became of an attempt to change records. */
export type RecordOutcome =
  | { readonly kind: 'written'; readonly note: string }
  /** Nobody but a person changes them; `note` says which record shall be what. */
  | { readonly kind: 'by-hand'; readonly note: string }
  | { readonly kind: 'failed'; readonly note: string }

/** What the authoritative servers say of the record. */
export interface RecordSeen {
  /** Whether every server, and at least one, says what is wanted. */
  readonly isEverywhere: boolean
  /** For people, a sentence: which server says what. */
  readonly note: string
}

/** Whether a policy may be served now; where it may not, whether waiting can help. */
export type ServeVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly temporary: boolean; readonly because: string }

/**
 * What a publication does in the world: the parts of other rooms, joined from outside.
 *
 * Every one of them may be called again after it was done: a step may be killed before its journal knows.
 */
export interface PublicationHands {
  /** A last look before a policy is served, as time may have passed since it was ordered. */
  mayServe(publication: Publication): Promise<ServeVerdict>
  /** Has the policy host answer with a version, and writes the records that lead there. Errors: those of the store. */
  serve(domain: DomainName, policyId: string): Promise<RecordOutcome>
  /** Fetches the policy as a sender would, from outside the process. */
  fetchPolicy(domain: DomainName): Promise<PolicyFetchResult>
  /** Writes the record with an id, or takes it away for null. */
  writeRecord(domain: DomainName, policyId: string | null): Promise<RecordOutcome>
  /** Asks every authoritative server for the record with an id, or for its absence. */
  seeRecord(domain: DomainName, policyId: string | null): Promise<RecordSeen>
  /** Until when some sender may hold a policy older than this one; undefined where none may. */
  olderForgottenAt(publication: Publication): Promise<number | undefined>
  /** How long a resolver may keep the record. */
  readonly recordTtlSeconds: number
  /** Takes policy host and domain away, last of all. */
  retire(domain: DomainName): Promise<RecordOutcome>
  /** Notes that the id is at every authoritative server, and in which mode the domain is from here on. */
  announced(publication: Publication): Promise<void>
}
