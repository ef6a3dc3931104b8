import type { IncomingDocument, UnpackLimits } from './document.ts'
import { type ReadReport, readReports } from './ingest-read.ts'
import { unpackDocument } from './unpack/index.ts'
import type { IntakeVerdict } from './verdict.ts'

/** What a document holds, before anybody judges who sent it. */
export type ReadDocument =
  | {
      readonly kind: 'read'
      readonly isMail: boolean
      readonly reports: readonly ReadReport[]
      /** Parts that are none, or too broken to be read, with why. */
      readonly refused: readonly IntakeVerdict[]
    }
  | { readonly kind: 'no-report'; readonly reason: string }
  | { readonly kind: 'reject'; readonly code: string; readonly reason: string }

/** Takes a document apart and reads every report in it; needs neither network nor database. */
export async function readDocument(document: IncomingDocument, limits: UnpackLimits): Promise<ReadDocument> {
  const unpacked = await unpackDocument(document, limits)
  if (unpacked.kind !== 'reports') return unpacked
  const { read, refused } = readReports(unpacked.reports)
  const broken = (unpacked.refused ?? []).map(
    ({ path, code, reason }): IntakeVerdict => ({
      verdict: 'reject',
      code,
      reason: `${path}: ${reason}`,
      reports: [],
    }),
  )
  return { kind: 'read', isMail: unpacked.isMail, reports: read, refused: [...broken, ...refused] }
}
