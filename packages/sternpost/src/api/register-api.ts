import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { constants } from 'node:zlib'
import compress, { type FastifyCompressOptions } from '@fastify/compress'
import cookie from '@fastify/cookie'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import * as z from 'zod'
import {
  type AccessGate,
  isAtLeast,
  maySeeDomain,
  type Principal,
  personBehind,
  type RequestSigns,
} from '../access/index.ts'
import type { Logger } from '../log/index.ts'
import { NotDurableError } from '../store/index.ts'
import { ApiProblem } from './api-problem.ts'
import type { Call, Contract, Endpoint, Handler, Method } from './endpoint.ts'
import { sendEvents } from './send-events.ts'
import { StreamLimit } from './stream-limit.ts'
import { writeOnce } from './unchanging-answers.ts'

/** Where the API is found. */
export const API_PREFIX = '/api/v1'

const MAX_BODY_BYTES = 65_536
/** How long a stream of events goes on after a sign-out elsewhere, at most. */
const LOOK_AGAIN_MS = 15_000

/** Answers only: a compressed body could unpack to any size. Brotli at a level that costs no more than gzip. */
const COMPRESSION = {
  globalDecompression: false,
  encodings: ['br', 'gzip'],
  threshold: 1_024,
  brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
} satisfies FastifyCompressOptions

export interface ApiOptions {
  readonly contract: Contract
  /** One for each endpoint of the contract. */
  readonly handlers: Readonly<Record<string, unknown>>
  readonly gate: AccessGate
  readonly log: Logger
  /** How often an open stream of events is asked for its rights. Default 15 s. */
  readonly lookAgainMs?: number
}

/**
 * Adds the endpoints of a contract to a server: who asks is told, what goes in is checked, what comes out is
 * checked, and every error is a problem document (RFC 9457).
 */
export function registerApi(app: FastifyInstance, options: ApiOptions): void {
  const streams = new StreamLimit()
  app.register(cookie)
  app.register(
    async scope => {
      await scope.register(compress, COMPRESSION)
      scope.setErrorHandler((error, _request, reply) => sendProblem(reply, asProblem(error, options.log)))
      scope.setNotFoundHandler((_request, reply) =>
        sendProblem(
          reply,
          new ApiProblem('api/not-found', 'the API has no such path', {
            remedy: 'Is this daemon of the same version as whoever asks it?',
          }),
        ),
      )
      for (const [key, endpoint] of Object.entries(options.contract)) {
        const [method, path] = key.split(' ') as [Method, string]
        const handler = options.handlers[key] as Handler<Endpoint> | undefined
        if (handler === undefined) throw new Error(`no handler for ${key}`)
        if (!takesBytes(endpoint)) addEndpoint(scope, options, streams, method, path, endpoint, handler)
        else
          scope.register((own, _none, ownDone) => {
            own.removeAllContentTypeParsers()
            own.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) =>
              parsed(null, body),
            )
            addEndpoint(own, options, streams, method, path, endpoint, handler)
            ownDone()
          })
      }
    },
    { prefix: API_PREFIX },
  )
}

function takesBytes({ body }: Endpoint): boolean {
  return body !== undefined && 'kind' in body
}

function addEndpoint(
  app: FastifyInstance,
  options: ApiOptions,
  streams: StreamLimit,
  method: Method,
  path: string,
  endpoint: Endpoint,
  handler: Handler<Endpoint>,
): void {
  app.route({
    method,
    url: path,
    bodyLimit: endpoint.maxBodyBytes ?? MAX_BODY_BYTES,
    // The length of compressed text tells of what is in it, so a secret is never beside what others may choose.
    ...(endpoint.isSecret === true ? { compress: false } : {}),
    // Events have no end to wait for, so that nobody can ask for their headers alone.
    exposeHeadRoute: !isStream(endpoint),
    // Before the body is read: who may not call sends nothing.
    onRequest: async (request, reply) => {
      reply.header('cache-control', 'no-store')
      principals.set(request, await admit(options.gate, endpoint, request))
    },
    handler: (request, reply) => answer(options, streams, endpoint, handler, request, reply),
  })
}

