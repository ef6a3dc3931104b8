import { createHash, createHmac, createPublicKey, type KeyObject, sign } from 'node:crypto'

/** The public half of an account key, with its members in the order a thumbprint needs (RFC 7638 §3.2). */
interface PublicJwk {
  readonly crv: 'P-256'
  readonly kty: 'EC'
  readonly x: string
  readonly y: string
}

/** What stands in the protected header beside the algorithm. */
export interface JwsHeader {
  readonly url: string
  readonly nonce?: string
  /** The account's URL; without it the key itself is sent. */
  readonly kid?: string
}

/**
 * Signs a request with an account key (ECDSA P-256).
 *
 * Shape: JSON of a flattened JWS; without a payload it is a POST-as-GET.
 * Source: RFC 8555 §6.2, §6.3.
 */
export function signRequest(key: KeyObject, header: JwsHeader, payload: unknown): string {
  const { kid, ...rest } = header
  const who = kid === undefined ? { jwk: publicJwk(key) } : { kid }
  const protectedPart = encode({ alg: 'ES256', ...rest, ...who })
  const payloadPart = payload === undefined ? '' : encode(payload)
  const signature = sign('sha256', Buffer.from(`${protectedPart}.${payloadPart}`), {
    key,
    dsaEncoding: 'ieee-p1363',
  })
  return JSON.stringify({
    protected: protectedPart,
    payload: payloadPart,
    signature: signature.toString('base64url'),
  })
}

/**
 * Binds an account key to an account the authority knows otherwise.
 *
 * Source: RFC 8555 §7.3.4.
 */
export function bindExternalAccount(
  key: KeyObject,
  url: string,
  external: { readonly keyId: string; readonly hmacKey: Uint8Array },
): object {
  const protectedPart = encode({ alg: 'HS256', kid: external.keyId, url })
  const payload = encode(publicJwk(key))
  const signature = createHmac('sha256', external.hmacKey).update(`${protectedPart}.${payload}`).digest()
  return { protected: protectedPart, payload, signature: signature.toString('base64url') }
}

/** What answers a challenge: the token and who we are. Source: RFC 8555 §8.1. */
export function keyAuthorization(key: KeyObject, token: string): string {
  const thumbprint = createHash('sha256')
    .update(JSON.stringify(publicJwk(key)))
    .digest('base64url')
  return `${token}.${thumbprint}`
}

function publicJwk(key: KeyObject): PublicJwk {
  const { x, y } = createPublicKey(key).export({ format: 'jwk' })
  if (x === undefined || y === undefined) throw new TypeError('an account key is ECDSA P-256')
  return { crv: 'P-256', kty: 'EC', x, y }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
