import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import type { Http2SecureServer, Http2ServerRequest } from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Clock, Timer } from '../../base/index.ts'
import { ListenError } from '../../listen-error.ts'
import type { Registry } from '../../metrics/index.ts'
import type { CertificateSource } from '../certificates/certificate-source.ts'
import type { PublishStore } from '../domains/publish-store.ts'
import { answerRequest, hostOf, type PolicyAnswer } from './answer-request.ts'
import { ConnectionLimits } from './connection-limits.ts'
import { FetchMarks } from './fetch-marks.ts'
import { createNetworkMatch, createPlainFront, forwardedHost } from './plain-front.ts'
import { PolicyHostMetrics } from './policy-host-metrics.ts'
import { ServedPolicies } from './served-policies.ts'
import { createTlsFront, newTicketKeys } from './tls-front.ts'

/** An address and port to listen on; `text` is how the configuration has it. */
export interface PolicyHostListener {
  readonly host: string
  readonly port: number
  readonly text: string
}

/** The section `publish.policyHost` of the configuration. */
export interface PolicyHostSettings {
  readonly listen: readonly PolicyHostListener[]
  readonly http: readonly PolicyHostListener[]
  readonly plainHttp: readonly PolicyHostListener[]
  readonly trustedProxies: readonly string[]
}

export interface PolicyHostOptions {
  readonly settings: PolicyHostSettings
  readonly publish: PublishStore
  readonly certificates: CertificateSource
  readonly clock: Clock
  readonly registry: Registry
  /** Limits of connections; the defaults suit a small machine. */
  readonly maxConnections?: number
  readonly maxConnectionsPerSource?: number
}

const MAX_CONNECTIONS = 4_096
const MAX_PER_SOURCE = 256
const MAX_AGE_MS = 120_000
/** Whoever has the ticket keys can read what was sent under their tickets, so they do not live long. */
const TICKET_KEYS_MS = 6 * 3_600_000
const CHALLENGE_PATH = '/.well-known/acme-challenge/'
const BACKLOG = 1_024
const NO_BODY = Buffer.alloc(0)

/** What the replies of both versions of HTTP have in common. */
interface Reply {
  readonly destroyed: boolean
  writeHead(status: number, headers: OutgoingHttpHeaders): unknown
  end(body: Buffer): unknown
}

/** The web server that gives out policies: HTTPS by SNI, challenges on port 80, plain HTTP behind a proxy. */
export class PolicyHost {
  readonly #options: PolicyHostOptions
  readonly #policies: ServedPolicies
  readonly #marks: FetchMarks
  readonly #limits: ConnectionLimits
  readonly #metrics: PolicyHostMetrics
  readonly #secure: Http2SecureServer[] = []
  readonly #servers: { readonly server: Server; readonly scheme: string }[] = []
  #ticketTimer: Timer | undefined

