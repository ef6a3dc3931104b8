import * as z from 'zod'
import type { TokenScope } from '../../access/index.ts'
import { severities } from '../../check/index.ts'
import { outboundEventKinds } from '../../outbound/index.ts'
import { defineContract } from '../endpoint.ts'
import { reportReceivedEvent } from './report-schemas.ts'

/** What happens while somebody watches; each tells what to ask for anew, not all that there is to know. */
export const liveEvents = {
  check: z
    .object({
      id: z.string(),
      domain: z.string(),
      state: z.enum(['waiting', 'running', 'finished', 'interrupted']),
      worst: z.enum(severities).nullable(),
    })
    .describe('A check that somebody asked for.'),
  'report-received': reportReceivedEvent.describe('Reports about a domain that came in.'),
  certificate: z
    .object({
      domain: z.string(),
      result: z.string().describe('`issued`, or the code of what went wrong.'),
    })
    .describe('An order of a certificate that ended.'),
  domains: z.object({}).describe('Something that is published changed.'),
  'outbound-event': z
    .object({
      at: z.iso.datetime(),
      domain: z.string(),
      kind: z.enum(outboundEventKinds),
      isSignal: z.boolean(),
    })
    .describe('A change of a cached policy, or a downgrade signal.'),
}

export type LiveEventName = keyof typeof liveEvents

/** What of a token is needed for each event. */
export const liveEventScopes = {
  check: 'checks:read',
  'report-received': 'reports:read',
  certificate: 'domains:read',
  domains: 'domains:read',
  'outbound-event': 'outbound:read',
} as const satisfies Record<LiveEventName, TokenScope>

/** News as it happens. */
export const liveEventsContract = defineContract({
  'GET /events': {
    summary: 'What happens from now on',
    description:
      'Events of your domains, and those that your token has the scope for. Nothing is sent again after a connection was lost: ask for what you show.',
    access: { role: 'viewer', domains: 'filtered', scope: 'status:read' },
    response: { kind: 'events', events: liveEvents },
  },
})
