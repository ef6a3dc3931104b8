import * as z from 'zod'
import { defineContract } from '../endpoint.ts'
import { domainPath, moment } from './domain-schemas.ts'

/** Certificates of the policy hosts. */
export const certificatesContract = defineContract({
  'GET /domains/:domain/certificate': {
    summary: 'How the certificate of the policy host stands',
    access: { role: 'viewer', domains: 'path', scope: 'domains:read' },
    params: domainPath,
    response: z.object({
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
      isOrdered: z.boolean().describe('Whether certificates are ordered here.'),
    }),
    issues: ['api/not-found', 'api/unavailable'],
  },
})
