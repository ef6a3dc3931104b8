import * as z from 'zod'
import { defineContract } from '../endpoint.ts'
import { pageOf, pageQuery } from '../page.ts'

/** Who changed what. */
export const auditContract = defineContract({
  'GET /audit': {
    summary: 'The log of changes and sign-ins, the newest first',
    access: { role: 'admin', domains: 'all', scope: 'access:read' },
    query: z.object({
      who: z.string().max(300).optional(),
      action: z.string().max(100).optional(),
      subject: z.string().max(300).optional(),
      ...pageQuery,
    }),
    response: pageOf(
      z.object({
        entryId: z.int(),
        at: z.iso.datetime(),
        who: z.string().describe('Empty for a stranger.'),
        ip: z.string(),
        action: z.string(),
        subject: z.string(),
        detail: z.record(z.string(), z.unknown()),
      }),
    ),
  },
})
