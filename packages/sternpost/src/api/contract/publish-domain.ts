import * as z from 'zod'
import { delegations, IMPORT_BATCH, mxPresetNames } from '../../publish/index.ts'
import { defineContract } from '../endpoint.ts'
import { domainPath, newDomain, publishedDomain } from './domain-schemas.ts'

const proposalOptions = {
  mx: z
    .array(z.string().min(1).max(300))
    .max(100)
    .default([])
    .describe('MX hosts or patterns; those of DNS where neither they nor a preset are given.'),
  preset: z.enum(mxPresetNames).optional().describe('The patterns of a hoster.'),
  fromMx: z.boolean().default(false).describe('Those of DNS too where others are given.'),
  wildcards: z.boolean().default(false).describe('`*.NAME` in place of several hosts of DNS below one name.'),
}

const proposal = z.object({
  domain: z.string().describe('As A-labels.'),
  isPublished: z.boolean().describe('It is published here already.'),
  mx: z.object({
    kind: z
      .enum(['hosts', 'implicit', 'null', 'none', 'unknown'])
      .describe('`implicit`: mail goes to the domain itself; `null`: it takes no mail.'),
    hosts: z.array(z.string()),
    reason: z.string().nullable().describe('Why there are no hosts.'),
    resolver: z.string().nullable(),
    ttlSeconds: z.int().nullable().describe('How long the answer may be kept.'),
  }),
  patterns: z.array(z.string()).describe('What the policy would list.'),
  leftOut: z.array(z.string()).describe('MX hosts of today that these patterns do not cover.'),
  hoster: z
    .object({
      title: z.string(),
      patterns: z
        .array(z.string())
        .describe('The same for every customer; empty where each has hosts of its own.'),
      source: z.string().describe('Where the hoster says so.'),
      note: z.string().nullable().describe('What a customer should know.'),
    })
    .nullable()
    .describe('One that was named, or to which all MX hosts belong.'),
  subdomains: z.array(z.string()).describe('Names below it that take mail and need a policy of their own.'),
  choices: z.object({
    delegations: z.array(z.enum(delegations)).describe('`cname` only where an operator zone is set.'),
    dnsWriters: z.array(z.string()).describe('Who can set records, besides people.'),
    policyHostListens: z.boolean().describe('Whether a policy host runs here.'),
  }),
})

/** The way of a domain into publication, and what senders get in the end. */
export const publishDomainContract = defineContract({
  'POST /domains/propose': {
    summary: 'What a policy for a domain would say, by its MX hosts of today or by those given',
    access: { role: 'operator', domains: 'all', scope: 'domains:read' },
    body: z.strictObject({
      domain: z.string().min(1).max(1_000).describe('A domain in any spelling.'),
      ...proposalOptions,
    }),
    response: proposal,
    issues: ['api/unprocessable', 'api/unavailable'],
  },
  'POST /domains/:domain/propose': {
    summary: 'The same for a domain that is published here, for whoever may change it',
    access: { role: 'operator', domains: 'path', scope: 'domains:read' },
    params: domainPath,
    body: z.strictObject(proposalOptions),
    response: proposal,
    issues: ['api/not-found', 'api/unprocessable', 'api/unavailable'],
  },
  'POST /domains': {
    summary: 'Publish a policy for a domain, in mode testing or none',
    access: { role: 'operator', domains: 'all', scope: 'domains:write' },
    body: newDomain,
    response: publishedDomain,
    status: 201,
    issues: ['api/unprocessable', 'api/conflict', 'api/unavailable'],
  },
  'POST /domains/import': {
    summary: 'Publish policies for many domains at once; doing it twice does it once',
    description:
      'What is good is stored in one transaction, what is bad is told; of a domain that is there already nothing is changed unless `update` says so. With `dryRun` nothing is stored, and each new domain is told with the patterns it would get: given back as `newMxHostPatterns` they spare another look at DNS.',
    access: { role: 'operator', domains: 'all', scope: 'domains:write' },
    body: z.strictObject({
      domains: z
        .array(
          newDomain.extend({
            newMxHostPatterns: newDomain.shape.mxHostPatterns.describe(
              'For a domain that is not here yet and names none itself; DNS is asked where they are missing too.',
            ),
          }),
        )
        .min(1)
        .max(IMPORT_BATCH),
      update: z.boolean().default(false).describe('Change domains that are here already to what is said.'),
      dryRun: z.boolean().default(false),
    }),
    maxBodyBytes: 8 * 1024 * 1024,
    response: z.object({
      items: z
        .array(
          z.object({
            domain: z.string().describe('As it was sent.'),
            state: z
              .enum(['good', 'added', 'changed', 'unchanged', 'bad'])
              .describe('`good`: would be taken, in a dry run.'),
            message: z.string().nullable().describe('What is wrong with it.'),
            newMxHostPatterns: z.array(z.string()).describe('What it has where it is new.'),
          }),
        )
        .describe('One for each that was sent, in that order.'),
    }),
    issues: ['api/unavailable'],
  },
  'GET /domains/:domain/served-policy': {
    summary: 'The policy as a sender gets it now',
    access: { role: 'viewer', domains: 'path', scope: 'domains:read' },
    params: domainPath,
    response: z.object({
      url: z.string(),
      isAsPublished: z.boolean().describe('It is what is given out here.'),
      text: z.string().nullable(),
      fault: z.object({ code: z.string(), message: z.string() }).nullable(),
    }),
    issues: ['api/not-found', 'api/unavailable'],
  },
})
