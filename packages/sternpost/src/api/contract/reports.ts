import * as z from 'zod'
import { defineContract, rawBody } from '../endpoint.ts'
import { pageOf, pageQuery } from '../page.ts'
import {
  count,
  countedTrust,
  day,
  domainName,
  failureGroup,
  leftOut,
  listedReport,
  listOf,
  reportFilterQuery,
  sessionCounts,
  shownReport,
  toldReport,
  trustLevel,
} from './report-schemas.ts'

const reading = { role: 'viewer', domains: 'filtered', scope: 'reports:read' } as const
const reportParams = z.object({ id: z.coerce.number().int().positive() })
const counted = { ...reportFilterQuery, trust: countedTrust }
const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform(text => text === 'true')
const exportQuery = z.object({
  ...counted,
  kind: z.enum(['reports', 'policies', 'failures']).default('reports').describe('What a line is.'),
  quarantined: flag,
})
const range = { from: day.optional(), to: day.optional() }

/** TLS reports that others sent about our domains, and what they say. */
export const reportsContract = defineContract({
  'GET /reports': {
    summary: 'Reports, newest day first',
    access: reading,
    query: z.object({
      ...reportFilterQuery,
      trust: z.enum(['counted', 'any', ...trustLevel.options]).default('any'),
      hasFailures: flag.describe('Only reports with failed sessions.'),
      quarantined: flag.describe('Only those about domains that are not ours.'),
      ...pageQuery,
    }),
    response: pageOf(listedReport),
    issues: ['api/unavailable'],
  },
  'POST /reports': {
    summary: 'Take in one file of reports: JSON, gzip, zip or a mail',
    description:
      'The file goes the way of every report: unpacked within limits, read, stored once however often it comes. ' +
      'It is believed like an imported one, as a person hands it over.',
    access: { role: 'operator', domains: 'all', scope: 'reports:write' },
    query: z.object({ fileName: z.string().max(255).optional() }),
    body: rawBody(),
    maxBodyBytes: 33_554_432,
    response: z.object({
      verdict: z.enum(['report', 'duplicate', 'no-report', 'reject']),
      reason: z.string().optional(),
      code: z.string().optional(),
      reports: listOf(
        z.object({
          id: z.int(),
          domains: listOf(z.string()),
          isDuplicate: z.boolean(),
          isQuarantined: z.boolean(),
          ...toldReport,
        }),
      ),
    }),
    issues: ['api/unavailable', 'api/too-large'],
  },
  'GET /reports/summary': {
    summary: 'Sessions by day, reporter, policy type and result',
    access: reading,
    query: z.object(counted),
    response: z.object({
      ...range,
      reportCount: count.describe('For a scope of several domains a report about two of them counts twice.'),
      ...sessionCounts,
      days: listOf(z.object({ day, reportCount: count, ...sessionCounts })),
      organizations: listOf(z.object({ organization: z.string(), reportCount: count, ...sessionCounts })),
      policyTypes: listOf(z.object({ policyType: z.string(), ...sessionCounts })),
      resultTypes: listOf(z.object({ resultType: z.string(), failedSessionCount: count })),
      failingDomains: listOf(z.object({ domain: z.string(), failedSessionCount: count })),
      leftOut,
    }),
    issues: ['api/unavailable'],
  },
  'GET /reports/sessions': {
    summary: 'Sessions of each day, by the kind of policy that was applied',
    access: reading,
    query: z.object(counted),
    response: z.object({
      ...range,
      policyTypes: listOf(z.string()),
      days: listOf(
        z.object({
          day,
          policies: listOf(
            z.object({
              policyType: z.string(),
              ...sessionCounts,
              countedSuccessfulSessionCount: count.describe(
                'Without sessions another type has already: these can be stacked and added up.',
              ),
              countedFailedSessionCount: count,
            }),
          ),
        }),
      ).describe('Every day of the range, also those without a report.'),
      leftOut,
    }),
    issues: ['api/unavailable'],
  },
  'GET /reports/failure-groups': {
    summary: 'What fails where, who sees it, what it comes from and what to do',
    access: reading,
    query: z.object({ ...counted, limit: z.coerce.number().int().min(1).max(50).default(20) }),
    response: z.object({
      ...range,
      groups: listOf(failureGroup),
      isCut: z.boolean(),
      unexplainedCount: z.int(),
      leftOut,
    }),
    issues: ['api/unavailable'],
  },
  'GET /reports/new-failures': {
    summary: 'Failures that began on a day or after it',
    access: reading,
    query: z.object({ ...counted, quietDays: z.coerce.number().int().min(1).max(365).default(30) }),
    response: z.object({
      since: day,
      to: day,
      quietDays: z.int().describe('Days before in which none of them was seen.'),
      groups: listOf(failureGroup),
      leftOut,
    }),
    issues: ['api/unavailable'],
  },
  'GET /reports/heat-map': {
    summary: 'Failures by MX host, result type and day',
    access: reading,
    query: z.object({ ...counted, limit: z.coerce.number().int().min(1).max(100).default(40) }),
    response: z.object({
      ...range,
      rows: listOf(
        z.object({
          domain: z.string(),
          mxHost: z.string(),
          resultType: z.string(),
          failedSessionCount: count,
          days: listOf(z.object({ day, failedSessionCount: count })).describe('Days with failures.'),
        }),
      ).describe('Most failed sessions first.'),
      isCut: z.boolean(),
    }),
    issues: ['api/unavailable'],
  },
  'GET /reports/reporters': {
    summary: 'Calendar of each reporter: days with a report, and days on which one was expected',
    access: reading,
    query: z.object(counted),
    response: z.object({
      from: day,
      to: day,
      reporters: listOf(
        z.object({
          organization: z.string(),
          firstDay: day,
          lastDay: day,
          days: listOf(
            z.object({
              day,
              mark: z.enum(['received', 'silent', 'not-expected', 'awaited', 'unknown']),
            }),
          ),
          receivedCount: z.int(),
          silentCount: z.int(),
          expectedCount: z.int(),
          silentSince: day.optional(),
        }),
      ).describe('Silent ones first, then by name.'),
      leftOut,
    }),
    issues: ['api/unavailable'],
  },
  'GET /reports/drift': {
    summary: 'Which MTA-STS policy each reporter applies, against what is published',
    access: reading,
    query: z.object({ ...counted, domain: domainName }),
    response: z.object({
      domain: z.string(),
      published: z
        .object({ lines: listOf(z.string()), problems: listOf(z.string()) })
        .optional()
        .describe('What the reporters are compared with.'),
      publishedSource: z.string().describe('Where that was taken from, in words.'),
      reporters: listOf(
        z.object({
          organization: z.string(),
          lines: listOf(z.string()),
          problems: listOf(z.string()),
          firstDay: day,
          lastDay: day,
          sessionCount: count,
          state: z
            .enum(['current', 'left', 'both', 'held'])
            .describe(
              'current: what is published; left: an older one, since then the published one; both on its last day; ' +
                'held: an older one, the last we heard.',
            ),
          mayHoldUntil: z.iso.datetime().optional().describe('Until when a cache may still hold it.'),
        }),
      ),
      leftOut,
    }),
    issues: ['api/unavailable', 'api/not-found'],
  },
  'GET /reports/export': {
    summary: 'Reports, their policies or their failures as CSV (RFC 4180), newest day first',
    access: reading,
    query: exportQuery,
    response: { kind: 'raw', contentType: 'text/csv; charset=utf-8' },
    issues: ['api/unavailable'],
  },
  'GET /reports/export/lines': {
    summary: 'Reports, their policies or their failures, a JSON object a line, newest day first',
    description: 'The same rows as the CSV export; controls and bidirectional marks are escaped.',
    access: reading,
    query: exportQuery,
    response: { kind: 'raw', contentType: 'application/x-ndjson' },
    issues: ['api/unavailable'],
  },
  'GET /reports/left-out': {
    summary: 'Reports that fit a filter but for their trust, or are quarantined, of any time',
    access: reading,
    query: z.object(counted),
    response: leftOut,
    issues: ['api/unavailable'],
  },
  'GET /reports/address-families': {
    summary: 'How failures divide between IPv4 and IPv6',
    description: 'Reports give addresses for failures only, so there is no rate of success for a family.',
    access: reading,
    query: z.object(counted),
    response: z.object({
      ...range,
      families: listOf(
        z.object({
          family: z
            .enum(['ipv4', 'ipv6'])
            .optional()
            .describe('Of the receiving address; none where reports name no address.'),
          failedSessionCount: count,
          addresses: listOf(z.object({ address: z.string(), failedSessionCount: count })).describe(
            'Most failed sessions first, at most 20.',
          ),
        }),
      ),
      leftOut,
    }),
    issues: ['api/unavailable'],
  },
  'GET /reports/:id': {
    summary: 'One report, explained',
    access: reading,
    params: reportParams,
    response: shownReport,
    issues: ['api/not-found', 'api/unavailable'],
  },
  'GET /reports/:id/text': {
    summary: 'The text of a report, word for word',
    description: 'Only where every policy in it is about a domain of yours.',
    access: reading,
    params: reportParams,
    response: { kind: 'raw', contentType: 'text/plain; charset=utf-8' },
    issues: ['api/not-found', 'api/unavailable'],
  },
})
