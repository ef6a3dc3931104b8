import * as z from 'zod'
import { delegations, dnsApplyWords, policyIdForms, rolloutStages } from '../../publish/index.ts'

/** Parts of answers about published domains. */
export const domainPath = z.object({
  domain: z
    .string()
    .max(253)
    .transform(text => text.toLowerCase().replace(/\.$/, '')),
})
export const policyMode = z.enum(['none', 'testing', 'enforce'])
export const moment = z.iso.datetime()
export const rolloutStage = z.enum(rolloutStages)

const policyVersion = z.object({
  policyId: z.string(),
  mode: policyMode,
  text: z.string().describe('The file byte for byte.'),
  maxAgeSeconds: z.int(),
  mxHostPatterns: z.array(z.string()),
  createdAt: moment,
  firstServedAt: moment
    .nullable()
    .describe('Since when senders could fetch it; null where they never could.'),
  lastServedAt: moment.nullable().describe('Null where they never could, or still can.'),
  announcedAt: moment.nullable().describe('When its id was seen at the authoritative servers first.'),
  lastFetchedAt: moment.nullable().describe('When our policy host gave it out the last time, to the hour.'),
})

const bimi = z
  .object({
    selector: z.string(),
    location: z.string().describe('Where the indicator is; empty declines.'),
    evidence: z.string().describe('Where the mark certificate is; empty for none.'),
  })
  .describe('A BIMI assertion that goes into the records as it is.')
const tlsa = z
  .object({
    mxHost: z.string(),
    records: z.array(z.string()).describe('Such as `3 1 1 0a…`.'),
  })
  .describe('TLSA records of one MX host that go into the records as they are.')

export const publishedDomain = z.object({
  domain: z.string(),
  mode: policyMode.describe('As wanted; the roll-out moves it.'),
  mxHostPatterns: z.array(z.string()).describe('As wanted; what senders get now is the served version.'),
  maxAgeSeconds: z.int(),
  tlsRptRua: z.array(z.string()).describe('Where TLS reports are to be sent.'),
  dnsWriter: z.string().describe('`none` where people set the records.'),
  dnsApply: z.enum(dnsApplyWords),
  delegation: z.enum(delegations),
  policyIdForm: z.enum(policyIdForms),
  bimi: bimi.nullable(),
  tlsa: z.array(tlsa),
  servedPolicyId: z.string().nullable(),
  addedAt: moment,
  changedAt: moment,
  revision: z.int().describe('Counts changes; a change names the one it is made from.'),
  versions: z.array(policyVersion).describe('Every policy there was, the oldest first.'),
  enforceForgottenAt: moment
    .nullable()
    .describe(
      'Until when some sender may hold a policy in mode enforce if nothing of it were served from now on; null where none does.',
    ),
  dnsWriters: z.array(z.string()).describe('Writers that the configuration has.'),
  policyHostListens: z.boolean().describe('Whether a policy host runs here.'),
})

/** As a list has it: without what is of one domain alone. */
export const listedDomain = publishedDomain.omit({
  versions: true,
  enforceForgottenAt: true,
  dnsWriters: true,
  policyHostListens: true,
})

/** What is wanted of a domain, as people write it. */
const wishes = z.object({
  mxHostPatterns: z.array(z.string().min(1).max(300)).max(100),
  maxAgeSeconds: z.int().min(0).max(31_557_600),
  tlsRptRua: z
    .array(z.string().min(1).max(2_000))
    .max(8)
    .describe('A plain mail address counts as `mailto:`.'),
  delegation: z.enum(delegations),
  policyIdForm: z.enum(policyIdForms),
  dnsWriter: z.string().max(32),
  dnsApply: z.enum(dnsApplyWords),
  bimi: z
    .strictObject({
      selector: z.string().max(63).default('default'),
      location: z.string().max(2_000),
      evidence: z.string().max(2_000).default(''),
    })
    .nullable()
    .describe('Null: no BIMI record.'),
  tlsa: z
    .array(
      z.strictObject({
        mxHost: z.string().min(1).max(1_000),
        records: z.array(z.string().max(2_000)).min(1).max(32),
      }),
    )
    .max(100),
})

export const domainChange = z.strictObject({
  revision: z
    .int()
    .optional()
    .describe(
      'Of the state the change is made from: it is refused where somebody else was faster. None: what is not named stays as it is by then.',
    ),
  ...wishes.partial().shape,
  mxHostPatterns: wishes.shape.mxHostPatterns.min(1).optional(),
})

export const newDomain = z.strictObject({
  domain: z.string().min(1).max(1_000).describe('A domain in any spelling.'),
  mode: policyMode.default('testing').describe('`testing` or `none`; enforce comes by the roll-out.'),
  ...wishes.partial().shape,
})
