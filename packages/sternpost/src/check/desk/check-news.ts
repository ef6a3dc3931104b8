import type { DomainName } from '@sternpost/protocol'
import type { CheckProgress } from '../check-domain.ts'
import type { KeptCheck } from './check-archive.ts'

/** A check that somebody asks for. */
export interface CheckWish {
  readonly domain: DomainName
  readonly input: string
  readonly timeoutMs: number
  readonly rcpt: boolean
  readonly requestedBy: string
  /** Whose share of checks it takes: a person and all their programs have one. */
  readonly countedFor: string
}

/** What watchers of a check are told. */
export type CheckNews =
  | { readonly kind: 'state'; readonly check: KeptCheck; readonly eventNumber: number }
  | (CheckProgress & { readonly eventNumber: number })
