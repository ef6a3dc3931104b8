import { domainToASCII } from 'node:url'
import { parseDomainName } from '@sternpost/protocol'
import { type Role, roles } from '../principal.ts'
import { OidcError } from './oidc-error.ts'
import type { OidcClaims } from './oidc-provider.ts'
import type { OidcSettings } from './oidc-settings.ts'

const MAX_VALUES = 10_000

/** Who a provider says somebody is, in our words. */
export interface OidcIdentity {
  readonly issuer: string
  /** Never given to another user of the provider (OpenID Connect Core §2). */
  readonly subject: string
  /** As the provider has it; undefined where it says none that can be believed. */
  readonly name: string | undefined
  /** Undefined where claims do not decide the role. */
  readonly role: Role | undefined
  /** Undefined where claims do not decide the domains. */
  readonly domains: 'all' | readonly string[] | undefined
}

/**
 * Reads the claims by which a user is known and what they may do.
 *
 * Errors: `OidcError` `refused` where the role is decided by a claim and it gives none.
 */
export function readOidcClaims(settings: OidcSettings, claims: OidcClaims): OidcIdentity {
  const { issuer, roleClaim, domainsClaim } = settings
  const subject = claims.sub
  if (typeof subject !== 'string' || subject === '' || subject.length > 255)
    throw new OidcError('refused', 'the sign-in provider does not say who this is (claim sub)')
  return {
    issuer,
    subject,
    name: nameOf(settings, claims),
    role: roleClaim === undefined ? undefined : roleOf(settings, valuesOf(claims, roleClaim), roleClaim),
    domains: domainsClaim === undefined ? undefined : domainsOf(valuesOf(claims, domainsClaim)),
  }
}

function nameOf({ nameClaim }: OidcSettings, claims: OidcClaims): string | undefined {
  // Whoever may type any address would otherwise be whoever has that name here.
  if (nameClaim === 'email' && claims.email_verified !== true) return undefined
  const name = Object.hasOwn(claims, nameClaim) ? claims[nameClaim] : undefined
  return typeof name === 'string' && name !== '' ? name : undefined
}

function roleOf(settings: OidcSettings, values: readonly string[], roleClaim: string): Role {
  const found = roles.findLast(role => settings.roles[role].some(value => values.includes(value)))
  if (found !== undefined) return found
  throw new OidcError('refused', `the sign-in provider gives no role here (claim ${roleClaim})`)
}

function domainsOf(values: readonly string[]): 'all' | readonly string[] {
  if (values.includes('*')) return 'all'
  const names = values.map(value => parseDomainName(value, { toAscii: domainToASCII }))
  return [...new Set(names.flatMap(name => (name.ok ? [name.value] : [])))].sort()
}

function valuesOf(claims: OidcClaims, name: string): readonly string[] {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined
  const values = Array.isArray(value) ? value.slice(0, MAX_VALUES) : [value]
  return values.filter(each => typeof each === 'string')
}
