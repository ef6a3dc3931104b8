import * as z from 'zod'
import { defineContract } from '../endpoint.ts'
import { domainsOf, id, password, role, user, userName } from './access-schemas.ts'

const reading = { role: 'admin', domains: 'all', scope: 'access:read' } as const
const changing = { role: 'admin', domains: 'all', scope: 'access:write' } as const
const byId = z.object({ id })

/** The people who may sign in. */
export const usersContract = defineContract({
  'GET /users': {
    summary: 'All users',
    access: reading,
    response: z.object({ items: z.array(user) }),
  },
  'POST /users': {
    summary: 'Add a user',
    access: changing,
    body: z.strictObject({
      name: userName,
      password: password.optional().describe('None for somebody who signs in by OpenID Connect.'),
      role,
      domains: domainsOf.default('all'),
    }),
    response: user,
    status: 201,
    maxBodyBytes: 4_194_304,
    issues: ['api/unprocessable', 'api/conflict'],
  },
  'PATCH /users/:id': {
    summary: 'Change what a user may',
    access: changing,
    params: byId,
    body: z.strictObject({ role: role.optional(), domains: domainsOf.optional() }),
    response: user,
    maxBodyBytes: 4_194_304,
    issues: ['api/not-found', 'api/unprocessable', 'api/conflict'],
  },
  'PUT /users/:id/password': {
    summary: "Set a user's password; all their sessions end",
    access: changing,
    params: byId,
    body: z.strictObject({ password }),
    issues: ['api/not-found', 'api/unprocessable'],
  },
  'DELETE /users/:id': {
    summary: 'Remove a user with their sessions and tokens',
    access: changing,
    params: byId,
    issues: ['api/not-found', 'api/conflict'],
  },
})
