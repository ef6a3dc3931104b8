import * as z from 'zod'
import { delegations, dnsApplyWords, recordSetTypes } from '../../publish/index.ts'
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

const outcome = z.object({
  name: z.string(),
  type: z.enum(recordSetTypes),
  ttlSeconds: z.int(),
  values: z.array(z.string()),
  purpose: record.shape.purpose,
  part: record.shape.part,
  state: z.enum(['written', 'unchanged', 'conflict', 'failed', 'by-hand']),
  writer: z.string().nullable(),
  code: z.string().optional().describe('Why it is not written, see docs/reference/errors.md.'),
  message: z.string().optional(),
  temporary: z.boolean().optional().describe('Whether trying again can help.'),
  verified: z.boolean().optional().describe('Whether every authoritative server shows it.'),
  servers: z
    .array(
      z.object({
        server: z.string(),
        values: z.array(z.string()).readonly().optional(),
        ttlSeconds: z.int().optional(),
        problem: z.string().optional(),
        verified: z.boolean(),
      }),
    )
    .optional(),
})

const part = z
  .enum(['domain', 'operator', 'all'])
  .default('all')
  .describe("With delegation: those in the domain's own zone, or in the operator's.")
const ttlSeconds = z.int().min(1).max(604_800).describe('In place of that of the configuration.')
const whichQuery = { part, ttlSeconds: z.coerce.number().pipe(ttlSeconds).optional() }

/** DNS records of published domains. */
export const recordsContract = defineContract({
  'GET /domains/:domain/records': {
    summary: 'The records a domain needs',
    access: { role: 'viewer', domains: 'path', scope: 'domains:read' },
    params: domainPath,
    query: z.object({
      ...whichQuery,
      zone: z
        .string()
        .max(253)
        .optional()
        .describe('The zone they are in, where no writer of the configuration tells.'),
      absent: z.enum(['true', 'false']).default('false').describe('Those too that shall not be there.'),
    }),
    response: z.object({
      policyId: z.string().nullable().describe('That the record bears; null for none.'),
      items: z.array(
        record.extend({
          zone: z.string().describe('The zone it belongs into, as far as the configuration tells.'),
          ownValues: z
            .array(z.string())
            .describe('What was written here before: what of it is not wanted any more may be taken away.'),
        }),
      ),
    }),
    issues: ['api/not-found', 'api/unavailable', 'api/unprocessable'],
  },
  'GET /domains/:domain/records/live': {
    summary: 'The same beside what every authoritative name server has now',
    access: { role: 'viewer', domains: 'path', scope: 'domains:read' },
    params: domainPath,
    query: z.object(whichQuery),
    response: z.object({
      policyId: z.string().nullable(),
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
  'POST /domains/:domain/records/apply': {
    summary: 'Show what the writer would change, or write it and verify it at every authoritative server',
    description:
      'Without `confirm` nothing is written. What is written stays written where another record fails, and the same can be asked again.',
    access: { role: 'operator', domains: 'path', scope: 'domains:write' },
    params: domainPath,
    body: z.strictObject({
      confirm: z.boolean().default(false).describe('Write what differs.'),
      takeOver: z.boolean().default(false).describe('Replace what others wrote where it is in the way.'),
      waitSeconds: z
        .int()
        .min(0)
        .max(45)
        .default(15)
        .describe('How long servers may lag behind one another.'),
      part,
      ttlSeconds: ttlSeconds.optional(),
    }),
    response: z.object({
      domain: z.string(),
      policyId: z.string().nullable(),
      delegation: z.enum(delegations),
      writer: z.string(),
      apply: z.enum(dnsApplyWords),
      changes: z
        .array(
          z.object({
            name: z.string(),
            type: z.enum(recordSetTypes),
            before: z.array(z.string()).readonly(),
            after: z.array(z.string()).readonly(),
            ttlSeconds: z.int(),
            writer: z.string(),
          }),
        )
        .readonly()
        .describe('What differed before anything was written.'),
      records: z.array(outcome),
      done: z.boolean().describe('Everything is as wanted at every authoritative server.'),
    }),
    issues: ['api/not-found', 'api/unavailable', 'api/unprocessable'],
  },
})
