import type * as z from 'zod'
import type { Principal, RequestSigns, Role, TokenScope } from '../access/index.ts'
import type { ApiIssueCode } from './issues.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Who may call an endpoint. */
export interface EndpointAccess {
  /** The least role; `public` needs no sign-in at all. */
  readonly role: Role | 'public'
  /**
   * How the domains of whoever asks bound it:
   *
   * - `path`: the path parameter `domain` must be one of theirs, otherwise it does not exist for them (404).
   * - `filtered`: the handler answers with what belongs to their domains only.
   * - `all`: only those who see all domains (403 otherwise).
   * - `none`: nothing of it belongs to a domain.
   */
  readonly domains: 'path' | 'filtered' | 'all' | 'none'
  /** What a token needs; `no-token` where only people with a session may. */
  readonly scope: TokenScope | 'no-token'
}

/** One operation of the API: what goes in, what comes out, who may. */
export interface Endpoint {
  readonly summary: string
  readonly description?: string
  readonly access: EndpointAccess
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  /** JSON by a schema, or bytes as they come. */
  readonly body?: z.ZodType | RawBody
  /** JSON by default; a `RawResponse` or an `EventResponse` otherwise; undefined with status 204. */
  readonly response?: z.ZodType | RawResponse | EventResponse
  /** Default 200, or 204 where there is no response. */
  readonly status?: 200 | 201 | 202 | 204
  /** The answer has a secret in it, such as a new token: it is neither compressed nor kept by the browser. */
  readonly isSecret?: true
  /** Default 64 KiB. */
  readonly maxBodyBytes?: number
  /** Codes beside those that every endpoint can answer with. */
  readonly issues?: readonly ApiIssueCode[]
}

/** A body that is no JSON, such as an uploaded file; its handler is given the bytes. */
export interface RawBody {
  readonly kind: 'bytes'
}

/** Says that the body of a request is bytes. */
export function rawBody(): RawBody {
  return { kind: 'bytes' }
}

/** A response that is no JSON, such as a report's text or CSV. */
export interface RawResponse {
  readonly kind: 'raw'
  readonly contentType: string
}

/** Server-sent events: each name with the shape of its data. */
export interface EventResponse<Events extends Record<string, z.ZodType> = Record<string, z.ZodType>> {
  readonly kind: 'events'
  readonly events: Events
}

export type Contract = Readonly<Record<`${Method} /${string}`, Endpoint>>

/** Keeps the exact types of a part of the contract, which are what handlers and clients are checked against. */
export function defineContract<const C extends Contract>(contract: C): C {
  return contract
}

/** What a handler is given. */
export interface Call<E extends Endpoint> {
  readonly params: OutputOf<E['params']>
  readonly query: OutputOf<E['query']>
  readonly body: E['body'] extends RawBody ? Buffer : OutputOf<E['body']>
  readonly principal: E['access']['role'] extends 'public' ? Principal | undefined : Principal
  /** The caller's address. */
  readonly ip: string
  /** What the request says of who sent it. */
  readonly signs: RequestSigns
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal
  /** Sets a header of the answer. */
  readonly setHeader: (name: string, value: string | readonly string[]) => void
  /** A header of the request, in lower case. */
  readonly header: (name: string) => string | undefined
  /** Writes to the log of changes what was done, to what. */
  readonly audit: (
    action: string,
    subject: string,
    detail?: Readonly<Record<string, unknown>>,
  ) => Promise<void>
}

export type Answer<E extends Endpoint> =
  E['response'] extends EventResponse<infer Events>
    ? AsyncIterable<EventOf<Events>>
    : E['response'] extends RawResponse
      ? string | Buffer | AsyncIterable<string>
      : E['response'] extends z.ZodType
        ? z.input<E['response']>
        : undefined

export type EventOf<Events extends Record<string, z.ZodType>> = {
  [Name in keyof Events & string]: {
    readonly event: Name
    readonly data: z.input<Events[Name]>
    readonly id?: string
  }
}[keyof Events & string]

export type Handler<E extends Endpoint> = (call: Call<E>) => Promise<Answer<E>> | Answer<E>

/** One handler for each endpoint of a part of the contract. */
export type Handlers<C extends Contract> = {
  readonly [Key in keyof C]: C[Key] extends Endpoint ? Handler<C[Key]> : never
}

type OutputOf<S> = S extends z.ZodType ? z.output<S> : undefined