function isStream({ response }: Endpoint): boolean {
  return response !== undefined && 'kind' in response && response.kind === 'events'
}

interface SentEvent {
  readonly event: string
  readonly data: unknown
}

const principals = new WeakMap<FastifyRequest, Principal | undefined>()

async function admit(
  gate: AccessGate,
  endpoint: Endpoint,
  request: FastifyRequest,
  why?: 'looks-again',
): Promise<Principal | undefined> {
  const { access } = endpoint
  const found = await gate.identify(signsOf(request), why)
  // Who signs in anew beside an old session is nobody yet; those endpoints look themselves where it comes from.
  if (found.kind === 'forged' && access.role !== 'public') throw new ApiProblem('api/csrf', found.reason)
  const principal = found.kind === 'somebody' ? found.principal : undefined
  if (access.role === 'public') return principal
  if (principal === undefined) {
    const reason = found.kind === 'nobody' ? found.reason : undefined
    throw new ApiProblem('api/not-signed-in', reason ?? 'this needs a sign-in', {
      remedy: 'Sign in, or send a token: Authorization: Bearer TOKEN.',
    })
  }
  if (!isAtLeast(principal.role, access.role))
    throw new ApiProblem('api/forbidden', `this needs the role ${access.role}; yours is ${principal.role}`)
  if (!hasScope(principal, access.scope))
    throw new ApiProblem(
      'api/forbidden',
      access.scope === 'no-token' ? 'no token may do this' : `the token lacks the scope ${access.scope}`,
    )
  if (access.domains === 'all' && principal.domains !== 'all')
    throw new ApiProblem('api/forbidden', 'this needs the right to see all domains')
  if (access.domains === 'path') {
    const { domain } = request.params as { domain?: string }
    // As if it did not exist: whether another's domain is here is nobody's business.
    if (domain === undefined || !maySeeDomain(principal, domain.toLowerCase()))
      throw new ApiProblem('api/not-found', 'there is no such domain here')
  }
  return principal
}

function hasScope({ kind, scopes }: Principal, needed: Endpoint['access']['scope']): boolean {
  if (needed === 'no-token') return kind !== 'token'
  return scopes === 'all' || scopes.has(needed)
}

async function answer(
  { gate, log, lookAgainMs = LOOK_AGAIN_MS }: ApiOptions,
  streams: StreamLimit,
  endpoint: Endpoint,
  handler: Handler<Endpoint>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const principal = principals.get(request)
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  const call: Call<Endpoint> = {
    params: read(endpoint.params, request.params, 'path'),
    query: read(endpoint.query, request.query, 'query'),
    body: readBody(endpoint.body, request.body),
    // A public endpoint takes undefined too; the types of its handler say so.
    principal: principal as Principal,
    ip: request.ip,
    signs: signsOf(request),
    signal: gone.signal,
    setHeader: (name, value) => void reply.header(name, value),
    header: name => headerOf(request, name),
    audit: (action, subject, detail) => gate.audit({ principal, ip: request.ip, action, subject, detail }),
  }
  const { response, status } = endpoint
  if (response !== undefined && 'kind' in response && response.kind === 'events') {
    const leave = streams.enter(principal === undefined ? request.ip : personBehind(principal))
    if (leave === undefined)
      throw new ApiProblem('api/too-many-requests', 'too many streams of events are open', {
        remedy: 'Close other windows of Sternpost, or programs that listen.',
        retryAfterSeconds: 30,
      })
    const stopLooking = endWithRights(
      principal,
      () => admit(gate, endpoint, request, 'looks-again'),
      () => {
        gone.abort()
        reply.raw.destroy()
      },
      lookAgainMs,
    )
    try {
      const events: unknown = await handler(call)
      return await sendEvents(reply, response, events as AsyncIterable<SentEvent>, log)
    } finally {
      stopLooking()
      leave()
    }
  }
  const result: unknown = await handler(call)
  if (response === undefined) return reply.code(status ?? 204).send()
  if ('kind' in response) {
    const body = isText(result) ? result : Readable.from(result as AsyncIterable<string>)
    return reply
      .code(status ?? 200)
      .type(response.contentType)
      .send(body)
  }
  const { text, etag } = writeOnce(result, () => {
    const json = JSON.stringify(response.parse(result))
    return {
      text: json,
      etag: `W/"${createHash('sha256').update(json).digest('base64url').slice(0, 22)}"`,
    }
  })
  if (request.method === 'GET' && endpoint.isSecret !== true) {
    // Kept by the browser and asked again each time: what it shows is never old, and often not sent twice.
    reply.header('etag', etag).header('cache-control', 'private, no-cache')
    if (headerOf(request, 'if-none-match') === etag) return reply.code(304).send()
  }
  return reply
    .code(status ?? 200)
    .type('application/json; charset=utf-8')
    .send(text)
}

