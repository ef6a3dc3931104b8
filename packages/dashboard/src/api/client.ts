import type { ApiBody, ApiKey, ApiOutput, ApiParams, ApiQuery, Problem } from 'sternpost/api'
import { connection } from './connection.ts'
import { tellOtherTabs } from './other-tabs.ts'
import { type Standing, session } from './session.ts'

/** Where the API is found. */
export const API_PREFIX = '/api/v1'

/** What goes along with a call; only what the endpoint takes. */
export type ApiInput<Key extends ApiKey> = Given<'params', ApiParams<Key>> &
  GivenLoosely<'query', ApiQuery<Key>> &
  Given<'body', ApiBody<Key>>

type Given<Name extends string, Part> = [Part] extends [undefined] ? unknown : { readonly [P in Name]: Part }
type GivenLoosely<Name extends string, Part> = [Part] extends [undefined]
  ? unknown
  : { readonly [P in Name]?: { readonly [Q in keyof Part]?: Part[Q] | undefined } }

/** The arguments after the key: none are needed where the endpoint needs none. */
export type ApiArguments<Key extends ApiKey, Options> =
  Record<never, never> extends ApiInput<Key>
    ? [input?: ApiInput<Key>, options?: Options]
    : [input: ApiInput<Key>, options?: Options]

/** An answer of the API that is an error: the message is the problem's detail. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

/** Whether an answer was that nobody is signed in. */
export function isNotSignedIn(error: unknown): boolean {
  return error instanceof ApiError && error.problem.code === 'api/not-signed-in'
}

/** No answer at all: the daemon is away, or the network between. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'
}

export interface CallOptions {
  readonly signal?: AbortSignal
}

/**
 * Calls an endpoint of the API.
 *
 * Errors: `ApiError`, `UnreachableError`.
 */
export async function callApi<Key extends ApiKey>(
  key: Key,
  ...[input, options]: ApiArguments<Key, CallOptions>
): Promise<ApiOutput<Key>> {
  const response = await openApi(key, ...([input, options] as unknown as ApiArguments<Key, CallOptions>))
  if (response.status === 204) return undefined as ApiOutput<Key>
  const isJson = (response.headers.get('content-type') ?? '').includes('json')
  const output: unknown = isJson ? await response.json() : await response.text()
  if (tellsStanding(key)) {
    session.learn(output as Standing)
    if (key !== 'GET /session') tellOtherTabs('signed-in')
  }
  return output as ApiOutput<Key>
}

/** Whether the answer of an endpoint is how the browser stands. */
function tellsStanding(key: ApiKey): boolean {
  return ['GET /session', 'POST /session', 'POST /session/oidc/finish', 'POST /setup'].includes(key)
}

/**
 * Sends a call as whoever is signed in.
 *
 * A change that comes too late for its session waits until somebody is in again, and is sent once more if it is the same
 * person. For somebody else it is an error: they may not know of it, nor want it done in their name.
 */
async function sendAs(key: string, input: LooseInput, signal: AbortSignal | undefined): Promise<Response> {
  const isChange = !key.startsWith('GET ')
  if (isChange && session.standing === undefined) await callApi('GET /session')
  const sender = session.standing
  try {
    return await sendWithToken(key, input, signal)
  } catch (error) {
    // Whoever wanted to leave is out.
    const isTooLate = isChange && key !== 'DELETE /session' && isNotSignedIn(error) && session.hasExpired
    const back = isTooLate ? await session.whenBack() : undefined
    if (back === undefined) throw error
    if (back.user?.userId !== sender?.user?.userId) throw new ApiError(sentByAnother(sender, back))
    return await sendWithToken(key, input, signal)
  }
}

/** Why a change did not go on by itself after a sign-in. */
function sentByAnother(sender: Standing | undefined, now: Standing): Problem {
  const name = (standing: Standing | undefined) => standing?.user?.name ?? 'somebody without a user'
  return {
    type: 'about:blank',
    title: 'Signed in as somebody else',
    status: 401,
    code: 'dashboard/another-user',
    detail: `nothing was changed: ${name(sender)} began this, and ${name(now)} is signed in now`,
    remedy: `Do it again to have it done in the name of ${name(now)}.`,
  }
}

/**
 * Sends changes with the token that proves that this page sent them.
 *
 * A sign-in in another window gives another token, so a refused one is asked for anew, once.
 */
async function sendWithToken(
  key: string,
  input: LooseInput,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const isChange = !key.startsWith('GET ')
  const tokenSent = session.csrfToken
  const response = await send(key, input, signal)
  if (response.ok) return response
  const problem = await problemOf(response)
  if (problem.code === 'api/csrf' && isChange) {
    const { csrfToken } = await callApi('GET /session')
    if (csrfToken !== null && csrfToken !== tokenSent) {
      const again = await send(key, input, signal)
      if (again.ok) return again
      throw new ApiError(await problemOf(again))
    }
  }
  if (problem.code === 'api/not-signed-in') session.expire()
  throw new ApiError(problem)
}

/**
 * Calls an endpoint whose answer is read piece by piece.
 *
 * Errors: `ApiError`, `UnreachableError`.
 */
export async function openApi<Key extends ApiKey>(
  key: Key,
  ...[input, options]: ApiArguments<Key, CallOptions>
): Promise<Response> {
  return sendAs(key, input ?? {}, options?.signal)
}

/** The address of an endpoint with its parameters filled in. Shape: path and query. */
export function apiUrl<Key extends ApiKey>(key: Key, ...[input]: ApiArguments<Key, never>): string {
  return urlOf(key, input ?? {})
}

/** An input as it is looked at once the types have done their work. */
interface LooseInput {
  readonly params?: Readonly<Record<string, unknown>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: unknown
}

function urlOf(key: string, { params = {}, query = {} }: LooseInput): string {
  const path = key
    .slice(key.indexOf(' ') + 1)
    .replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined && each !== null) search.append(name, String(each))
    }
  }
  return `${API_PREFIX}${path}${search.size === 0 ? '' : `?${search}`}`
}

const BYTES = 'application/octet-stream'

function isBytes(body: unknown): body is Uint8Array<ArrayBuffer> {
  return body instanceof Uint8Array
}

async function send(key: string, input: LooseInput, signal: AbortSignal | undefined): Promise<Response> {
  const { body } = input
  const method = key.slice(0, key.indexOf(' '))
  const { csrfToken } = session
  try {
    const response = await fetch(urlOf(key, input), {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(method === 'GET' || csrfToken === undefined ? {} : { 'x-csrf-token': csrfToken }),
        ...(body === undefined ? {} : { 'content-type': isBytes(body) ? BYTES : 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isBytes(body) ? body : JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    })
    connection.tell('here')
    return response
  } catch (error) {
    if (signal?.aborted === true) throw error
    connection.tell('away')
    throw new UnreachableError('Sternpost does not answer', { cause: error })
  }
}

/** The problem an answer tells of; one of our own making where something between us and the daemon answered. */
async function problemOf(response: Response): Promise<Problem> {
  const { status } = response
  try {
    const found: unknown = await response.json()
    if (typeof found === 'object' && found !== null && 'code' in found && 'detail' in found)
      return found as Problem
  } catch {
    // No JSON: said below.
  }
  return {
    type: 'about:blank',
    title: response.statusText,
    status,
    code: `http/${status}`,
    detail: `the answer has the status ${status} and no explanation`,
    remedy: 'If there is a proxy before Sternpost, its log may say more.',
  }
}
