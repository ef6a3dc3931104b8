import type { AccessControl, RequestSigns } from '../../access/index.ts'
import { ApiProblem } from '../api-problem.ts'
import type { sessionContract } from '../contract/session.ts'
import type { Handlers } from '../endpoint.ts'
import type { ApiServices } from '../services.ts'
import { withAccessProblems } from './access-problem.ts'
import {
  answerBegun,
  openSession,
  placeOf,
  refuseOtherSites,
  setSessionCookie,
  standingJson,
} from './session-answer.ts'

/** Signs in and out. */
export function sessionHandlers({ access }: Pick<ApiServices, 'access'>): Handlers<typeof sessionContract> {
  return {
    'GET /session': async ({ signs }) => standingJson(await access.standing(signs)),
    'POST /session': call =>
      withAccessProblems(async () => {
        refuseOtherSites(call.signs)
        const { name, password } = call.body
        const { user, secret, session } = await access.signIn(name, password, placeOf(call))
        return answerBegun(access, call, user, secret, session)
      }),
    'DELETE /session': async call => {
      const standing = await access.standing(call.signs)
      if (standing.kind === 'signed-in') {
        await access.sessions.end(standing.user.userId, standing.session.sessionHash)
        await call.audit('session.end', standing.user.name)
      }
      setSessionCookie(call, undefined)
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
        return openSession(access, call, user)
      }),
  }
}

async function signedIn(access: AccessControl, signs: RequestSigns) {
  const standing = await access.standing(signs)
  if (standing.kind !== 'signed-in')
    throw new ApiProblem('api/forbidden', 'only somebody who signed in has a session and a password')
  return standing
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
