import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { ListenError } from '../listen-error.ts'
import type { Logger } from '../log/index.ts'
import type { IntakeBudget } from './intake-budget.ts'
import { type CertificateFiles, readCertificate, watchCertificate } from './intake-certificate.ts'
import { type DocumentIntake, verdictLine } from './intake-document.ts'
import { type ReportBody, ReportBodyError, readReportBody } from './intake-https-body.ts'
import { RateLimit } from './rate-limit.ts'
import type { IntakeVerdict } from './verdict.ts'

/** Where reports are posted; `rua=https://HOST/v1/tlsrpt` is what the TLSRPT record then says. */
export const REPORT_PATH = '/v1/tlsrpt'

/** Media types of RFC 8460 §6.4 and §6.5, and what senders use in their place. */
const mediaTypes = [
  'application/tlsrpt+json',
  'application/tlsrpt+gzip',
  'application/tlsrpt',
  'application/json',
  'application/gzip',
  'application/x-gzip',
  'application/octet-stream',
] as const

const RETRY_AFTER_SECONDS = 300
const BODY_TIMEOUT_MS = 60_000
const MAX_CONNECTIONS = 256
const HEADERS_TIMEOUT_MS = 10_000
const MAX_HEADER_BYTES = 8192

export interface ReportRouteOptions {
  readonly intake: DocumentIntake
  readonly budget: IntakeBudget
  readonly maxDocumentBytes: number
  /** Time for one body. Default 60000. */
  readonly bodyTimeoutMs?: number
  /** Requests from one source. */
  readonly maxPerMinute: number
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly log: Logger
}

/**
 * Adds the route that takes reports.
 *
 * Shape: 201 and `{ verdict, reports }` once the report is on disk, also where it was there already; otherwise a
 * problem document (RFC 9457): 400 no report, 405 not a POST, 408 too slow, 413 too large, 415 not a media type of
 * reports, 429 too many, 503 come again. 429 and 503 have Retry-After.
 * Source: RFC 8460 §5.4.
 */
export function registerReportRoutes(app: FastifyInstance, options: ReportRouteOptions): void {
  const rate = new RateLimit({ perMinute: options.maxPerMinute, now: () => performance.now() })
  const limit = (request: FastifyRequest, reply: FastifyReply, next: () => void) => {
    const waitSeconds = rate.take(request.ip)
    if (waitSeconds === 0) return next()
    refuse(reply, 429, 'this address has sent too many requests', { retryAfterSeconds: waitSeconds })
  }

  app.removeAllContentTypeParsers()
  const bodyOptions = { ...options, bodyTimeoutMs: options.bodyTimeoutMs ?? BODY_TIMEOUT_MS }
  app.addContentTypeParser([...mediaTypes], (_request, payload, done) => {
    readReportBody(payload, bodyOptions).then(body => done(null, body), done)
  })
  app.addHook('onRequest', limit)
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    if (error instanceof ReportBodyError)
      return refuse(reply, error.statusCode, error.message, { retryAfterSeconds: error.retryAfterSeconds })
    if (error.statusCode === 415)
      return refuse(reply, 415, `the media type must be ${mediaTypes[0]} or ${mediaTypes[1]}`)
    if (error.statusCode !== undefined && error.statusCode < 500)
      return refuse(reply, error.statusCode, error.message)
    options.log.error({ err: error }, 'a posted report could not be stored; its sender is told to come again')
    return refuse(reply, 503, 'the report could not be stored', { retryAfterSeconds: RETRY_AFTER_SECONDS })
  })

  app.post(REPORT_PATH, { preParsing: checkEncoding }, async (request, reply) => {
    const body = request.body as ReportBody | undefined
    if (body === undefined) return refuse(reply, 400, 'the request has no body')
    try {
      const verdict = await options.intake.take({
        channel: 'https',
        bytes: body.bytes,
        contentType: (request.headers['content-type'] ?? '').slice(0, 200),
        sourceAddress: request.ip,
        receivedAt: options.now(),
      })
      return answer(reply, verdict)
    } finally {
      body.account.close()
    }
  })
  app.route({
    method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: REPORT_PATH,
    // Before a body is read.
    onRequest: (_request, reply) => {
      refuse(reply.header('allow', 'POST'), 405, 'reports are sent with POST (RFC 8460 §5.4)')
    },
    handler: () => {},
  })
}

