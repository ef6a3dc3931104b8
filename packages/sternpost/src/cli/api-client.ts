import type * as z from 'zod'
import type { ApiContract, Endpoint, Problem, RawBody } from '../api/index.ts'
import { exitCode } from './exit-code.ts'
import { type ReceivedEvent, readEvents } from './read-events.ts'
import { errorOfProblem, ServerError } from './server-error.ts'
import type { ServerAddress } from './server-option.ts'

type Key = keyof ApiContract
type InputOf<S> = S extends z.ZodType ? z.input<S> : S extends RawBody ? Uint8Array : undefined
type Member<E, Name extends string> = E extends { readonly [N in Name]: infer S } ? S : undefined

/** What goes into a call: `params`, `query` and `body`, each where the endpoint has it. */
export interface CallInput<K extends Key> {
  readonly params?: InputOf<Member<ApiContract[K], 'params'>>
  readonly query?: InputOf<Member<ApiContract[K], 'query'>>
  readonly body?: InputOf<Member<ApiContract[K], 'body'>>
}

/** What comes out of a call whose answer is JSON. */
export type CallOutput<K extends Key> =
  Member<ApiContract[K], 'response'> extends z.ZodType
    ? z.output<Member<ApiContract[K], 'response'>>
    : undefined

/** Answers are waited for this long; whatever takes longer tells of itself by events. */
const TIMEOUT_MS = 60_000
/** No answer that is read whole is larger. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024

/**
 * Calls the API of a daemon, typed by its contract.
 *
 * Errors: `ServerError` for everything that goes wrong, with a sentence for people.
 */
export class ApiClient {
  readonly #server: ServerAddress
  readonly #signal: AbortSignal | undefined

  /** `signal` ends what is under way. */
  constructor(server: ServerAddress, signal?: AbortSignal) {
    this.#server = server
    this.#signal = signal
  }

  /** Calls an endpoint and checks that its answer is as the contract says. */
  async call<K extends Key>(key: K, input: CallInput<K> = {}): Promise<CallOutput<K>> {
    const response = await this.#send(key, input, { accept: 'application/json' }, TIMEOUT_MS)
    const { contract } = await import('../api/index.ts')
    const schema: Endpoint['response'] = (contract[key] as Endpoint).response
    const text = await readWhole(response)
    if (schema === undefined) return undefined as CallOutput<K>
    if ('kind' in schema) throw new TypeError(`${key} does not answer with JSON`)
    const parsed = schema.safeParse(parseJson(text))
    if (!parsed.success) throw foreign(this.#server.url)
    return parsed.data as CallOutput<K>
  }

  /** The bytes of an answer that is no JSON, as they come. */
  async *bytes<K extends Key>(key: K, input: CallInput<K> = {}): AsyncGenerator<Uint8Array> {
    const response = await this.#send(key, input, {}, TIMEOUT_MS)
    try {
      for await (const chunk of response.body ?? []) yield chunk
    } catch (error) {
      throw this.#unreachable(error)
    }
  }

  /** Events as they come, to their end; `after` is the id of the last one that was had. */
  async *events<K extends Key>(
    key: K,
    input: CallInput<K> = {},
    after?: string,
  ): AsyncGenerator<ReceivedEvent> {
    const headers = {
      accept: 'text/event-stream',
      ...(after === undefined ? {} : { 'last-event-id': after }),
    }
    const response = await this.#send(key, input, headers)
    try {
      yield* readEvents(response.body ?? [])
    } catch (error) {
      throw this.#unreachable(error)
    }
  }

  async #send<K extends Key>(
    key: K,
    { params, query, body }: CallInput<K>,
    headers: Readonly<Record<string, string>>,
    timeoutMs?: number,
  ): Promise<Response> {
    const [method = '', path = ''] = key.split(' ')
    const { API_PREFIX } = await import('../api/index.ts')
    const url = new URL(`${this.#server.url}${API_PREFIX}${fill(path, params)}`)
    for (const [name, value] of Object.entries(query ?? {}))
      for (const one of [value].flat()) if (one !== undefined) url.searchParams.append(name, String(one))
    const isRaw = body instanceof Uint8Array
    const signals = [
      ...(this.#signal === undefined ? [] : [this.#signal]),
      ...(timeoutMs === undefined ? [] : [AbortSignal.timeout(timeoutMs)]),
    ]
    let response: Response
    try {
      response = await fetch(url, {
        method,
        // A redirect would take the token to somebody else.
        redirect: 'error',
        headers: {
          ...headers,
          ...(body === undefined
            ? {}
            : { 'content-type': isRaw ? 'application/octet-stream' : 'application/json' }),
          ...(this.#server.token === undefined ? {} : { authorization: `Bearer ${this.#server.token}` }),
        },
        ...(body === undefined ? {} : { body: isRaw ? new Uint8Array(body) : JSON.stringify(body) }),
        signal: AbortSignal.any(signals),
      })
    } catch (error) {
      throw this.#unreachable(error)
    }
    if (response.ok) return response
    throw await this.#problemOf(response)
  }

  async #problemOf(response: Response): Promise<ServerError> {
    const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true
    const value = isProblem ? parseJson(await readWhole(response)) : undefined
    const { apiIssues, problemSchema } = await import('../api/index.ts')
    const parsed = problemSchema.safeParse(value)
    if (!parsed.success) {
      const { status } = response
      const answers = `${this.#server.url} answers ${status}`
      // A proxy before it, or a daemon that is about to end.
      return status >= 500
        ? new ServerError(`${answers}${detailOf(value)}`, exitCode.temporary)
        : new ServerError(`${answers} and is no Sternpost of this version`, exitCode.usage)
    }
    const problem: Problem = parsed.data
    const clause = Object.hasOwn(apiIssues, problem.code)
      ? apiIssues[problem.code as keyof typeof apiIssues].clause
      : undefined
    return errorOfProblem(problem, clause)
  }

  #unreachable(error: unknown): ServerError {
    if (error instanceof ServerError) return error
    if (this.#signal?.aborted === true) return new ServerError('stopped', exitCode.temporary)
    const { cause, message, name } = error as Error
    const reason = name === 'TimeoutError' ? 'no answer in time' : messageOf(cause) || message
    return new ServerError(`${this.#server.url} cannot be reached: ${reason}`, exitCode.temporary)
  }
}

function fill(path: string, params: object | undefined): string {
  const values = (params ?? {}) as Readonly<Record<string, unknown>>
  return path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(values[name] ?? '')))
}

async function readWhole(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let [text, bytes] = ['', 0]
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length
      if (bytes > MAX_ANSWER_BYTES) throw new ServerError('the answer is too large', exitCode.temporary)
      text += decoder.decode(chunk, { stream: true })
    }
  } catch (error) {
    if (error instanceof ServerError) throw error
    throw new ServerError(`the answer broke off: ${messageOf(error)}`, exitCode.temporary)
  }
  return text + decoder.decode()
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What an error that is not of the API says of itself. */
function detailOf(value: unknown): string {
  const detail = (value as { readonly detail?: unknown } | undefined)?.detail
  return typeof detail === 'string' ? `: ${detail}` : ''
}

function foreign(url: string): ServerError {
  return new ServerError(
    `the answer of ${url} is not what this version knows; are both of the same version?`,
    exitCode.temporary,
  )
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : ''
}
