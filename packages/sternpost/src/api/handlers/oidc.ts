import { fastifyCookie } from '@fastify/cookie'
import * as z from 'zod'
import { type OidcAttempt, OidcError, type OidcSignIn } from '../../access/index.ts'
import { ApiProblem } from '../api-problem.ts'
import type { oidcContract } from '../contract/oidc.ts'
import type { Call, Endpoint, Handlers } from '../endpoint.ts'
import type { ApiServices } from '../services.ts'
import { withAccessProblems } from './access-problem.ts'
import { openSession, refuseOtherSites } from './session-answer.ts'

/** What a browser must bring back; it is its own affair alone, and worth nothing without the provider's code. */
const ATTEMPT_COOKIE = 'sternpost_oidc'
const ATTEMPT_SECONDS = 600
const RETURN_PATH = '/sign-in/oidc'

const attemptSchema = z.strictObject({
  state: z.string().max(200),
  nonce: z.string().max(200),
  codeVerifier: z.string().max(200),
})

/** Signs in by OpenID Connect. */
export function oidcHandlers({
  access,
  oidc,
  publicUrl,
}: Pick<ApiServices, 'access' | 'oidc' | 'publicUrl'>): Handlers<typeof oidcContract> {
  const redirectUri = () => publicUrl() + RETURN_PATH
  return {
    'GET /session/oidc': () => ({ label: oidc?.label ?? null }),
    'POST /session/oidc': async call => {
      refuseOtherSites(call.signs)
      const { url, attempt } = await told(() => need(oidc).begin(redirectUri()))
      setAttempt(call, attempt)
      return { url }
    },
    'POST /session/oidc/finish': async call => {
      refuseOtherSites(call.signs)
      const attempt = readAttempt(call.signs.cookie(ATTEMPT_COOKIE))
      setAttempt(call, undefined)
      const query = new URLSearchParams(call.body.query)
      // Each asks the provider, and is noted where it fails: a stranger may make as few as at the sign-in by password.
      const succeeded = await withAccessProblems(async () => access.beginAttempt(call.ip))
      try {
        const user = await told(() => need(oidc).finish(redirectUri(), attempt, query))
        succeeded()
        return await openSession(access, call, user)
      } catch (error) {
        if (error instanceof ApiProblem)
          await call.audit('session.refuse', 'OpenID Connect', { reason: error.message })
        throw error
      }
    },
  }
}

function need(oidc: OidcSignIn | undefined): OidcSignIn {
  if (oidc === undefined) throw new ApiProblem('api/not-found', 'nobody signs in at a provider here')
  return oidc
}

async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof OidcError)) throw error
    if (error.kind === 'refused')
      throw new ApiProblem('api/forbidden', error.message, {
        remedy: 'Sign in again; if that does not help, ask an admin of Sternpost.',
      })
    throw new ApiProblem('api/unavailable', error.message, {
      remedy: 'Try again in a moment, or sign in with a password.',
      retryAfterSeconds: 10,
    })
  }
}

function setAttempt({ signs, setHeader }: Call<Endpoint>, attempt: OidcAttempt | undefined): void {
  const value = attempt === undefined ? '' : Buffer.from(JSON.stringify(attempt)).toString('base64url')
  const cookie = fastifyCookie.serialize(ATTEMPT_COOKIE, value, {
    path: '/api/v1/session/oidc',
    httpOnly: true,
    sameSite: 'strict',
    secure: signs.isSecure,
    maxAge: attempt === undefined ? 0 : ATTEMPT_SECONDS,
  })
  setHeader('set-cookie', cookie)
}

function readAttempt(cookie: string | undefined): OidcAttempt {
  try {
    return attemptSchema.parse(JSON.parse(Buffer.from(cookie ?? '', 'base64url').toString('utf8')))
  } catch {
    throw new ApiProblem('api/forbidden', 'this sign-in was not begun in this browser, or too long ago', {
      remedy: 'Sign in again.',
    })
  }
}
