import * as z from 'zod'
import { defineContract } from '../endpoint.ts'
import { domainPath, moment } from './domain-schemas.ts'

const certificate = z.object({
  host: z.string(),
  condition: z.enum(['valid', 'expiring', 'expired', 'none']),
  origin: z.enum(['acme', 'file']).nullable(),
  notBefore: moment.nullable(),
  notAfter: moment.nullable(),
  daysLeft: z.int().nullable(),
  issuer: z.string().nullable(),
  nextTryAt: moment.nullable(),
  failures: z.int(),
  lastError: z.object({ code: z.string(), message: z.string(), at: moment }).nullable(),
})

/** Certificates of the policy hosts. */
export const certificatesContract = defineContract({
  'GET /domains/:domain/certificate': {
    summary: 'How the certificate of the policy host stands',
    access: { role: 'viewer', domains: 'path', scope: 'domains:read' },
    params: domainPath,
    response: certificate.extend({
      isOrdered: z.boolean().describe('Whether certificates are ordered here.'),
      isNeeded: z.boolean().describe('Whether policies are given out over HTTPS here.'),
    }),
    issues: ['api/not-found', 'api/unavailable'],
  },
  'POST /domains/:domain/certificate/renew': {
    summary: 'Have the certificate ordered now, whatever it waits for',
    description:
      'Only asks: the daemon orders within seconds, and the event `certificate` tells how it went.',
    access: { role: 'operator', domains: 'path', scope: 'domains:write' },
    params: domainPath,
    response: z.object({ domain: z.string(), requested: z.literal(true) }),
    status: 202,
    issues: ['api/not-found', 'api/conflict', 'api/unavailable'],
  },
  'GET /certificates': {
    summary: 'How the certificates of all policy hosts stand, by domain',
    access: { role: 'viewer', domains: 'filtered', scope: 'domains:read' },
    query: z.object({
      failing: z
        .enum(['true', 'false'])
        .default('false')
        .describe('Only those that have none, or one that was not renewed in time.'),
      after: z.string().max(253).toLowerCase().optional().describe('Go on after this domain.'),
      limit: z.coerce.number().int().min(1).max(1_000).default(100),
    }),
    response: z.object({
      items: z.array(certificate.extend({ domain: z.string() })),
      next: z.string().nullable().describe('For `after`; null at the end.'),
    }),
    issues: ['api/unavailable'],
  },
})
