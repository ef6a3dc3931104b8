import * as z from 'zod'
import { defineContract } from '../endpoint.ts'
import { count, day, leftOut, listOf, sessionCounts } from './report-schemas.ts'

const reading = { role: 'viewer', domains: 'filtered', scope: 'reports:read' } as const
const mode = z.enum(['none', 'testing', 'enforce'])

export const domainProblem = z.object({
  kind: z.enum(['rollout', 'certificate', 'failures', 'reporter-silent']),
  severity: z.enum(['error', 'warning']),
  domain: z.string().optional().describe('None where it is about several.'),
  message: z.string(),
  since: z.iso.datetime().optional(),
})

export const overviewRow = z.object({
  domain: z.string(),
  isPublished: z
    .boolean()
    .describe('Its policy is published here; otherwise it is known from reports alone.'),
  mode: mode.optional().describe('Of the policy that is served; none where none is.'),
  modeSince: z.iso.datetime().optional(),
  daysInMode: z.int().optional(),
  stage: z.string().optional().describe('Where its roll-out stands.'),
  days: listOf(z.object({ day, ...sessionCounts })).describe(
    'The last 14 days, also those without a report.',
  ),
  ...sessionCounts,
  failedShare: z.number().min(0).max(1).optional().describe('Of all sessions; none without sessions.'),
  lastReportDay: day.optional(),
  problems: listOf(domainProblem),
  nextStep: z.string().describe('What to do next, or that nothing is.'),
})

/** All domains at a glance. */
export const overviewContract = defineContract({
  'GET /overview': {
    summary: 'The sums over all domains: sessions, protected share, failures by cause, alerts',
    access: reading,
    response: z.object({
      builtAt: z.iso
        .datetime()
        .describe('The figures are of this moment; they are made anew when something changes.'),
      from: day,
      to: day,
      domainCount: count,
      publishedDomainCount: count,
      modes: z.object({ enforce: count, testing: count, none: count, unpublished: count }),
      ...sessionCounts,
      protectedSessionCount: count.describe('Sessions that went well under MTA-STS or DANE.'),
      protectedShare: z.number().min(0).max(1).optional().describe('Of all sessions; none without sessions.'),
      days: listOf(z.object({ day, reportCount: count, ...sessionCounts })),
      failuresByCause: listOf(
        z.object({
          cause: z.enum(['our-misconfiguration', 'sender-problem', 'possible-downgrade', 'undecided']),
          failedSessionCount: count,
          resultTypes: listOf(z.string()),
        }),
      ).describe('Of the largest kinds of failure; most failed sessions first.'),
      alertCount: count,
      alerts: listOf(domainProblem).describe('Errors first, at most 50.'),
      reportCount: count,
      lastReportDay: day.optional().describe('The last day a report that counts is about.'),
      leftOut,
    }),
    issues: ['api/unavailable'],
  },
  'GET /overview/domains': {
    summary: 'Every domain: those published and those known from reports',
    access: reading,
    query: z.object({
      sort: z
        .enum(['domain', 'mode', 'daysInMode', 'sessions', 'failedShare', 'problems'])
        .default('problems'),
      order: z.enum(['asc', 'desc']).default('desc'),
      text: z.string().max(253).optional().describe('Part of the name.'),
      mode: z.enum([...mode.options, 'unpublished']).optional(),
      hasProblems: z.enum(['true', 'false']).optional(),
      offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    response: z.object({
      builtAt: z.iso.datetime(),
      from: day,
      to: day,
      total: z.int().describe('Domains that fit.'),
      offset: z.int(),
      items: listOf(overviewRow),
    }),
    issues: ['api/unavailable'],
  },
})
