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

export const publishedDomain = z.object({
  domain: z.string(),
  mxHostPatterns: z.array(z.string()).describe('As wanted; what senders get now is the served version.'),
  maxAgeSeconds: z.int(),
  tlsRptRua: z.array(z.string()).describe('Where TLS reports are to be sent.'),
  dnsWriter: z.string().describe('`none` where people set the records.'),
  dnsApply: z.enum(dnsApplyWords),
  delegation: z.enum(delegations),
  policyIdForm: z.enum(policyIdForms),
  servedPolicyId: z.string().nullable(),
  addedAt: moment,
  changedAt: moment,
  revision: z.int().describe('Counts changes; a change names the one it is made from.'),
  versions: z.array(policyVersion).describe('Every policy there was, the oldest first.'),
  dnsWriters: z.array(z.string()).describe('Writers that the configuration has.'),
})

const uri = z.string().max(2_000)
export const domainChange = z.strictObject({
  revision: z.int().describe('Of the state the change is made from.'),
  mxHostPatterns: z.array(z.string().max(255)).min(1).max(100).optional(),
  maxAgeSeconds: z.int().min(0).max(31_557_600).optional(),
  tlsRptRua: z.array(uri).max(8).optional().describe('A plain mail address counts as `mailto:`.'),
  dnsWriter: z.string().max(32).optional(),
  dnsApply: z.enum(dnsApplyWords).optional(),
  delegation: z.enum(delegations).optional(),
  policyIdForm: z.enum(policyIdForms).optional(),
})
