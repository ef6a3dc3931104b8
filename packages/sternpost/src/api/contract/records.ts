import * as z from 'zod'
import { recordSetTypes } from '../../publish/index.ts'
import { defineContract } from '../endpoint.ts'
import { domainPath } from './domain-schemas.ts'

const state = z.enum(['live', 'missing', 'differs', 'conflict', 'unknown'])
const record = z.object({
  name: z.string(),
  type: z.enum(recordSetTypes),
  purpose: z.enum(['policy-id', 'tls-report-address', 'policy-host', 'bimi', 'tlsa']),
  part: z.enum(['domain', 'operator']).describe('Whose zone it stands in.'),
  ttlSeconds: z.int(),
  values: z.array(z.string()).describe('Empty where nothing is to be there.'),
  text: z.string().describe('As lines of a zone file; empty where nothing is to be there.'),
})

/** DNS records of published domains. */
export const recordsContract = defineContract({
  'GET /domains/:domain/records': {
    summary: 'The records a domain needs',
    access: { role: 'viewer', domains: 'path', scope: 'domains:read' },
    params: domainPath,
    response: z.object({ policyId: z.string().nullable(), items: z.array(record) }),
    issues: ['api/not-found', 'api/unavailable', 'api/unprocessable'],
  },
  'GET /domains/:domain/records/live': {
    summary: 'The same beside what every authoritative name server has now',
    access: { role: 'viewer', domains: 'path', scope: 'domains:read' },
    params: domainPath,
    response: z.object({
      items: z.array(
        record.extend({
          state: state.describe('The worst of the servers.'),
          servers: z.array(
            z.object({
              server: z.string(),
              state,
              values: z.array(z.string()),
              message: z.string().optional(),
            }),
          ),
        }),
      ),
    }),
    issues: ['api/not-found', 'api/unavailable', 'api/unprocessable'],
  },
})
