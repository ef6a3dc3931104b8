import { type FastifyInstance, type FastifyReply, fastify } from 'fastify'
import type { TcpAddress } from '../config/index.ts'
import { ListenError } from '../listen-error.ts'
import type { Logger } from '../log/index.ts'
import type { Registry } from '../metrics/index.ts'
import { addDashboardFiles, isNavigation, sendPage } from './dashboard-pages.ts'
import { type HealthSource, summarizeHealth } from './health.ts'
import { LastAnswers } from './last-answers.ts'

const MAX_BODY_BYTES = 1024
/** A browser sends along the cookies of everything else that runs on this machine, whatever its port. */
const MAX_HEADER_BYTES = 16_384
const MAX_CONNECTIONS = 256
/** The longest name of a domain, also where every letter of it is escaped. */
const MAX_PARAM_LENGTH = 3 * 253
/** Of headers, and of silence of who asks. */
const REQUEST_TIMEOUT_MS = 10_000
/** Of a whole request; routes that take a body have a shorter limit of their own. */
const BODY_TIMEOUT_MS = 70_000
/** Of silence of ours, while an answer is made: mail servers, providers of DNS and a full database are asked for it. */
const ANSWER_TIMEOUT_MS = 300_000
/** How long the end of the daemon waits for answers that are being made; streams of events are cut at once. */
const LAST_ANSWERS_MS = 5_000

export interface HttpServerOptions {
  readonly listen: TcpAddress
  readonly health: HealthSource
  readonly metrics: Registry
  readonly log: Logger
  /** Reverse proxies whose X-Forwarded-For, -Proto and -Host are believed, as addresses or ranges. */
  readonly trustedProxies?: readonly string[] | undefined
  /** The folder of the built dashboard; undefined where it was not built, which the page then says. */
  readonly dashboardDirectory?: string | undefined
  /** What rooms add, each kept apart from the others with its own body parsers, hooks and errors. */
  readonly routes?: readonly RouteSource[]
  /** How long who asks may be silent. Default 10 s. */
  readonly silenceMs?: number
}

/** Adds the routes of one room. */
export type RouteSource = (app: FastifyInstance) => void

export interface HttpServer {
  /** Where it listens in truth, such as `127.0.0.1:8460`. */
  readonly address: string
  close(): Promise<void>
}

/** For every answer: a browser takes it for what it says it is, keeps it apart from other sites, and runs none of it. */
const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
}

/**
 * Serves the dashboard, /health, /metrics and what rooms add; everything else is 404.
 *
 * Shape: /health is `{ state, parts: [{ name, state, message }] }`, status 503 only when a part is `down`, so
 * that a monitor restarts nothing that still does its work. Errors are problem documents (RFC 9457).
 * Errors: `ListenError`.
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { silenceMs = REQUEST_TIMEOUT_MS } = options
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: BODY_TIMEOUT_MS,
    connectionTimeout: silenceMs,
    keepAliveTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    // What is no address at all is met by no hook.
    frameworkErrors: (error, _request, reply) => {
      problem(reply.headers(SECURITY_HEADERS), error.statusCode ?? 400, 'Bad Request', error.message)
    },
    trustProxy: options.trustedProxies?.length ? [...options.trustedProxies] : false,
    http: { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: REQUEST_TIMEOUT_MS },
  })
  app.server.maxConnections = MAX_CONNECTIONS

  const lastAnswers = new LastAnswers()
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(SECURITY_HEADERS)
    if (lastAnswers.add(reply.raw)) return done()
    reply.headers({ connection: 'close', 'retry-after': '5' })
    problem(reply, 503, 'Service Unavailable', 'the daemon is about to end')
  })
  // Both ends are silent while an answer is made, which is no reason to hang up.
  app.addHook('preHandler', (request, _reply, done) => {
    request.raw.socket.setTimeout(ANSWER_TIMEOUT_MS)
    done()
  })
  app.addHook('onSend', (request, _reply, _payload, done) => {
    request.raw.socket.setTimeout(silenceMs)
    done()
  })
  app.get('/health', (_request, reply) => {
    const report = summarizeHealth(options.health())
    return reply
      .code(report.state === 'down' ? 503 : 200)
      .header('cache-control', 'no-store')
      .send(report)
  })
  app.get('/metrics', async (_request, reply) => {
    const text = await options.metrics.metrics()
    return reply.type(options.metrics.contentType).header('cache-control', 'no-store').send(text)
  })
  const { dashboardDirectory } = options
  if (dashboardDirectory !== undefined) addDashboardFiles(app, dashboardDirectory)
  // The screens of the dashboard have addresses of their own; which of them exist is known there.
  app.setNotFoundHandler((request, reply) =>
    isNavigation(request)
      ? sendPage(reply, dashboardDirectory)
      : problem(reply, 404, 'Not Found', 'nothing is served at this path'),
  )
  app.setErrorHandler<{ statusCode?: number; message: string }>((error, _request, reply) => {
    const status = error.statusCode ?? 500
    if (status < 500) return problem(reply, status, 'Bad Request', error.message)
    options.log.error({ err: error }, 'a request failed')
    return problem(reply, 500, 'Internal Server Error', 'the log has more')
  })
  for (const addRoutes of options.routes ?? []) {
    app.register((scope, _options, done) => {
      addRoutes(scope)
      done()
    })
  }

  try {
    await app.listen({ host: options.listen.host, port: options.listen.port })
  } catch (error) {
    await app.close()
    throw new ListenError(error, options.listen.text, 'http.listen')
  }
  const bound = app.server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : options.listen.port
  const host = options.listen.host.includes(':') ? `[${options.listen.host}]` : options.listen.host
  return {
    address: `${host}:${port}`,
    async close() {
      await lastAnswers.wait(LAST_ANSWERS_MS)
      await app.close()
    },
  }
}

function problem(reply: FastifyReply, status: number, title: string, detail: string) {
  return reply
    .code(status)
    .type('application/problem+json')
    .send({ type: 'about:blank', title, status, detail })
}
