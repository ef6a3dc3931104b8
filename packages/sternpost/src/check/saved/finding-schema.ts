import * as z from 'zod'
import { type Finding, severities } from '../finding.ts'
import { count, list, text, time } from './limits.ts'

const line = z.exactOptional(count())
const column = z.exactOptional(count())

/** What a finding is about. */
export const findingSubjectSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('domain'), domain: text() }),
    z.object({ kind: z.literal('record'), name: text(), type: text(), column }),
    z.object({ kind: z.literal('policy'), domain: text(), line, column }),
    z.object({ kind: z.literal('policy-host'), host: text(), address: z.exactOptional(text()) }),
    z.object({ kind: z.literal('mx-host'), host: text(), address: z.exactOptional(text()) }),
    z.object({ kind: z.literal('uri'), uri: text() }),
    z.object({ kind: z.literal('file'), file: text(), line, column }),
  ])
  .meta({ id: 'FindingSubject' })

const replacement = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('dns-record'), name: text(), type: text(), text: text() }),
  z.object({ kind: z.literal('file'), name: text(), text: text() }),
  z.object({ kind: z.literal('command'), text: text() }),
])

/** A finding. Any code will do: it may be of another version of the program. */
export const findingSchema = z
  .object({
    code: text().describe('see docs/findings'),
    severity: z.enum(severities),
    subject: findingSubjectSchema,
    message: text(),
    clause: text(),
    evidence: list(z.object({ seen: text(), source: z.exactOptional(text()), at: z.exactOptional(time()) })),
    remedy: z.exactOptional(z.object({ text: text(), replacements: list(replacement) })),
  })
  .meta({ id: 'Finding' }) satisfies z.ZodType<Finding>
