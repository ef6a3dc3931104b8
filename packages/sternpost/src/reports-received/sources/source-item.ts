import type { IntakeIssueCode } from '../intake-issues.ts'

/** One thing met on the way through files and folders. */
export type SourceItem =
  | {
      readonly kind: 'document'
      /** For people: the path, with `#N` behind it for the N-th mail of an mbox file. */
      readonly name: string
      /** The last part of the path; undefined where it tells nothing, as for standard input. */
      readonly fileName: string | undefined
      readonly bytes: Buffer
      /** Files that are done when this is; with a fraction inside an mbox file. */
      readonly filesDone: number
    }
  /** Not looked into: a link back, a pipe, a device. */
  | { readonly kind: 'skipped'; readonly name: string; readonly reason: string; readonly filesDone: number }
  | {
      readonly kind: 'unreadable'
      readonly name: string
      readonly code: IntakeIssueCode
      readonly reason: string
      readonly filesDone: number
    }
