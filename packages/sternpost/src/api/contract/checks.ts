import * as z from 'zod'
import {
  type CheckResult,
  checkParts,
  checkResultSchema,
  findingSchema,
  findingSubjectSchema,
  severities,
} from '../../check/index.ts'
import { defineContract } from '../endpoint.ts'
import { pageOf, pageQuery } from '../page.ts'

const id = z.string().regex(/^[\w-]{16}$/)
const severity = z.enum(severities)
const findings = z.array(findingSchema).readonly()
/** Its own type, as the rest of the program has it. */
const result = checkResultSchema.meta({ id: 'CheckResult' }) as unknown as z.ZodType<CheckResult, CheckResult>

const keptCheck = z.object({
  id,
  domain: z.string(),
  input: z.string().describe('What was typed: another spelling, a mail address, a URL.'),
  state: z
    .enum(['waiting', 'running', 'finished', 'interrupted'])
    .describe('`interrupted`: the daemon ended, or could not keep the result.'),
  requestedAt: z.iso.datetime(),
  requestedBy: z.string().nullable().describe('Told only to those who see all domains.'),
  finishedAt: z.iso.datetime().nullable(),
  worst: severity.nullable().describe('The worst severity among the findings.'),
  summary: checkResultSchema.shape.summary
    .nullable()
    .describe('How many findings there are of each severity.'),
})

const findingPage = z.object({
  code: z.string(),
  title: z.string(),
  severity,
  severityNote: z.string().optional().describe('When it is another severity.'),
  meaning: z.string(),
  remedy: z.string(),
  example: z.string().optional(),
})

/** Checks of domains, with findings as they come in and results that stay. */
export const checksContract = defineContract({
  'POST /checks': {
    summary: 'Check a domain',
    description:
      'Looks at the domain from here: DNS, policy host, every MX host. Some checks run at one time, others wait; everybody has 60 an hour. A check of the same domain that is under way is answered with. Those who see some domains only may check these.',
    access: { role: 'viewer', domains: 'filtered', scope: 'checks:write' },
    body: z.strictObject({
      domain: z.string().min(1).max(1_000).describe('A domain, or a mail address or URL for its domain.'),
      timeoutSeconds: z.int().min(5).max(120).default(30),
      rcpt: z
        .boolean()
        .default(false)
        .describe('Whether the mailboxes for TLS reports are asked for by RCPT TO; nothing is sent.'),
    }),
    response: keptCheck,
    status: 202,
    issues: ['api/unprocessable', 'api/too-many-requests', 'api/unavailable'],
  },
  'GET /checks': {
    summary: 'Checks that were asked for, the newest first',
    access: { role: 'viewer', domains: 'filtered', scope: 'checks:read' },
    query: z.object({ domain: z.string().max(253).toLowerCase().optional(), ...pageQuery }),
    response: pageOf(keptCheck),
  },
  'GET /checks/:id': {
    summary: 'A check with everything that was found',
    access: { role: 'viewer', domains: 'filtered', scope: 'checks:read' },
    params: z.object({ id }),
    response: keptCheck.extend({
      result: result
        .nullable()
        .describe(
          'As `sternpost check --json` gives it, see docs/reference/check-json.md; null without one.',
        ),
    }),
    issues: ['api/not-found'],
  },
  'GET /checks/:id/events': {
    summary: 'What a check looks at and finds, as it comes',
    description:
      'Begins with everything that was told so far, or after the event of the header Last-Event-ID; ends with the check. A finding that was told stands; the result has more, in the order of urgency.',
    access: { role: 'viewer', domains: 'filtered', scope: 'checks:read' },
    params: z.object({ id }),
    response: {
      kind: 'events',
      events: {
        state: keptCheck,
        part: z.object({
          part: z.enum(checkParts),
          what: z.string().describe('A name or a host.'),
          state: z.enum(['begun', 'done']),
        }),
        finding: findingSchema,
      },
    },
    issues: ['api/not-found'],
  },
  'GET /checks/compare': {
    summary: 'What is otherwise in one check of a domain than in another',
    access: { role: 'viewer', domains: 'filtered', scope: 'checks:read' },
    query: z.object({ a: id.describe('The earlier.'), b: id.describe('The later.') }),
    response: z.object({
      domain: z.string(),
      before: z.number().describe('Milliseconds since 1970.'),
      after: z.number().describe('Milliseconds since 1970.'),
      appeared: findings,
      gone: findings,
      changed: z
        .array(z.object({ before: findingSchema, after: findingSchema }))
        .readonly()
        .describe('The same fault with another severity.'),
      facts: z
        .array(
          z.object({
            subject: findingSubjectSchema,
            what: z.string(),
            before: z.string().nullable(),
            after: z.string().nullable(),
          }),
        )
        .readonly(),
    }),
    issues: ['api/not-found', 'api/unprocessable'],
  },
  'GET /findings': {
    summary: 'What the codes of findings mean and how each is mended',
    access: { role: 'viewer', domains: 'none', scope: 'checks:read' },
    query: z.object({
      code: z
        .union([z.string().max(100), z.array(z.string().max(100)).max(100)])
        .optional()
        .describe('Only these; without, all.'),
    }),
    response: z.object({ items: z.array(findingPage) }),
  },
})
