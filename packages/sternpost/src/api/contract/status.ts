import * as z from 'zod'
import { defineContract } from '../endpoint.ts'

const healthState = z.enum(['ok', 'degraded', 'down'])

/** How the daemon does. */
export const statusContract = defineContract({
  'GET /status': {
    summary: 'Version and health of the daemon',
    access: { role: 'viewer', domains: 'none', scope: 'status:read' },
    response: z.object({
      version: z.string(),
      now: z.iso.datetime().describe("The daemon's clock."),
      startedAt: z.iso.datetime(),
      state: healthState,
      parts: z.array(z.object({ name: z.string(), state: healthState, message: z.string() })),
    }),
  },
})
