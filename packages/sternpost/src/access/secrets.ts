import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 random bits for URLs, cookies and headers: 43 characters. */
export function createSecret(): string {
  return randomBytes(32).toString('base64url')
}

/**
 * What is kept of a secret: SHA-256 in base64url.
 *
 * A fast hash is enough, as the secret has 256 bits and is no person's choice.
 */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}

/** Compares without telling by time where two texts differ. */
export function isSameSecret(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest())
}
