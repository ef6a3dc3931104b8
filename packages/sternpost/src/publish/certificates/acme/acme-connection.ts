import type { KeyObject } from 'node:crypto'
import type * as z from 'zod'
import type { AcmeHttp, AcmeResponse } from './acme-http.ts'
import { AcmeProblem, parseRetryAfter, problemOf } from './acme-problem.ts'
import { type AcmeDirectory, directorySchema, readResource } from './acme-resources.ts'
import { signRequest } from './jws.ts'

/** Who signs: a key alone, or the account it belongs to. */
export interface AcmeSigner {
  readonly key: KeyObject
  readonly accountUrl?: string
}

/** A resource of an authority, with what its headers say. */
export interface AcmeAnswer<T> {
  readonly value: T
  readonly location: string | undefined
  readonly retryAfterSeconds: number | undefined
}

/** How long a directory is believed; authorities change theirs with weeks of notice. */
const DIRECTORY_MS = 3_600_000
/** Nonces kept for later; they go stale in the hands of the authority. */
const MAX_NONCES = 8
/** An authority that rejects nonces on purpose, as Pebble does, is asked again this often. */
const MAX_NONCE_TRIES = 10

/**
 * Speaks with one certificate authority: its directory, its nonces, signed requests.
 *
 * Errors: `CertificateFault`; what the authority refuses is an `AcmeProblem`. Nothing is waited for or tried again but
 * a rejected nonce (RFC 8555 §6.5): when to come back is for the queue to decide.
 * Source: RFC 8555 §6, §7.1.
 */
export class AcmeConnection {
  readonly directoryUrl: string
  readonly #http: AcmeHttp
  readonly #now: () => number
  readonly #nonces: string[] = []
  #directory: { readonly value: AcmeDirectory; readonly readAt: number } | undefined

  constructor(directoryUrl: string, http: AcmeHttp, now: () => number) {
    this.directoryUrl = directoryUrl
    this.#http = http
    this.#now = now
  }

  async directory(): Promise<AcmeDirectory> {
    const known = this.#directory
    if (known !== undefined && this.#now() - known.readAt < DIRECTORY_MS) return known.value
    const { value } = await this.get(this.directoryUrl, directorySchema)
    this.#directory = { value, readAt: this.#now() }
    return value
  }

  /** Reads a resource that anybody may read. */
  async get<T>(url: string, schema: z.ZodType<T>): Promise<AcmeAnswer<T>> {
    const response = await this.#http.send({ method: 'GET', url })
    if (response.status !== 200) throw problemOf(response, url, this.#now())
    return this.#answer(response, schema, url)
  }

  /** Sends a signed request; without a payload it only reads (POST-as-GET). */
  async post<T>(
    url: string,
    signer: AcmeSigner,
    schema: z.ZodType<T>,
    payload?: unknown,
  ): Promise<AcmeAnswer<T>> {
    return this.#answer(await this.#post(url, signer, payload), schema, url)
  }

  /** Reads a resource that is no JSON. */
  async postForText(url: string, signer: AcmeSigner): Promise<string> {
    return (await this.#post(url, signer, undefined)).body
  }

  async #post(url: string, signer: AcmeSigner, payload: unknown): Promise<AcmeResponse> {
    const { key, accountUrl } = signer
    for (let tries = 1; ; tries += 1) {
      const nonce = this.#nonces.pop() ?? (await this.#newNonce())
      const header = { url, nonce, ...(accountUrl === undefined ? {} : { kid: accountUrl }) }
      const response = await this.#http.send({
        method: 'POST',
        url,
        body: signRequest(key, header, payload),
      })
      this.#keepNonce(response)
      if (response.status >= 200 && response.status < 300) return response
      const problem = problemOf(response, new URL(url).host, this.#now())
      if (problem.type !== 'badNonce' || tries >= MAX_NONCE_TRIES) throw problem
    }
  }

  async #newNonce(): Promise<string> {
    const { newNonce } = await this.directory()
    const response = await this.#http.send({ method: 'HEAD', url: newNonce })
    const nonce = response.headers['replay-nonce']
    if (response.status >= 400 || nonce === undefined) throw problemOf(response, newNonce, this.#now())
    return nonce
  }

  #keepNonce(response: AcmeResponse): void {
    const nonce = response.headers['replay-nonce']
    if (nonce !== undefined && this.#nonces.length < MAX_NONCES) this.#nonces.push(nonce)
  }

  #answer<T>(response: AcmeResponse, schema: z.ZodType<T>, url: string): AcmeAnswer<T> {
    return {
      value: readResource(schema, response.body, url),
      location: response.headers.location,
      retryAfterSeconds: parseRetryAfter(response.headers['retry-after'], this.#now()),
    }
  }
}

/** Tells whether an authority refused with one of these words. */
export function isProblem(error: unknown, ...types: readonly string[]): error is AcmeProblem {
  return error instanceof AcmeProblem && types.includes(error.type)
}
