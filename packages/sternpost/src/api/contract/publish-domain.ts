import * as z from 'zod'
import { delegations, dnsApplyWords } from '../../publish/index.ts'
import { defineContract } from '../endpoint.ts'
import { domainPath, publishedDomain } from './domain-schemas.ts'

const domain = z.string().min(1).max(1_000).describe('A domain in any spelling.')
const patterns = z.array(z.string().min(1).max(300)).max(100)
const maxAgeSeconds = z.int().min(0).max(31_557_600)

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
  }),
  patterns: z.array(z.string()).describe('What the policy would list.'),
  leftOut: z.array(z.string()).describe('MX hosts of today that these patterns do not cover.'),
  hoster: z.object({ title: z.string(), note: z.string().nullable() }).nullable(),
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
      domain,
      mx: patterns.default([]).describe('MX hosts or patterns; those of DNS where none are given.'),
      wildcards: z.boolean().default(false).describe('`*.NAME` in place of several hosts below one name.'),
    }),
    response: proposal,
    issues: ['api/unprocessable', 'api/unavailable'],
  },
  'POST /domains': {
    summary: 'Publish a policy for a domain, in mode testing',
    access: { role: 'operator', domains: 'all', scope: 'domains:write' },
    body: z.strictObject({
      domain,
      mxHostPatterns: patterns.min(1),
      maxAgeSeconds: maxAgeSeconds.optional().describe('A week where nothing is said.'),
      tlsRptRua: z.array(z.string().min(1).max(2_000)).max(8).default([]),
      delegation: z.enum(delegations).default('direct'),
      dnsWriter: z.string().max(32).default('none'),
      dnsApply: z.enum(dnsApplyWords).default('ask'),
    }),
    response: publishedDomain,
    status: 201,
    issues: ['api/unprocessable', 'api/conflict', 'api/unavailable'],
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
