import * as z from 'zod'
import { defineContract } from '../endpoint.ts'
import { pageOf, pageQuery } from '../page.ts'
import { domainChange, domainPath, listedDomain, publishedDomain } from './domain-schemas.ts'

/** Domains whose policies are published here: what is wanted of them. */
export const domainsContract = defineContract({
  'GET /domains': {
    summary: 'Domains whose policies are published here, by name',
    access: { role: 'viewer', domains: 'filtered', scope: 'domains:read' },
    query: z.object({
      text: z.string().max(253).toLowerCase().optional().describe('Part of the name.'),
      after: z
        .string()
        .max(253)
        .toLowerCase()
        .optional()
        .describe('Begin after this name; a cursor goes before.'),
      ...pageQuery,
    }),
    response: pageOf(listedDomain).extend({
      seesAll: z.boolean().describe('Whether whoever asks sees the domains of everybody.'),
    }),
    issues: ['api/unavailable'],
  },
  'GET /domains/:domain': {
    summary: 'What is wanted of a published domain, and every policy it had',
    access: { role: 'viewer', domains: 'path', scope: 'domains:read' },
    params: domainPath,
    response: publishedDomain,
    issues: ['api/not-found', 'api/unavailable'],
  },
  'PATCH /domains/:domain': {
    summary: 'Change what is wanted of a published domain',
    description:
      'Senders get it by the roll-out: policy first, then its id, and nothing that would lose mail.',
    access: { role: 'operator', domains: 'path', scope: 'domains:write' },
    params: domainPath,
    body: domainChange,
    response: publishedDomain,
    issues: ['api/not-found', 'api/changed-meanwhile', 'api/unprocessable', 'api/unavailable'],
  },
  'DELETE /domains/:domain': {
    summary: 'Take a domain out',
    description:
      'Refused as long as a sender may hold a policy in mode enforce, unless `force` gives a reason; the safe way is the order `exit` of its roll-out (RFC 8461 §8.3). The history stays.',
    access: { role: 'operator', domains: 'path', scope: 'domains:write' },
    params: domainPath,
    query: z.object({ force: z.string().trim().min(1).max(500).optional() }),
    issues: ['api/not-found', 'api/conflict', 'api/unavailable'],
  },
})
