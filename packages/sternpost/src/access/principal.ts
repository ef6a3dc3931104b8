/** From least to most: `viewer` looks, `operator` changes what is published, `admin` keeps users and tokens too. */
export const roles = ['viewer', 'operator', 'admin'] as const
export type Role = (typeof roles)[number]

/** What an API token may be used for. */
export const tokenScopes = [
  'status:read',
  'reports:read',
  'reports:write',
  'domains:read',
  'domains:write',
  'outbound:read',
  'checks:read',
  'checks:write',
  'access:read',
  'access:write',
] as const
export type TokenScope = (typeof tokenScopes)[number]

/** Who asks, and what they may. */
export interface Principal {
  /** `loopback`: somebody at the machine itself, in the first hour and before there are users. */
  readonly kind: 'user' | 'token' | 'loopback'
  /** For the audit log: the user's name, a token's as `user/token name`. */
  readonly name: string
  /** Undefined for `loopback`. */
  readonly userId: number | undefined
  readonly role: Role
  /** `all`, or the domains (A-labels) whose data this one sees and changes. */
  readonly domains: 'all' | ReadonlySet<string>
  /** `all` for people. */
  readonly scopes: 'all' | ReadonlySet<TokenScope>
}

/** Who stands behind somebody who asks, for what is shared out: the same for a person and all their tokens. */
export function personBehind({ name, userId }: Pick<Principal, 'name' | 'userId'>): string {
  return userId === undefined ? name : `user ${userId}`
}

/** Whether a role is at least as much as another. */
export function isAtLeast(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed)
}

/** Whether somebody may see the data of a domain. */
export function maySeeDomain({ domains }: Pick<Principal, 'domains'>, domain: string): boolean {
  return domains === 'all' || domains.has(domain)
}