/** A stream outlives neither the session or token it began with nor the rights it was opened with. */
function endWithRights(
  principal: Principal | undefined,
  admitAgain: () => Promise<Principal | undefined>,
  end: () => void,
  everyMs: number,
): () => void {
  const rights = rightsOf(principal)
  const timer = setInterval(() => {
    admitAgain().then(
      now => {
        if (rightsOf(now) !== rights) end()
      },
      (error: unknown) => {
        // A database that does not answer for a moment takes nobody's rights.
        if (error instanceof ApiProblem) end()
      },
    )
  }, everyMs)
  return () => clearInterval(timer)
}

function rightsOf(principal: Principal | undefined): string {
  if (principal === undefined) return ''
  const { name, role, domains, scopes } = principal
  return JSON.stringify([name, role, listed(domains), listed(scopes)])
}

function listed(names: 'all' | ReadonlySet<string>): 'all' | readonly string[] {
  return names === 'all' ? 'all' : [...names].sort()
}

function isText(value: unknown): value is string | Buffer {
  return typeof value === 'string' || Buffer.isBuffer(value)
}

function readBody(body: Endpoint['body'], value: unknown): undefined {
  if (body === undefined || !('kind' in body)) return read(body, value, 'body')
  // A handler of bytes is typed so where it is written; an empty file comes as no body at all.
  return (Buffer.isBuffer(value) ? value : Buffer.alloc(0)) as unknown as undefined
}

function read(schema: z.ZodType | undefined, value: unknown, place: string): undefined {
  if (schema === undefined) return undefined
  const parsed = schema.safeParse(value ?? (place === 'body' ? undefined : {}))
  // Each endpoint's own types are checked where its handler is written.
  if (parsed.success) return parsed.data as undefined
  throw new ApiProblem('api/bad-request', `the ${place} of the request is not as it must be`, {
    issues: parsed.error.issues
      .slice(0, 20)
      .map(issue => ({ path: [place, ...issue.path].map(String).join('.'), message: issue.message })),
  })
}

function signsOf(request: FastifyRequest): RequestSigns {
  return {
    method: request.method,
    httpVersion: request.raw.httpVersion,
    ip: request.ip,
    peer: request.socket.remoteAddress ?? '',
    isSecure: request.protocol === 'https',
    host: request.host,
    header: name => headerOf(request, name),
    cookie: name => request.cookies[name],
  }
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}

function asProblem(error: unknown, log: Logger): ApiProblem {
  if (error instanceof ApiProblem) return error
  if (error instanceof NotDurableError)
    return new ApiProblem('api/unavailable', error.message, {
      remedy: 'Try again in a moment.',
      retryAfterSeconds: 2,
    })
  const { statusCode = 500, message = '' } = error as { statusCode?: number; message?: string }
  if (error instanceof z.ZodError || statusCode >= 500) {
    log.error({ err: error }, 'a request to the API failed')
    return new ApiProblem('api/internal', 'something went wrong here; the log has more')
  }
  if (statusCode === 413) return new ApiProblem('api/too-large', 'the body is larger than this takes')
  if (statusCode === 415) return new ApiProblem('api/media-type', 'this takes application/json')
  return new ApiProblem('api/bad-request', message)
}

function sendProblem(reply: FastifyReply, problem: ApiProblem): FastifyReply {
  const { retryAfterSeconds } = problem.options
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds))
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(problem.toDocument()))
}
