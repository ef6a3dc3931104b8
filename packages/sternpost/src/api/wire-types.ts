/** The API as its clients see it: types only, so that a client takes nothing of the program along. */
import type * as z from 'zod'
import type { ApiContract } from './contract/index.ts'
import type { EventResponse, RawBody } from './endpoint.ts'

export type { Problem } from './api-problem.ts'
export type { ApiContract } from './contract/index.ts'

/** Every endpoint, such as `GET /status`. */
export type ApiKey = keyof ApiContract

/** Endpoints that only look. */
export type ApiReadKey = Extract<ApiKey, `GET ${string}`>

/** Endpoints that change something or begin work. */
export type ApiChangeKey = Exclude<ApiKey, ApiReadKey>

/** Endpoints that send events. */
export type ApiEventKey = {
  [Key in ApiKey]: ApiContract[Key] extends { readonly response: EventResponse } ? Key : never
}[ApiKey]

type Part<Key extends ApiKey, Name extends 'params' | 'query' | 'body'> =
  ApiContract[Key] extends Readonly<Record<Name, infer Schema extends z.ZodType>>
    ? z.input<Schema>
    : undefined

export type ApiParams<Key extends ApiKey> = Part<Key, 'params'>
export type ApiQuery<Key extends ApiKey> = Part<Key, 'query'>
/** Bytes where the endpoint takes a file as it is. */
export type ApiBody<Key extends ApiKey> = ApiContract[Key] extends { readonly body: RawBody }
  ? Uint8Array<ArrayBuffer>
  : Part<Key, 'body'>

/** What an endpoint answers with; text where it answers with no JSON, undefined where with nothing. */
export type ApiOutput<Key extends ApiKey> = ApiContract[Key] extends { readonly response: infer Response }
  ? Response extends z.ZodType
    ? z.output<Response>
    : string
  : undefined

/** The entries of a list that is read page by page. */
export type ApiItem<Key extends ApiKey> =
  ApiOutput<Key> extends { items: readonly (infer Item)[] } ? Item : never

/** Lists that are read page by page. */
export type ApiPageKey = {
  [Key in ApiReadKey]: ApiOutput<Key> extends { items: readonly unknown[]; nextCursor: string | null }
    ? Key
    : never
}[ApiReadKey]

/** The events of an endpoint that sends them: each name with its data. */
export type ApiEvents<Key extends ApiEventKey> = ApiContract[Key] extends {
  readonly response: EventResponse<infer Events>
}
  ? { [Name in keyof Events & string]: z.output<Events[Name]> }
  : never
