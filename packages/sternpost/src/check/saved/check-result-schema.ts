import * as z from 'zod'
import { escapeForLine } from '../../log/index.ts'
import type { CheckResult } from '../check-result.ts'
import { severities } from '../finding.ts'
import { findingSchema } from './finding-schema.ts'
import { count, list, milliseconds, text, time } from './limits.ts'
import { observationSchema } from './observation-schema.ts'
import { outcomeSchema } from './outcome-schema.ts'

/** The JSON of `sternpost check --json` and of a saved file. */
export const checkResultSchema = z.object({
  version: z.literal(1),
  domain: z.string().max(253),
  input: text(),
  startedAt: time(),
  durationMs: milliseconds(),
  findings: list(findingSchema),
  simulation: list(outcomeSchema),
  summary: z.object({ errors: count(), warnings: count(), unknown: count(), advice: count(), ok: count() }),
  worst: z.enum(severities),
  observation: observationSchema,
}) satisfies z.ZodType<CheckResult>

/** The JSON schema of a line of `--json`; with `--no-observation` a line has no `observation`. */
export function checkResultJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(checkResultSchema, { io: 'input', reused: 'ref' })
}

export type SavedResult =
  | { readonly ok: true; readonly result: CheckResult }
  | { readonly ok: false; readonly message: string }

/** Reads a saved result, which anybody may have written. Errors: a sentence with the place where it is none. */
export function parseSavedResult(json: string): SavedResult {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return { ok: false, message: 'it is no JSON' }
  }
  if (typeof value === 'object' && value !== null && 'findings' in value && !('observation' in value)) {
    return {
      ok: false,
      message: 'it is no saved result: it was written without what was seen (--no-observation)',
    }
  }
  const parsed = checkResultSchema.safeParse(value)
  if (parsed.success) return { ok: true, result: parsed.data }
  const [issue] = parsed.error.issues
  const path = escapeForLine((issue?.path ?? []).join('.')).slice(0, 200)
  return {
    ok: false,
    message: `it is no saved result: ${path === '' ? 'all of it' : path}: ${issue?.message ?? ''}`,
  }
}
