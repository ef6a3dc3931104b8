import { decisionRules, resultTypes } from '@sternpost/protocol'
import * as z from 'zod'
import { deliveries, type SenderOutcome, senderProfileNames } from '../simulate/index.ts'
import { count, list, text } from './limits.ts'

const outcome = {
  delivery: z.enum(deliveries),
  reason: text(),
  resultType: z.exactOptional(z.enum(resultTypes)),
}

/** What one sender would experience. */
export const outcomeSchema = z.object({
  sender: z.enum(senderProfileNames),
  delivery: z.enum(deliveries),
  reason: text(),
  decision: z.object({
    action: z.enum([
      'require-dane',
      'prefer-dane',
      'no-promise',
      'defer',
      'require-mta-sts',
      'require-level',
    ]),
    rule: z.enum(decisionRules),
    reason: text(),
  }),
  hosts: list(
    z.object({
      ...outcome,
      mxHost: text(),
      preference: count(),
      addresses: list(z.object({ ...outcome, address: text() })),
    }),
  ),
}) satisfies z.ZodType<SenderOutcome>
