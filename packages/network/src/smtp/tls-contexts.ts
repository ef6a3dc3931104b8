import { createSecureContext, type SecureContext } from 'node:tls'
import type { TlsVersion } from './smtp-observation.ts'

/**
 * Old versions, weak keys and old signatures are to be seen and told, not to be refused by our own OpenSSL before
 * anybody could see them.
 */
const SEEING_CIPHERS = 'DEFAULT@SECLEVEL=0'

/** The TLS contexts of a prober, each made once: one with all roots costs milliseconds and memory. */
export interface TlsContexts {
  /** Every version, and the roots to judge by. */
  readonly all: SecureContext
  /** From one version to another; null where this machine's OpenSSL has none of them. Certificates are not judged. */
  between(from: TlsVersion, to: TlsVersion): SecureContext | null
}

export function createTlsContexts(ca: readonly string[] | undefined): TlsContexts {
  const kept = new Map<string, SecureContext | null>()
  return {
    all: createSecureContext({
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.3',
      ciphers: SEEING_CIPHERS,
      ...(ca === undefined ? {} : { ca: [...ca] }),
    }),
    between(from, to) {
      const key = `${from} ${to}`
      let context = kept.get(key)
      if (context === undefined) {
        context = contextBetween(from, to)
        kept.set(key, context)
      }
      return context
    },
  }
}

/** Makes a context for certain versions, with which nothing is trusted; null where OpenSSL here has none of them. */
export function contextBetween(minVersion: TlsVersion, maxVersion: TlsVersion): SecureContext | null {
  try {
    return createSecureContext({ minVersion, maxVersion, ciphers: SEEING_CIPHERS, ca: [] })
  } catch {
    return null
  }
}
