import * as z from 'zod'
import { defineContract } from '../endpoint.ts'
import { standing } from './access-schemas.ts'

const anybody = { role: 'public', domains: 'none', scope: 'no-token' } as const

/** Signing in by OpenID Connect, where the configuration names a provider. */
export const oidcContract = defineContract({
  'GET /session/oidc': {
    summary: 'Whether people sign in at a provider too',
    access: anybody,
    response: z.object({
      label: z.string().nullable().describe('What it is called; null where there is none.'),
    }),
  },
  'POST /session/oidc': {
    summary: 'Begin to sign in at the provider',
    description:
      'The browser goes to `url`; the provider sends it back to /sign-in/oidc of the dashboard. What it must bring back is in a cookie that holds ten minutes.',
    access: anybody,
    response: z.object({ url: z.string() }),
    isSecret: true,
    issues: ['api/not-found', 'api/unavailable', 'api/csrf'],
  },
  'POST /session/oidc/finish': {
    summary: 'Sign in with what the browser brought back',
    access: anybody,
    body: z.strictObject({
      query: z.string().max(16_384).describe('The query of the address, without `?`.'),
    }),
    response: standing,
    isSecret: true,
    issues: ['api/not-found', 'api/forbidden', 'api/too-many-requests', 'api/unavailable', 'api/csrf'],
  },
})
