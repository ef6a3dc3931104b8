import type { SourceItem } from '../reports-received/index.ts'
import { type ExitCode, exitCode } from './exit-code.ts'
import type { ImportedDocument } from './report-import-line.ts'

export type SourceDocument = Extract<SourceItem, { kind: 'document' }>

/** Where the documents of an import go: the database of this machine, or a daemon elsewhere. */
export interface ImportDoor {
  /** Of one document; larger ones are not read. */
  readonly documentBytes: number
  /** Documents on their way at once. */
  readonly atOnce: number
  /** Errors: `NotTakenError` where nothing more can be handed over. */
  take(document: SourceDocument): Promise<ImportedDocument>
  close(): Promise<void>
}

/** Why an import goes no further; what was told of before is stored. */
export class NotTakenError extends Error {
  override readonly name = 'NotTakenError'
  readonly exitCode: ExitCode

  constructor(message: string, code: ExitCode = exitCode.temporary) {
    super(message)
    this.exitCode = code
  }
}
