import type { ReportContext } from '@sternpost/protocol'

/** The ways a report can come in. */
export const intakeChannels = ['https', 'smtp', 'imap', 'folder', 'import', 'upload'] as const
export type IntakeChannel = (typeof intakeChannels)[number]

/** Bytes as they came, before anybody looked into them. */
export interface IncomingDocument {
  readonly channel: IntakeChannel
  /** A mail, JSON, gzip, zip or mbox member; what it is shows in the bytes, not in its name. */
  readonly bytes: Uint8Array
  readonly fileName?: string
  /** `Content-Type` of an HTTPS POST. */
  readonly contentType?: string
  /** Envelope recipient of a mail. */
  readonly recipient?: string
  /** Address of whoever handed it over, where there is one. */
  readonly sourceAddress?: string
  /** Milliseconds since 1970. */
  readonly receivedAt: number
}

/** One JSON text found in a document, with what stood around it. */
export interface UnpackedReport {
  readonly json: Uint8Array
  readonly context: ReportContext
  /** Path inside the document, for messages: `report.zip > a.json.gz`. */
  readonly path: string
}

/** What a document holds once mail, archives and compression are taken off. */
export type Unpacked =
  | {
      readonly kind: 'reports'
      readonly reports: readonly UnpackedReport[]
      readonly isMail: boolean
      /** Broken parts beside the reports. */
      readonly refused?: readonly { readonly path: string; readonly code: string; readonly reason: string }[]
    }
  | { readonly kind: 'no-report'; readonly reason: string }
  /** A limit was hit or the packing is broken; `code` is one of `intakeIssues`. */
  | { readonly kind: 'reject'; readonly code: string; readonly reason: string }

/** Where unpacking stops (all sizes in bytes). */
export interface UnpackLimits {
  /** Of the document itself. Default 20 MiB. */
  readonly documentBytes: number
  /** Of all JSON texts of one document together. Default 32 MiB. */
  readonly unpackedBytes: number
  /** Unpacked to packed. Default 200. */
  readonly ratio: number
  /** Members of an archive or parts of a mail. Default 1000. */
  readonly members: number
  /** Archives in archives. Default 3. */
  readonly nesting: number
}
