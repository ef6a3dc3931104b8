import type { ApiToken, Principal } from '../../access/index.ts'
import { ApiProblem } from '../api-problem.ts'
import type { tokensContract } from '../contract/tokens.ts'
import type { Handlers } from '../endpoint.ts'
import type { ApiServices } from '../services.ts'
import { withAccessProblems } from './access-problem.ts'

/** Keeps the tokens of programs. */
export function tokensHandlers({
  access,
  clock,
}: Pick<ApiServices, 'access' | 'clock'>): Handlers<typeof tokensContract> {
  return {
    'GET /tokens': async ({ principal }) => {
      const users = new Map((await access.users.list()).map(({ userId, name }) => [userId, name]))
      const tokens = await access.tokens.list(keepsAll(principal) ? undefined : ownId(principal))
      return { items: tokens.map(token => tokenJson(token, users.get(token.userId) ?? '')) }
    },
    'POST /tokens': ({ principal, body, audit }) =>
      withAccessProblems(async () => {
        const userId = ownId(principal)
        const { domains, expiresAt } = body
        const beyond = domains === 'all' ? [] : domains.filter(domain => !covers(principal, domain))
        if (beyond.length > 0)
          throw new ApiProblem('api/forbidden', `these domains are not yours: ${beyond.join(', ')}`)
        if (expiresAt !== undefined && Date.parse(expiresAt) <= clock.now())
          throw new ApiProblem('api/unprocessable', 'the token would have expired already')
        const { text, token } = await access.tokens.create(userId, {
          name: body.name,
          scopes: body.scopes,
          domains,
          expiresAt: expiresAt === undefined ? undefined : Date.parse(expiresAt),
        })
        await audit('token.add', token.name, { scopes: token.scopes, domains: token.domains })
        return { text, token: tokenJson(token, principal.name) }
      }),
    'DELETE /tokens/:id': async ({ principal, params, audit }) => {
      const isGone = await access.tokens.revoke(params.id, keepsAll(principal) ? undefined : ownId(principal))
      if (!isGone) throw new ApiProblem('api/not-found', 'there is no such token')
      await audit('token.revoke', String(params.id))
      return undefined
    },
  }
}

function keepsAll({ role, domains }: Principal): boolean {
  return role === 'admin' && domains === 'all'
}

/** Whoever is at the machine without being a user has nobody to make a token for. */
function ownId({ userId }: Principal): number {
  if (userId === undefined)
    throw new ApiProblem('api/forbidden', 'a token belongs to a user', {
      remedy: 'Make a user first, and sign in.',
    })
  return userId
}

function covers({ domains }: Principal, domain: string): boolean {
  return domains === 'all' || domains.has(domain.toLowerCase())
}

function tokenJson(token: ApiToken, userName: string) {
  const iso = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString())
  return {
    ...token,
    userName,
    scopes: [...token.scopes],
    domains: token.domains === 'all' ? ('all' as const) : [...token.domains],
    createdAt: new Date(token.createdAt).toISOString(),
    expiresAt: iso(token.expiresAt),
    lastUsedAt: iso(token.lastUsedAt),
  }
}
