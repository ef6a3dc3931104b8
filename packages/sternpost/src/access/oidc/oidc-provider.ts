import { readFile } from 'node:fs/promises'
import * as client from 'openid-client'
import type { Clock } from '../../base/index.ts'
import { boundedFetch } from './bounded-fetch.ts'
import { OidcError } from './oidc-error.ts'
import type { OidcSettings } from './oidc-settings.ts'

/** Of each request to the provider; somebody waits before the browser. */
const TIMEOUT_SECONDS = 10
/** Keys and addresses of a provider change now and then. */
const DISCOVERED_FOR_MS = 86_400_000
const MAX_SECRET_BYTES = 16_384

/** What a browser that was sent to the provider must bring back, and what the answer must fit. */
export interface OidcAttempt {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
}

export type OidcClaims = Readonly<Record<string, unknown>>

interface Discovered {
  readonly configuration: client.Configuration
  readonly secret: string | undefined
  readonly at: number
}

/**
 * The provider people sign in at: authorization code with PKCE, state and nonce; the ID token's signature is checked.
 *
 * Errors: `OidcError`.
 * Effects: asks the provider; nothing at the start, so that one that is away holds up no daemon.
 */
export class OidcProvider {
  readonly #settings: OidcSettings
  readonly #clock: Pick<Clock, 'now'>
  #discovered: Discovered | undefined
  #discovering: Promise<Discovered> | undefined

  constructor(settings: OidcSettings, clock: Pick<Clock, 'now'>) {
    this.#settings = settings
    this.#clock = clock
  }

  /** Where to send a browser, and what to remember of it. */
  async begin(redirectUri: string): Promise<{ readonly url: string; readonly attempt: OidcAttempt }> {
    const configuration = await this.#configuration()
    const attempt: OidcAttempt = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      codeVerifier: client.randomPKCECodeVerifier(),
    }
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: this.#settings.scopes.join(' '),
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(attempt.codeVerifier),
      code_challenge_method: 'S256',
    })
    return { url: url.href, attempt }
  }

  /** Takes what the browser brought back for what the provider says of the user. */
  async finish(redirectUri: string, attempt: OidcAttempt, query: URLSearchParams): Promise<OidcClaims> {
    const configuration = await this.#configuration()
    const url = new URL(redirectUri)
    url.search = query.toString()
    try {
      const tokens = await client.authorizationCodeGrant(configuration, url, {
        expectedState: attempt.state,
        expectedNonce: attempt.nonce,
        pkceCodeVerifier: attempt.codeVerifier,
        idTokenExpected: true,
      })
      const claims: OidcClaims = { ...tokens.claims() }
      const subject = String(claims.sub)
      if (this.#wanted().every(name => Object.hasOwn(claims, name))) return claims
      if (configuration.serverMetadata().userinfo_endpoint === undefined) return claims
      // Some keep the ID token small and tell the rest here only.
      return { ...(await client.fetchUserInfo(configuration, tokens.access_token, subject)), ...claims }
    } catch (error) {
      throw asOidcError(error)
    }
  }

  #wanted(): string[] {
    const { nameClaim, roleClaim, domainsClaim } = this.#settings
    const names = nameClaim === 'email' ? [nameClaim, 'email_verified'] : [nameClaim]
    return [...names, roleClaim, domainsClaim].filter(name => name !== undefined)
  }

  async #configuration(): Promise<client.Configuration> {
    const { clientSecretFile } = this.#settings
    const secret = clientSecretFile === undefined ? undefined : await readSecret(clientSecretFile)
    const known = this.#discovered
    const isKnown = known !== undefined && known.secret === secret
    if (isKnown && Math.abs(this.#clock.now() - known.at) < DISCOVERED_FOR_MS) return known.configuration
    // Anybody may ask: a provider that is slow is asked once at a time.
    this.#discovering ??= this.#discover(secret).finally(() => {
      this.#discovering = undefined
    })
    this.#discovered = await this.#discovering
    return this.#discovered.configuration
  }

  async #discover(secret: string | undefined): Promise<Discovered> {
    const { clientId, issuer } = this.#settings
    try {
      const configuration = await client.discovery(
        new URL(issuer),
        clientId,
        {},
        secret === undefined ? client.None() : secretAuthentication(secret),
        {
          timeout: TIMEOUT_SECONDS,
          [client.customFetch]: boundedFetch,
          execute: [
            client.enableNonRepudiationChecks,
            // The configuration takes http for a provider on the same machine only.
            ...(issuer.startsWith('http:') ? [client.allowInsecureRequests] : []),
          ],
        },
      )
      return { configuration, secret, at: this.#clock.now() }
    } catch (error) {
      throw new OidcError('unavailable', `the sign-in provider ${issuer} does not answer as it must`, error)
    }
  }
}

/** In the way the provider says it takes; the standard's default where it says nothing (OpenID Connect Discovery §3). */
function secretAuthentication(secret: string): client.ClientAuth {
  const [basic, post] = [client.ClientSecretBasic(secret), client.ClientSecretPost(secret)]
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    const authenticate = methods.includes('client_secret_basic') ? basic : post
    authenticate(server, ...rest)
  }
}

async function readSecret(file: string): Promise<string> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error)
    throw new OidcError('unavailable', `the secret in ${file} cannot be read (${reason})`)
  }
  const [line = ''] = text.slice(0, MAX_SECRET_BYTES).split('\n')
  if (line.trim() === '')
    throw new OidcError('unavailable', `there is no secret in the first line of ${file}`)
  return line.trim()
}

function asOidcError(error: unknown): OidcError {
  if (error instanceof client.AuthorizationResponseError)
    return new OidcError('refused', `the sign-in provider refused: ${short(error.error)}`, error)
  if (error instanceof client.ResponseBodyError)
    return new OidcError(
      'refused',
      `the sign-in provider took the sign-in back: ${short(error.error)}`,
      error,
    )
  if (error instanceof client.WWWAuthenticateChallengeError)
    return new OidcError('refused', 'the sign-in provider does not take the secret of access.oidc', error)
  const code = error instanceof client.ClientError ? (error.code ?? '') : ''
  if (['OAUTH_TIMEOUT', 'OAUTH_ABORT'].includes(code))
    return new OidcError('unavailable', 'the sign-in provider took too long', error)
  if (code !== '')
    return new OidcError('refused', 'what the sign-in provider answered does not fit this sign-in', error)
  return new OidcError('unavailable', 'the sign-in provider does not answer', error)
}

/** An error's code is the provider's word, or that of whoever made the link. */
function short(code: string): string {
  return /^[\x20-\x7e]{1,60}$/.test(code) ? code : 'for a reason that cannot be shown'
}
