import { fastifyCookie } from '@fastify/cookie'
import type * as z from 'zod'
import {
  type AccessControl,
  isSameOrigin,
  type RequestSigns,
  SESSION_COOKIE,
  type Session,
  type Standing,
  type User,
} from '../../access/index.ts'
import { ApiProblem } from '../api-problem.ts'
import type { standing as standingSchema, user as userSchema } from '../contract/access-schemas.ts'
import type { Call, Endpoint } from '../endpoint.ts'

type SessionCall = Pick<Call<Endpoint>, 'ip' | 'setHeader' | 'signs'>

/** Begins a session for somebody whose identity is proved, and answers as `GET /session` does. */
export async function openSession(access: AccessControl, call: SessionCall, user: User) {
  const { secret, session } = await access.beginSession(user, placeOf(call))
  return answerBegun(access, call, user, secret, session)
}

/** Gives the browser the cookie of a session that was begun; the one it had before ends, as nobody could use it again. */
export async function answerBegun(
  access: AccessControl,
  call: SessionCall,
  user: User,
  secret: string,
  session: Session,
) {
  const before = await access.standing(call.signs)
  if (before.kind === 'signed-in') await access.sessions.end(before.user.userId, before.session.sessionHash)
  setSessionCookie(call, secret)
  return standingJson({ kind: 'signed-in', user, session })
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

/** How somebody stands, as the API tells it. */
export function standingJson(standing: Standing): z.input<typeof standingSchema> {
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

/** Another site must not sign a browser in as somebody of its choice (login CSRF). */
export function refuseOtherSites(signs: RequestSigns): void {
  if (!isSameOrigin(signs)) throw new ApiProblem('api/csrf', 'the request was sent by a page of another site')
}

/** Where a sign-in comes from. */
export function placeOf({ ip, signs }: Pick<SessionCall, 'ip' | 'signs'>) {
  return { ip, userAgent: signs.header('user-agent') ?? '' }
}

/** Without a secret the cookie is taken back. It lasts with the browser; the session itself ends by its own limits. */
export function setSessionCookie(
  { signs, setHeader }: Pick<SessionCall, 'setHeader' | 'signs'>,
  secret: string | undefined,
): void {
  const cookie = fastifyCookie.serialize(SESSION_COOKIE, secret ?? '', {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: signs.isSecure,
    ...(secret === undefined ? { maxAge: 0 } : {}),
  })
  setHeader('set-cookie', cookie)
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
