import type { OidcSettings } from '../access/index.ts'
import type { Config } from '../config/index.ts'

/** The sign-in provider of the configuration; undefined where it names none. */
export function oidcSettings({ access: { oidc } }: Config): OidcSettings | undefined {
  const { issuer, clientId, clientSecretFile, roleClaim, domainsClaim, ...rest } = oidc
  // The configuration is refused where there is an issuer without a client.
  if (issuer === undefined || clientId === undefined) return undefined
  return { ...rest, issuer, clientId, clientSecretFile, roleClaim, domainsClaim }
}
