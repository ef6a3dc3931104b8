/**
 * A sign-in by OpenID Connect that did not come about.
 *
 * Shape: `unavailable` may be well again later, `refused` needs somebody to change something; `message` is for people
 * and has no secret in it.
 */
export class OidcError extends Error {
  override readonly name = 'OidcError'
  readonly kind: 'unavailable' | 'refused'

  constructor(kind: 'unavailable' | 'refused', message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause })
    this.kind = kind
  }
}
