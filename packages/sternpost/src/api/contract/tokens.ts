import * as z from 'zod'
import { defineContract } from '../endpoint.ts'
import { apiToken, domainsOf, id, scope } from './access-schemas.ts'

const access = { role: 'viewer', domains: 'none', scope: 'no-token' } as const

/** Tokens for programs; a token never makes or shows tokens. */
export const tokensContract = defineContract({
  'GET /tokens': {
    summary: 'My tokens; for an admin of all domains, those of everybody',
    access,
    response: z.object({ items: z.array(apiToken) }),
  },
  'POST /tokens': {
    summary: 'Make a token; its text is in this answer and never told again',
    access,
    body: z.strictObject({
      name: z.string().max(500),
      scopes: z.array(scope).min(1).max(50),
      domains: domainsOf.default('all'),
      expiresAt: z.iso.datetime().optional(),
    }),
    isSecret: true,
    response: z.object({ text: z.string(), token: apiToken }),
    status: 201,
    issues: ['api/unprocessable', 'api/forbidden'],
  },
  'DELETE /tokens/:id': {
    summary: 'Revoke a token of mine; for an admin of all domains, anybody’s',
    access,
    params: z.object({ id }),
    issues: ['api/not-found'],
  },
})
