import type { Finding, FindingSubject } from '../finding.ts'

/** How two checks of one domain differ. */
export interface ResultComparison {
  readonly domain: string
  /** When each was made, in milliseconds since 1970. */
  readonly before: number
  readonly after: number
  /** Findings that are new, in the order of urgency. */
  readonly appeared: readonly Finding[]
  readonly gone: readonly Finding[]
  /** The same fault with another severity. */
  readonly changed: readonly { readonly before: Finding; readonly after: Finding }[]
  /** What is otherwise than before in the records, the policy, the MX hosts and the certificates. */
  readonly facts: readonly FactChange[]
}

export interface FactChange {
  readonly subject: FindingSubject
  /** What changed: `MX records`, `policy mode`, `certificate`. */
  readonly what: string
  /** Foreign text, unescaped; null where there was nothing. */
  readonly before: string | null
  readonly after: string | null
}
