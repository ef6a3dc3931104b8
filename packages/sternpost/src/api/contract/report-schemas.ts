import * as z from 'zod'

/** Parts of answers about reports, each told with its unit. */
export const day = z.iso.date().describe('A UTC day, YYYY-MM-DD.')
export const listOf = <T extends z.ZodType>(item: T) => z.array(item).readonly()
/** Counts of sessions may be as large as strangers write them. */
export const count = z.number().nonnegative()
/** As policies name it; lower case, without a trailing dot. */
export const domainName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9_.-]+$/i, 'no domain name in its DNS form (A-label)')
  .transform(text => text.toLowerCase().replace(/\.$/, ''))
export const trustLevel = z
  .enum(['authenticated', 'imported', 'unauthenticated', 'untrusted'])
  .describe(
    'authenticated: a mail with a valid signature of its author; imported: handed over as a file; ' +
      'unauthenticated: came by HTTPS, where nobody proves who he is; untrusted: a mail without a valid signature.',
  )
export const sessionCounts = { successfulSessionCount: count, failedSessionCount: count }
const leftOutLevel = z.object({ level: trustLevel, reportCount: count })
export const leftOut = z
  .object({ trust: listOf(leftOutLevel), quarantinedReportCount: count })
  .describe('Reports that fit the filter but for their trust, and are in no figure of this answer.')

/** The query of every question about reports. */
export const reportFilterQuery = {
  domain: domainName.optional().describe('Reports about this policy domain.'),
  from: day.optional().describe('First UTC day, included.'),
  to: day.optional().describe('Last UTC day, included.'),
  organization: z.string().max(320).optional().describe('The reporter, as it writes itself.'),
  resultType: z.string().max(64).optional().describe('With failures of this type.'),
}
export const countedTrust = z
  .enum(['counted', 'any', ...trustLevel.options])
  .default('counted')
  .describe('counted: authenticated and imported.')

export const diagnosis = z.object({
  likelyCause: z.enum(['our-misconfiguration', 'sender-problem', 'possible-downgrade', 'undecided']),
  confidence: z.enum(['very likely', 'likely', 'possible', 'unclear']),
  summary: z.string().describe('What happened, a sentence.'),
  evidence: listOf(z.string()).describe('What speaks for the cause, sentences.'),
  doubt: z.string().describe('What reports cannot tell.'),
  remedy: z.string().describe('What to do.'),
  findingCode: z.string(),
})

const failureKind = {
  domain: z.string(),
  policyType: z.string(),
  resultType: z.string(),
  mxHost: z.string().describe('In lower case; empty where reports name none.'),
}
export const failureGroup = z.object({
  ...failureKind,
  failedSessionCount: count,
  firstDay: day,
  lastDay: day,
  reporters: listOf(z.object({ organization: z.string(), failedSessionCount: count })),
  networks: listOf(
    z.object({
      network: z
        .string()
        .optional()
        .describe('/24 of IPv4, /48 of IPv6; none where reports name no address.'),
      organizations: listOf(z.string()),
      failedSessionCount: count,
    }),
  ),
  receivingIps: listOf(z.string()),
  reasonCodes: listOf(z.string()),
  mxMismatch: z.string().optional().describe('Why the policy does not allow the MX host, where it does not.'),
  diagnosis,
})

export const listedReport = z.object({
  id: z.int(),
  day,
  organization: z.string().describe('Empty where the report names none.'),
  contactInfo: z.string().optional(),
  reportId: z.string().describe('Empty where the report has none, or `isPartial`.'),
  startAt: z.iso.datetime().optional(),
  endAt: z.iso.datetime().optional(),
  domains: listOf(z.string()).describe('An empty name where the report tells none.'),
  ...sessionCounts,
  resultTypes: listOf(z.string()),
  trust: trustLevel,
  isQuarantined: z.boolean().describe('About no domain of ours: in no figure.'),
  channel: z.string().describe('The way it came in.'),
  receivedAt: z.iso.datetime(),
  noteCount: z.int(),
  isPartial: z
    .boolean()
    .describe(
      'It covers domains of others too: only your part is told, without id, file name, notes and text.',
    ),
})

