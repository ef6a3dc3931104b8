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
  'GET /configuration': {
    summary: 'The settings in force, and where each comes from',
    description:
      'A password in a URL is not shown; other secrets stand in files, of which the paths are told.',
    access: { role: 'admin', domains: 'all', scope: 'access:read' },
    response: z.object({
      source: z.string().describe('The file, or words that stand for none.'),
      readAt: z.iso.datetime(),
      settings: z
        .array(
          z.object({
            path: z.string().describe('Such as `outbound.answerBudget`.'),
            value: z.unknown().describe('As it would be written; none where nobody set it.'),
            origin: z.string().describe('`line 7` of the file, `default`, `--data`.'),
            description: z.string(),
          }),
        )
        .readonly(),
    }),
  },
  'GET /openapi.json': {
    summary: 'This description, in OpenAPI 3.1',
    access: { role: 'viewer', domains: 'none', scope: 'status:read' },
    response: { kind: 'raw', contentType: 'application/json; charset=utf-8' },
  },
})
