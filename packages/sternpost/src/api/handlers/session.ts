import type * as z from 'zod'
import {
  type AccessControl,
  isSameOrigin,
  type RequestSigns,
  SESSION_COOKIE,
  type Standing,
  type User,
} from '../../access/index.ts'
import { ApiProblem } from '../api-problem.ts'
import type { user as userSchema } from '../contract/access-schemas.ts'
import type { sessionContract } from '../contract/session.ts'
import type { Call, Endpoint, Handlers } from '../endpoint.ts'
import type { ApiServices } from '../services.ts'
import { withAccessProblems } from './access-problem.ts'

/** Signs in and out. */
export function sessionHandlers({ access }: Pick<ApiServices, 'access'>): Handlers<typeof sessionContract> {
  return {
    'GET /session': async ({ signs }) => standingJson(await access.standing(signs)),
    'POST /session': call =>
      withAccessProblems(async () => {
        refuseOtherSites(call.signs)
        const { name, password } = call.body
        const { user, secret, session } = await access.signIn(name, password, from(call))
        setCookie(call, secret)
        return standingJson({ kind: 'signed-in', user, session })
      }),
    'DELETE /session': async call => {
      const standing = await access.standing(call.signs)
      if (standing.kind === 'signed-in') {
        await access.sessions.end(standing.user.userId, standing.session.sessionHash)
        await call.audit('session.end', standing.user.name)
      }
      setCookie(call, undefined)
      return undefined
    },
    'PUT /session/password': call =>
      withAccessProblems(async () => {
        const { user, session } = await signedIn(access, call.signs)
        await access.confirmPassword(user, call.body.current, call.ip)
        await access.users.setPassword(user.userId, call.body.next, session.sessionHash)
        await call.audit('user.password', user.name)
        return undefined
      }),
    'GET /sessions': async ({ signs }) => {
      const standing = await access.standing(signs)
      if (standing.kind !== 'signed-in') return { items: [] }
      const sessions = await access.sessions.list(standing.user.userId)
      return {
        items: sessions.map(({ sessionHash, createdAt, lastSeenAt, ip, userAgent }) => ({
          sessionId: sessionHash,
          isCurrent: sessionHash === standing.session.sessionHash,
          createdAt: iso(createdAt),
          lastSeenAt: iso(lastSeenAt),
          ip,
          userAgent,
        })),
      }
    },
    'DELETE /sessions/:id': async call => {
      const { user } = await signedIn(access, call.signs)
      if (!(await access.sessions.end(user.userId, call.params.id)))
        throw new ApiProblem('api/not-found', 'there is no such session of yours')
      await call.audit('session.end', user.name)
      return undefined
    },
    'POST /setup': call =>
      withAccessProblems(async () => {
        refuseOtherSites(call.signs)
        const { token, name, password } = call.body
        const user = await access.setUp(token, name, password)
        await access.audit({
          principal: user,
          ip: call.ip,
          action: 'user.add',
          subject: user.name,
          detail: { role: user.role, by: 'setup link' },
        })
        const { secret, session } = await access.beginSession(user, from(call))
        setCookie(call, secret)
        return standingJson({ kind: 'signed-in', user, session })
      }),
  }
}

/** A user as the API tells of one. */
export function userJson(user: User): z.input<typeof userSchema> {
  const { domains, createdAt, changedAt, ...rest } = user
  return {
    ...rest,
    domains: domains === 'all' ? 'all' : [...domains],
    createdAt: iso(createdAt),
    changedAt: iso(changedAt),
  }
}

function standingJson(standing: Standing) {
  const isIn = standing.kind === 'signed-in'
  return {
    kind: standing.kind,
    needsSetup: standing.kind === 'loopback' || (standing.kind === 'signed-out' && standing.needsSetup),
    user: isIn ? userJson(standing.user) : null,
    role: isIn ? standing.user.role : standing.kind === 'loopback' ? ('admin' as const) : null,
    csrfToken: isIn ? standing.session.csrfToken : standing.kind === 'loopback' ? standing.csrfToken : null,
    loopbackUntil: standing.kind === 'loopback' ? iso(standing.until) : null,
  }
}

async function signedIn(access: AccessControl, signs: RequestSigns) {
  const standing = await access.standing(signs)
  if (standing.kind !== 'signed-in')
    throw new ApiProblem('api/forbidden', 'only somebody who signed in has a session and a password')
  return standing
}

/** Another site must not sign a browser in as somebody of its choice (login CSRF). */
function refuseOtherSites(signs: RequestSigns): void {
  if (!isSameOrigin(signs)) throw new ApiProblem('api/csrf', 'the request was sent by a page of another site')
}

function from({ ip, signs }: Pick<Call<Endpoint>, 'ip' | 'signs'>) {
  return { ip, userAgent: signs.header('user-agent') ?? '' }
}

/** Without a secret the cookie is taken back. It lasts with the browser; the session itself ends by its own limits. */
function setCookie(
  { signs, setHeader }: Pick<Call<Endpoint>, 'signs' | 'setHeader'>,
  secret: string | undefined,
): void {
  const cookie = [
    `${SESSION_COOKIE}=${secret ?? ''}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Lax',
    ...(signs.isSecure ? ['Secure'] : []),
    ...(secret === undefined ? ['Max-Age=0'] : []),
  ].join('; ')
  setHeader('set-cookie', cookie)
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
