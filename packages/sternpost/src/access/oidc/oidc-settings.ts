import type { Role } from '../principal.ts'

/** What the configuration says of sign-in by OpenID Connect. */
export interface OidcSettings {
  readonly issuer: string
  readonly label: string
  readonly clientId: string
  readonly clientSecretFile: string | undefined
  readonly scopes: readonly string[]
  readonly nameClaim: string
  readonly unknownUsers: 'refuse' | 'add'
  readonly roleClaim: string | undefined
  readonly roles: Readonly<Record<Role, readonly string[]>>
  readonly domainsClaim: string | undefined
}