/** gzip is found in the bytes; nothing else is undone. */
function checkEncoding(
  request: FastifyRequest,
  reply: FastifyReply,
  _payload: unknown,
  next: () => void,
): void {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (['identity', 'gzip', 'x-gzip'].includes(encoding)) return next()
  refuse(reply, 415, 'the body may be compressed with gzip and nothing else')
}

function answer(reply: FastifyReply, verdict: IntakeVerdict): FastifyReply {
  if (verdict.verdict === 'report' || verdict.verdict === 'duplicate')
    return reply.code(201).send({ verdict: verdict.verdict, reports: verdict.reports.length })
  const isTooLarge = verdict.code?.endsWith('-too-large') === true
  return refuse(reply, isTooLarge ? 413 : 400, verdictLine(verdict), { code: verdict.code })
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
}

interface ProblemExtras {
  readonly retryAfterSeconds?: number | undefined
  readonly code?: string | undefined
}

function refuse(
  reply: FastifyReply,
  status: number,
  detail: string,
  extras: ProblemExtras = {},
): FastifyReply {
  const { retryAfterSeconds, code } = extras
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds)
  // What is left of a body that was not read would be taken for the next request.
  return reply
    .code(status)
    .header('connection', 'close')
    .type('application/problem+json')
    .send({
      type: 'about:blank',
      title: titles[status] ?? 'Bad Request',
      status,
      detail,
      ...(code === undefined ? {} : { code }),
    })
}

export interface HttpsIntakeOptions extends ReportRouteOptions {
  readonly listen: { readonly host: string; readonly port: number; readonly text: string }
  /** Without it plain HTTP is spoken. */
  readonly certificate?: CertificateFiles
  readonly certificateLookEveryMs?: number
}

export interface RunningIntake {
  /** Where it listens in truth, for people. */
  readonly addresses: readonly string[]
  close(): Promise<void>
}

/**
 * Listens on an address that takes reports and nothing else.
 *
 * Errors: `ListenError`, also where the certificate cannot be used.
 */
export async function startHttpsIntake(options: HttpsIntakeOptions): Promise<RunningIntake> {
  const { listen, certificate, log } = options
  const limits = {
    // Longer than a body may take, so that its sender is told why.
    requestTimeout: (options.bodyTimeoutMs ?? BODY_TIMEOUT_MS) + HEADERS_TIMEOUT_MS,
    connectionTimeout: HEADERS_TIMEOUT_MS * 2,
    keepAliveTimeout: HEADERS_TIMEOUT_MS,
    forceCloseConnections: true,
  }
  const http = { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: HEADERS_TIMEOUT_MS }
  let app: FastifyInstance
  let stopWatching = () => {}
  if (certificate === undefined) app = fastify({ ...limits, http })
  else {
    const pair = await readCertificate(certificate).catch(error => {
      throw new ListenError(error, listen.text, 'reportsReceived.https.certFile')
    })
    const secure = fastify({ ...limits, https: { ...http, ...pair, minVersion: 'TLSv1.2' } })
    app = secure as unknown as FastifyInstance
    stopWatching = watchCertificate({
      ...certificate,
      ...(options.certificateLookEveryMs === undefined
        ? {}
        : { lookEveryMs: options.certificateLookEveryMs }),
      onChange: renewed => {
        secure.server.setSecureContext({ ...renewed, minVersion: 'TLSv1.2' })
        log.info({ certFile: certificate.certFile }, 'the certificate for posted reports was renewed')
      },
      onTrouble: err => log.error({ err }, 'the new certificate for posted reports cannot be used'),
    })
  }
  app.server.maxConnections = MAX_CONNECTIONS
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, `reports are posted to ${REPORT_PATH}`))
  app.register((scope, _options, done) => {
    registerReportRoutes(scope, options)
    done()
  })
  try {
    await app.listen({ host: listen.host, port: listen.port })
  } catch (error) {
    stopWatching()
    await app.close()
    throw new ListenError(error, listen.text, 'reportsReceived.https.listen')
  }
  const bound = app.server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : listen.port
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host
  return {
    addresses: [`${certificate === undefined ? 'http' : 'https'}://${host}:${port}${REPORT_PATH}`],
    async close() {
      stopWatching()
      await app.close()
    },
  }
}