  constructor(options: PolicyHostOptions) {
    this.#options = options
    const { publish, clock } = options
    this.#policies = new ServedPolicies({ read: domain => publish.servedVersion(domain) })
    this.#marks = new FetchMarks(marks => publish.markFetched(marks), clock)
    this.#limits = new ConnectionLimits({
      maxConnections: options.maxConnections ?? MAX_CONNECTIONS,
      maxPerSource: options.maxConnectionsPerSource ?? MAX_PER_SOURCE,
      maxAgeMs: MAX_AGE_MS,
      clock,
    })
    this.#metrics = new PolicyHostMetrics(options.registry, {
      connections: () => this.#limits.connectionCount,
      refusedConnections: () => this.#limits.refusedCount,
    })
    publish.onChange(() => this.#policies.forget())
  }

  /** Where it listens in truth, such as `https://0.0.0.0:443`. */
  get addresses(): string[] {
    return this.#servers.map(({ server, scheme }) => {
      const { address, port, family } = server.address() as AddressInfo
      return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`
    })
  }

  /**
   * Binds every address.
   *
   * Errors: `ListenError` for the first that cannot be had; none is left open then.
   */
  async start(): Promise<void> {
    const { listen, http, plainHttp } = this.#options.settings
    try {
      for (const listener of listen) await this.#listen(this.#createSecure(), listener, 'https', 'listen')
      for (const listener of http) await this.#listen(this.#createChallenge(), listener, 'http', 'http')
      for (const listener of plainHttp) await this.#listen(this.#createPlain(), listener, 'http', 'plainHttp')
    } catch (error) {
      await this.close()
      throw error
    }
    if (this.#secure.length > 0) this.#renewTicketKeys()
  }

  async close(): Promise<void> {
    this.#ticketTimer?.cancel()
    const closed = this.#servers.map(
      ({ server }) => new Promise<void>(resolve => server.close(() => resolve())),
    )
    this.#limits.close()
    await Promise.all(closed)
    this.#servers.length = 0
    await this.#marks.close()
  }

  async #listen(
    server: Server,
    { host, port, text }: PolicyHostListener,
    scheme: string,
    setting: string,
  ): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      // A wildcard IPv6 address shall not take the IPv4 one, which has a line of its own.
      server.listen({ host, port, backlog: BACKLOG, ipv6Only: host === '::' }, () => {
        server.off('error', reject)
        resolve()
      })
    }).catch((error: unknown) => {
      throw new ListenError(error, text, `publish.policyHost.${setting}`)
    })
    // Running out of descriptors must not end the program: the next connection may find one again.
    server.on('error', () => {})
    this.#servers.push({ server, scheme })
  }

  #createSecure(): Http2SecureServer {
    const metrics = this.#metrics
    const server = createTlsFront({
      certificates: this.#options.certificates,
      isPublished: serverName => this.#isPublished(serverName),
      admit: socket => this.#limits.admit(socket),
      onRefusal: reason => metrics.refusals.inc({ reason }),
      onHandshake: resumed => metrics.handshakes.inc({ resumed: resumed ? 'yes' : 'no' }),
      onChallenge: () => metrics.challenges.inc({ kind: 'tls-alpn' }),
      ticketKeys: newTicketKeys(),
    })
    server.on('request', (request, response) => {
      const socket = request.socket as TLSSocket & { servername?: string | false }
      const serverName = typeof socket.servername === 'string' ? socket.servername.toLowerCase() : undefined
      this.#answer(request, response, request.authority ?? request.headers.host, serverName)
    })
    this.#secure.push(server)
    return server
  }

  #createPlain(): Server {
    const isTrusted = createNetworkMatch(this.#options.settings.trustedProxies)
    return createPlainFront(
      socket => this.#limits.admit(socket),
      (request, response) => {
        const host = forwardedHost(request, isTrusted(request.socket.remoteAddress))
        this.#answer(request, response, host, undefined)
      },
    )
  }

  #createChallenge(): Server {
    return createPlainFront(
      socket => this.#limits.admit(socket),
      (request, response) => {
        const { url = '', method } = request
        const token = url.startsWith(CHALLENGE_PATH) ? url.slice(CHALLENGE_PATH.length) : undefined
        const host = hostOf(request.headers.host)
        const isRead = method === 'GET' || method === 'HEAD'
        const body =
          token === undefined || host === undefined || !isRead
            ? undefined
            : this.#options.certificates.httpChallenge(host, token)
        if (body !== undefined) {
          this.#metrics.challenges.inc({ kind: 'http' })
          response.writeHead(200, { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' })
          return void response.end(method === 'HEAD' ? undefined : body)
        }
        response.writeHead(404, {
          'content-type': 'text/plain; charset=us-ascii',
          'cache-control': 'no-store',
          ...(isRead ? {} : { connection: 'close' }),
        })
        response.end(method === 'HEAD' ? undefined : 'Policies are served over HTTPS only (RFC 8461).\n')
      },
    )
  }

  #answer(
    request: IncomingMessage | Http2ServerRequest,
    response: Reply,
    authority: string | undefined,
    serverName: string | undefined,
  ): void {
    const method = request.method ?? ''
    const answer = answerRequest({ method, target: request.url ?? '', authority, serverName }, this.#policies)
    if (answer instanceof Promise) void answer.then(late => this.#send(request, response, late))
    else this.#send(request, response, answer)
  }

  #send(
    request: IncomingMessage | Http2ServerRequest,
    response: Reply,
    { result, status, headers, body, policy }: PolicyAnswer,
  ): void {
    this.#metrics.requests.inc({ result })
    if (policy !== undefined) this.#marks.note(policy)
    if (response.destroyed) return
    const { method } = request
    // A body of a request is not read; what follows it on the connection could not be told from it.
    const mayHaveBody = method !== 'GET' && method !== 'HEAD' && request.httpVersionMajor < 2
    response.writeHead(status, mayHaveBody ? { ...headers, connection: 'close' } : headers)
    response.end(method === 'HEAD' ? NO_BODY : body)
  }

  async #isPublished(serverName: string): Promise<boolean> {
    const answer = await answerRequest(
      { method: 'HEAD', target: '/.well-known/mta-sts.txt', authority: serverName, serverName: undefined },
      this.#policies,
    )
    return answer.result === 'served'
  }

  #renewTicketKeys(): void {
    const keys = newTicketKeys()
    for (const server of this.#secure) server.setTicketKeys(keys)
    this.#ticketTimer = this.#options.clock.setTimer(() => this.#renewTicketKeys(), TICKET_KEYS_MS)
  }
}
