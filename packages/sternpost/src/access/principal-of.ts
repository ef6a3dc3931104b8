import type { Principal } from './principal.ts'
import type { ApiToken } from './token-store.ts'
import type { User } from './user.ts'

/** A person with all that their role allows. */
export function principalOfUser({ name, userId, role, domains }: User): Principal {
  return {
    kind: 'user',
    name,
    userId,
    role,
    domains: domains === 'all' ? 'all' : new Set(domains),
    scopes: 'all',
  }
}

/** A program in a user's place: never more than the user may at this moment. */
export function principalOfToken(token: ApiToken, user: User): Principal {
  return {
    kind: 'token',
    name: `${user.name}/${token.name}`,
    userId: user.userId,
    role: user.role,
    domains: common(user.domains, token.domains),
    scopes: new Set(token.scopes),
  }
}

function common(a: User['domains'], b: User['domains']): Principal['domains'] {
  if (a === 'all') return b === 'all' ? 'all' : new Set(b)
  if (b === 'all') return new Set(a)
  // Either may have ten thousand, and this is done at every request.
  const others = new Set(b)
  return new Set(a.filter(domain => others.has(domain)))
}
