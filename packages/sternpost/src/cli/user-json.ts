import type { ApiToken, User } from '../access/index.ts'

/** A user as `--json` prints it; see docs/reference/user-json.md. */
export function userJson({ name, role, domains, hasPassword, createdAt, changedAt }: User) {
  return { name, role, domains, hasPassword, createdAt: iso(createdAt), changedAt: iso(changedAt) }
}

/** A token as `--json` prints it, without its text. */
export function tokenJson(token: ApiToken, user: string) {
  const { tokenId, name, scopes, domains, createdAt, expiresAt, lastUsedAt } = token
  return {
    id: tokenId,
    user,
    name,
    scopes,
    domains,
    createdAt: iso(createdAt),
    expiresAt: expiresAt === undefined ? null : iso(expiresAt),
    lastUsedAt: lastUsedAt === undefined ? null : iso(lastUsedAt),
  }
}

function iso(at: number): string {
  return new Date(at).toISOString()
}

/** Domains in a sentence or a column. */
export function domainWords(domains: User['domains']): string {
  if (domains === 'all') return 'all'
  const [first, second, ...others] = domains
  if (first === undefined) return 'none'
  if (second === undefined) return first
  return others.length === 0 ? `${first}, ${second}` : `${first} and ${others.length + 1} more`
}