const note = z.object({
  kind: z.enum(['missing', 'inferred', 'repaired', 'ignored']),
  code: z.string(),
  path: z.string(),
  message: z.string(),
})
const toldDetail = z.object({
  resultType: z.string(),
  failedSessionCount: count,
  sendingMtaIp: z.string().nullable(),
  receivingMxHostname: z.string().nullable(),
  receivingMxHelo: z.string().nullable(),
  receivingIp: z.string().nullable(),
  additionalInformation: z.string().nullable(),
  failureReasonCode: z.string().nullable(),
})
/** What a report says, in its own words; null where it says nothing. */
export const toldReport = {
  organization: z.string().nullable(),
  reportId: z.string().nullable(),
  start: z.string().nullable().describe('RFC 3339 in UTC.'),
  end: z.string().nullable(),
  policies: listOf(
    z.object({
      type: z.string(),
      domain: z.string().nullable(),
      success: count.describe('Sessions.'),
      failure: count,
      details: listOf(toldDetail),
    }),
  ),
  notes: listOf(note).describe('Where it differs from the standard.'),
}

const shownFailure = z.object({
  resultType: z.string(),
  failedSessionCount: count,
  receivingMxHostname: z.string().optional(),
  receivingMxHelo: z.string().optional(),
  receivingIp: z.string().optional(),
  sendingMtaIp: z.string().optional(),
  reasonCode: z.string().optional(),
  additionalInformation: z.string().optional(),
})
const shownPolicy = z.object({
  policyType: z.string(),
  domain: z.string(),
  policyStrings: listOf(z.string()).describe('The policy as the reporter applied it, line by line.'),
  mxHostPatterns: listOf(z.string()),
  ...sessionCounts,
  countedSuccessfulSessionCount: count.describe('Not counted under another policy of the report already.'),
  countedFailedSessionCount: count,
  failures: listOf(shownFailure),
  servedThen: listOf(
    z.object({
      policyId: z.string(),
      servedFrom: z.iso.datetime().optional(),
      servedUntil: z.iso.datetime().optional().describe('None while it still is.'),
      lines: listOf(z.string()),
      isApplied: z.boolean().describe('Whether it means what the reporter applied.'),
    }),
  )
    .optional()
    .describe('The MTA-STS policies that were served here in the time of the report, the newest first.'),
})
const shownProblem = failureGroup.extend({
  reportedSessionCount: count.describe('In this report.'),
  sendingNetworks: listOf(z.string()),
  everFirstDay: day.describe('First day this was reported by anybody who is believed.'),
  everLastDay: day,
})
const signature = z.object({
  domain: z.string(),
  selector: z.string(),
  result: z.enum(['pass', 'fail', 'temporary-error', 'permanent-error', 'none']),
  limitsBody: z.boolean(),
  keyServices: listOf(z.string()),
  aligned: z.boolean(),
  reason: z.string(),
})
export const shownReport = listedReport.extend({
  sentences: z.object({
    report: listOf(z.string()).describe('What the report says, for people.'),
    sender: listOf(z.string()).describe('Who sent it and how far it is believed.'),
  }),
  authentication: z.object({
    trust: trustLevel,
    reason: z.string(),
    signatures: listOf(signature),
  }),
  notes: listOf(note).describe('Where it differs from the standard.'),
  fileName: z.string().optional(),
  sourceAddress: z.string().optional(),
  seenAlso: listOf(z.object({ channel: z.string(), times: z.int(), lastSeenAt: z.iso.datetime() })),
  policies: listOf(shownPolicy),
  problems: listOf(shownProblem).describe(
    'What went wrong, by kind, with what others reported around that day.',
  ),
  leftOut,
  hasText: z.boolean().describe('Whether GET …/text has it: not past its retention, and all of it yours.'),
})

/** Data of the live event `report-received`: reports about a domain that came within a second. */
export const reportReceivedEvent = z.object({
  domain: z
    .string()
    .nullable()
    .describe(
      'Null where so many came at once that they are not told one by one; empty where none is named.',
    ),
  organization: z.string().describe('Who sent the last of them.'),
  day: day.describe('The UTC day the last of them is about.'),
  reportCount: count,
})
