import * as z from 'zod'
import { defineContract } from '../endpoint.ts'
import { password, standing, userName } from './access-schemas.ts'

const anybody = { role: 'public', domains: 'none', scope: 'no-token' } as const
const signedIn = { role: 'viewer', domains: 'none', scope: 'no-token' } as const

/** Signing in and out, and the sessions of whoever is signed in. */
export const sessionContract = defineContract({
  'GET /session': {
    summary: 'Who I am, and the token that changes need',
    access: anybody,
    isSecret: true,
    response: standing,
  },
  'POST /session': {
    summary: 'Sign in by name and password',
    access: anybody,
    body: z.strictObject({ name: userName, password }),
    isSecret: true,
    response: standing,
    issues: ['api/wrong-credentials', 'api/too-many-requests', 'api/unavailable', 'api/csrf'],
  },
  'DELETE /session': { summary: 'Sign out', access: signedIn },
  'PUT /session/password': {
    summary: 'Change my password; all my other sessions end',
    access: signedIn,
    body: z.strictObject({ current: password, next: password }),
    issues: ['api/wrong-credentials', 'api/unprocessable', 'api/too-many-requests'],
  },
  'GET /sessions': {
    summary: 'Where I am signed in',
    access: signedIn,
    response: z.object({
      items: z.array(
        z.object({
          sessionId: z.string(),
          isCurrent: z.boolean(),
          createdAt: z.iso.datetime(),
          lastSeenAt: z.iso.datetime().describe('To the minute.'),
          ip: z.string(),
          userAgent: z.string(),
        }),
      ),
    }),
  },
  'DELETE /sessions/:id': {
    summary: 'End one of my sessions',
    access: signedIn,
    params: z.object({ id: z.string().max(100) }),
    issues: ['api/not-found'],
  },
  'POST /setup': {
    summary: 'Make the first admin by the setup link, and sign in',
    access: anybody,
    body: z.strictObject({
      token: z.string().max(200).describe('What follows `#` in the link.'),
      name: userName,
      password,
    }),
    isSecret: true,
    response: standing,
    status: 201,
    issues: ['api/forbidden', 'api/unprocessable', 'api/conflict', 'api/csrf'],
  },
})
