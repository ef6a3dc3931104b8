import { createHash } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'
import { createChallengeCertificate } from './certificate-request.ts'

/** The ways to prove that a host is ours (RFC 8555 §8.3, §8.4; RFC 8737). */
export const challengeTypes = ['http-01', 'tls-alpn-01', 'dns-01'] as const
export type ChallengeType = (typeof challengeTypes)[number]

/** Puts the answer to one challenge where the authority looks, and takes it away again. */
export interface ChallengeSolver {
  /** Errors: whatever kept the answer from being there. */
  put(host: string, token: string, keyAuthorization: string): Promise<void>
  remove(host: string, token: string): Promise<void>
}

/** The answers our own servers give, in memory: an order that is interrupted proves itself anew. */
export class ChallengeAnswers {
  readonly #now: () => number
  readonly #texts = new Map<string, string>()
  readonly #contexts = new Map<string, SecureContext>()

  constructor(now: () => number) {
    this.#now = now
  }

  readonly http: ChallengeSolver = {
    put: async (host, token, keyAuthorization) => {
      this.#texts.set(`${host} ${token}`, keyAuthorization)
    },
    remove: async (host, token) => {
      this.#texts.delete(`${host} ${token}`)
    },
  }

  readonly tlsAlpn: ChallengeSolver = {
    put: async (host, _token, keyAuthorization) => {
      const { certPem, keyPem } = await createChallengeCertificate(host, keyAuthorization, this.#now())
      const context = createSecureContext({ cert: certPem, key: keyPem })
      this.#contexts.set(host, context)
    },
    remove: async host => {
      this.#contexts.delete(host)
    },
  }

  text(host: string, token: string): string | undefined {
    return this.#texts.get(`${host} ${token}`)
  }

  context(host: string): SecureContext | undefined {
    return this.#contexts.get(host)
  }
}

/** What a TXT record at `_acme-challenge.<host>` must hold. Source: RFC 8555 §8.4. */
export function dnsChallengeText(keyAuthorization: string): string {
  return createHash('sha256').update(keyAuthorization).digest('base64url')
}
