import { decisionRules, minimumLevels, mtaStsModes } from '@sternpost/protocol'
import * as z from 'zod'
import { outboundEventKinds, policyOrders } from '../../outbound/index.ts'
import { defineContract } from '../endpoint.ts'
import { pageOf, pageQuery } from '../page.ts'
import { lookUpSchema, replySchema } from './outbound-look-up.ts'

const access = { role: 'viewer', domains: 'all', scope: 'outbound:read' } as const

const text = z.string().max(253).optional().describe('A part of a domain name.')

const cachedPolicy = z.object({
  domain: z.string(),
  policyId: z.string(),
  mode: z.enum(mtaStsModes),
  mx: z.array(z.string()).describe('As the policy writes them, such as `*.example.net`.'),
  maxAgeSeconds: z.int(),
  sourceUrl: z.string(),
  fetchedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().describe('When max_age has passed and the policy no longer applies.'),
  isExpired: z.boolean(),
  lastUsedAt: z.iso.datetime().describe('When it last decided an answer, to the hour.'),
  nextCheckAt: z.iso.datetime().describe('When the record, and where due the policy, is looked at again.'),
})

const policySummary = z.object({
  policyId: z.string(),
  mode: z.string(),
  mx: z.array(z.string()),
  maxAgeSeconds: z.int(),
})

const outboundEvent = z.object({
  id: z.int(),
  at: z.iso.datetime(),
  domain: z.string(),
  kind: z.enum(outboundEventKinds),
  isSignal: z.boolean().describe('Whether a mistake at the other side, or an attack on it, looks like this.'),
  from: policySummary.optional().describe('What was in force before.'),
  to: policySummary.optional().describe('What is in force now.'),
  policyId: z.string().optional().describe('The policy in force that could not be found or refreshed.'),
  code: z.string().optional(),
  reason: z.string().optional(),
  failures: z.int().optional().describe('Attempts that failed one after the other.'),
})

const toldAnswer = z.object({
  nextHop: z.string(),
  rule: z.enum(decisionRules),
  action: z.enum(['require-dane', 'prefer-dane', 'no-promise', 'defer', 'require-mta-sts', 'require-level']),
  reason: z.string(),
  reply: replySchema,
  dryRun: z.boolean().describe('Whether Postfix was told "not found" in place of `reply`.'),
  decidedAt: z.iso.datetime(),
  lastAskedAt: z.iso.datetime(),
  count: z.int().describe('Answers given since `countedSince`.'),
  countedSince: z.iso.datetime(),
})

/** What the MTA is told about other domains. */
export const outboundContract = defineContract({
  'GET /outbound': {
    summary: 'What is served to Postfix, in numbers since the start of the daemon',
    access,
    response: z.object({
      startedAt: z.iso.datetime(),
      listening: z.array(z.string()).describe('Where Postfix can ask, as bound.'),
      connections: z.object({
        open: z.int(),
        refused: z.int().describe('Turned away because all places were busy.'),
        broken: z.int().describe('Closed because they did not speak socketmap.'),
      }),
      answers: z.object({
        total: z.int(),
        found: z.int(),
        notFound: z.int(),
        temporary: z.int().describe('Mail that waits.'),
        permanent: z.int(),
        ready: z.int().describe('Of these, given from memory without thinking.'),
      }),
      policies: z.object({
        count: z.int(),
        unsavedCount: z.int().describe('Policies that only memory has, as the database cannot be written.'),
      }),
      signalsLast7Days: z
        .array(z.object({ kind: z.enum(outboundEventKinds), count: z.int() }))
        .describe('Downgrade signals; kinds without any are left out.'),
      resolver: z.object({ state: z.enum(['ok', 'degraded', 'down']), message: z.string() }),
      daneOffBecause: z.string().nullable(),
      dryRun: z.boolean(),
      whileFetching: z.enum(['defer', 'deliver']),
      afterFailure: z.enum(['defer', 'deliver']),
      minimumLevel: z.enum(minimumLevels).nullable(),
    }),
  },
  'GET /outbound/policies': {
    summary: 'The MTA-STS policies kept of other domains',
    access,
    query: z.object({
      text,
      sort: z.enum(policyOrders).default('domain'),
      direction: z.enum(['asc', 'desc']).default('asc'),
      ...pageQuery,
    }),
    response: pageOf(cachedPolicy),
  },
  'GET /outbound/policies/:domain': {
    summary: 'One kept policy with its text and history',
    access,
    params: z.object({ domain: z.string().max(253).toLowerCase() }),
    response: z.object({
      policy: cachedPolicy.extend({ text: z.string().describe('As it was fetched.') }).nullable(),
      ids: z
        .array(
          z.object({
            policyId: z.string(),
            mode: z.string(),
            since: z.iso.datetime(),
            until: z.iso.datetime().nullable(),
          }),
        )
        .describe('The policies seen in the last year, the newest first.'),
      events: z.array(outboundEvent).describe('The newest first, at most 100.'),
      told: z.array(toldAnswer).describe('What Postfix was told about the domain itself.'),
    }),
    issues: ['api/not-found'],
  },
  'GET /outbound/events': {
    summary: 'Changes of policies and downgrade signals, the newest first',
    access,
    query: z.object({
      text,
      domain: z.string().max(253).toLowerCase().optional(),
      kind: z.enum(outboundEventKinds).optional(),
      only: z.enum(['signals', 'changes']).optional(),
      from: z.iso.datetime().optional(),
      to: z.iso.datetime().optional().describe('Not included.'),
      ...pageQuery,
    }),
    response: pageOf(outboundEvent),
  },
  'GET /outbound/answers': {
    summary: 'What Postfix was told, by next hop',
    description:
      'Of the 4096 next hops asked for most recently, from memory: it begins anew with each start of the daemon.',
    access,
    query: z.object({
      text,
      rule: z.enum(decisionRules).optional(),
      sort: z.enum(['recent', 'count', 'domain']).default('recent'),
      ...pageQuery,
    }),
    response: pageOf(toldAnswer),
  },
  'POST /outbound/lookup': {
    summary: 'Look a next hop up afresh and show every step to what Postfix is told',
    description:
      'Asks DNS and the policy host now, whatever is cached; nothing is stored. Only some lookups run at one time. The answer is that of `sternpost lookup --json`, see docs/reference/lookup-json.md, with `steps`.',
    access,
    body: z.strictObject({
      destination: z
        .string()
        .min(1)
        .max(300)
        .describe('As Postfix writes a next hop: `example.com`, `[host]:port`.'),
    }),
    response: lookUpSchema,
    issues: ['api/unprocessable', 'api/too-many-requests'],
  },
})
