import { parseDomainName } from '@sternpost/protocol'
import { AccessError } from './access-error.ts'
import type { Role } from './principal.ts'

/** A person who may sign in. */
export interface User {
  readonly userId: number
  /** Folded: see `readUserName`. */
  readonly name: string
  readonly role: Role
  /** `all`, or the domains this user sees and changes. */
  readonly domains: 'all' | readonly string[]
  /** False where the user signs in by OpenID Connect alone. */
  readonly hasPassword: boolean
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly changedAt: number
}

export interface NewUser {
  readonly name: string
  /** Undefined for users of an OpenID Connect provider. */
  readonly password: string | undefined
  readonly role: Role
  readonly domains: 'all' | readonly string[]
}

export type UserChange = Partial<Pick<NewUser, 'role' | 'domains'>>

const MAX_NAME_LENGTH = 120
const MAX_DOMAINS = 10_000

/**
 * Reads the name of a user: letters, digits and `.`, `_`, `-`, `+`, `@` in lower case, so that no two names look
 * alike but for case and none can break a line of a log.
 *
 * Errors: `access/bad-name`.
 */
export function readUserName(text: string): string {
  const name = text.length > 4 * MAX_NAME_LENGTH ? '' : text.normalize('NFKC').trim().toLowerCase()
  if (!/^[\p{L}\p{N}][\p{L}\p{M}\p{N}._+@-]*$/u.test(name) || name.length > MAX_NAME_LENGTH)
    throw new AccessError(
      'access/bad-name',
      `a name has 1 to ${MAX_NAME_LENGTH} letters, digits and the signs . _ + @ -, and begins with a letter or digit`,
    )
  return name
}

/** Reads the domains of a user or token. Errors: `access/bad-domain`. */
export function readDomains(domains: 'all' | readonly string[]): 'all' | readonly string[] {
  if (domains === 'all') return 'all'
  if (domains.length > MAX_DOMAINS)
    throw new AccessError('access/too-many', `at most ${MAX_DOMAINS} domains can be named`)
  const names = domains.map(text => {
    const parsed = parseDomainName(text.trim())
    if (!parsed.ok)
      throw new AccessError('access/bad-domain', parsed.issues[0]?.message ?? `"${text}" is no domain`)
    return parsed.value as string
  })
  return [...new Set(names)].sort()
}

/** As it stands in the database. */
export function formatDomains(domains: 'all' | readonly string[]): string {
  return domains === 'all' ? 'all' : JSON.stringify(domains)
}

/** From the database; what cannot be read sees nothing. */
export function parseDomains(text: string): 'all' | readonly string[] {
  if (text === 'all') return 'all'
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value.filter(each => typeof each === 'string') : []
  } catch {
    return []
  }
}
