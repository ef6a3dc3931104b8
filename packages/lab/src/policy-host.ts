import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createServer, type Socket } from 'node:net'
import type { SecureContext, SecureVersion } from 'node:tls'
import { readClientHello } from '@sternpost/network'
import type { CertificateAuthority } from './certificate-authority.ts'
import type { LeafCertificate } from './leaf-certificate.ts'
import { closeServer, type Endpoint, listen, SocketSet } from './listener.ts'
import { POLICY_PATH, plain, respond } from './policy-response.ts'
import type { PolicyFault, PolicySite } from './policy-site.ts'

export interface PolicyHostOptions {
  readonly address: string
  /** 0 for any free one. */
  readonly port: number
  readonly ca: CertificateAuthority
  /** Makes sites up for domains that were not set: for benchmarks with more domains than memory should hold. */
  readonly siteFor?: (policyDomain: string) => PolicySite | undefined
  /**
   * Names that share one certificate made on the fly; the given name must be among them. Default: each its own.
   * Signing takes some milliseconds, so that a benchmark puts fifty names into one.
   */
  readonly certificateNames?: (serverName: string) => readonly string[]
  /** Shown to clients that send no SNI. Default: none, the handshake fails. */
  readonly defaultCertificate?: LeafCertificate
  /** The highest TLS version it speaks, down to 1.0. Default: 1.3, and nothing below 1.2. */
  readonly maxTlsVersion?: SecureVersion
  /** Serves `http://` pages there as well. */
  readonly httpPort?: number
}

/** An HTTPS server for any number of policy domains, told apart by SNI. */
export interface PolicyHost extends Endpoint {
  /** Sets or replaces everything of a domain; takes effect for the next connection. */
  setSite(policyDomain: string, site: PolicySite): void
  /** Rollover: another policy, certificate and fault as they are. */
  setPolicy(policyDomain: string, text: string | undefined): void
  /** Undefined ends the fault. */
  setFault(policyDomain: string, fault: PolicyFault | undefined): void
  /** Undefined goes back to a good one. */
  setCertificate(policyDomain: string, certificate: LeafCertificate | undefined): void
  site(policyDomain: string): PolicySite | undefined
  /** How often the policy file was asked for by HTTP. */
  requests(policyDomain: string): number
  /** How many connections asked for the domain by SNI, whatever came of them. */
  connections(policyDomain: string): number
  close(): Promise<void>
}

const PREFIX = 'mta-sts.'
const MAX_HELLO_BYTES = 65_536
const MAX_KEPT_CERTIFICATES = 8192

/** Starts a policy host. Errors: the system's, when the address or port cannot be had. */
export async function createPolicyHost(options: PolicyHostOptions): Promise<PolicyHost> {
  const sites = new Map<string, PolicySite>()
  const requestCounts = new Map<string, number>()
  const connectionCounts = new Map<string, number>()
  const rawSockets = new Map<string, Socket>()
  const sockets = new SocketSet()
  const certificates = new CertificateCache(options)

  /** Text by URL, and the names that appear in one beside those of policy hosts. */
  const pages = new Map<string, string>()
  const elsewhere = new Set<string>()
  const servePage = (scheme: 'http' | 'https', request: IncomingMessage, response: ServerResponse) => {
    const text = pages.get(`${scheme}://${hostOf(request)}${request.url}`)
    if (text !== undefined) plain(response, 200, text)
    return text !== undefined
  }
  const siteOf = (domain: string) => sites.get(domain) ?? options.siteFor?.(domain)

  async function secureContextOf(serverName: string): Promise<SecureContext> {
    const site = siteOf(policyDomainOf(serverName))
    // The site's certificate is for the policy host; `https://example.test/` beside it has its own.
    if (elsewhere.has(serverName)) return (await certificates.get(serverName)).secureContext
    if (site === undefined) throw new Error(`no policy domain of ${serverName} is hosted here`)
    return (site.certificate ?? (await certificates.get(serverName))).secureContext
  }

  const { defaultCertificate, maxTlsVersion } = options
  const https = createHttpsServer(
    {
      ALPNProtocols: ['http/1.1'],
      ...(maxTlsVersion === undefined
        ? {}
        : { minVersion: 'TLSv1', maxVersion: maxTlsVersion, ciphers: 'DEFAULT@SECLEVEL=0' }),
      ...(defaultCertificate === undefined
        ? {}
        : { key: defaultCertificate.keyPem, cert: defaultCertificate.chainPem }),
      SNICallback(serverName, done) {
        secureContextOf(serverName.toLowerCase()).then(context => done(null, context), done)
      },
    },
    (request: IncomingMessage, response: ServerResponse) => {
      if (servePage('https', request, response)) return
      const domain = policyDomainOf(hostOf(request))
      if (request.url === POLICY_PATH) requestCounts.set(domain, (requestCounts.get(domain) ?? 0) + 1)
      const reset = () => rawSockets.get(peerOf(request.socket))?.resetAndDestroy()
      respond(siteOf(domain) ?? {}, request, response, reset)
    },
  )
  https.on('tlsClientError', () => {})

  // A plain listener in front: silence and resets before the handshake need the bare socket, and who is meant
  // stands in the ClientHello.
  const front = createServer({ pauseOnConnect: false }, socket => {
    sockets.add(socket)
    const peer = peerOf(socket)
    rawSockets.set(peer, socket)
    socket.once('close', () => rawSockets.delete(peer))

    let hello: Buffer = Buffer.alloc(0)
    socket.on('data', function onHello(chunk: Buffer) {
      hello = hello.length === 0 ? chunk : Buffer.concat([hello, chunk])
      const seen = readClientHello(hello)
      if (seen === 'incomplete' && hello.length < MAX_HELLO_BYTES) return
      socket.removeListener('data', onHello)
      const domain = policyDomainOf((seen === 'incomplete' ? undefined : seen?.serverName) ?? '')
      connectionCounts.set(domain, (connectionCounts.get(domain) ?? 0) + 1)
      const fault = siteOf(domain)?.fault
      if ((fault?.kind === 'hang' || fault?.kind === 'reset') && fault.at === 'tls') {
        if (fault.kind === 'reset') socket.resetAndDestroy()
        else socket.resume()
        return
      }
      socket.pause()
      socket.unshift(hello)
      https.emit('connection', socket)
    })
  })
  const endpoint = await listen(front, options.address, options.port)
  const http = createHttpServer((request, response) => {
    if (!servePage('http', request, response)) plain(response, 404, 'not found\n')
  })
  http.on('connection', socket => sockets.add(socket))
  if (options.httpPort !== undefined) await listen(http, options.address, options.httpPort)

  function change(policyDomain: string, difference: { [K in keyof PolicySite]: PolicySite[K] | undefined }) {
    const merged = { ...siteOf(policyDomain), ...difference }
    const { text, certificate, fault, elsewhere: urls } = merged
    sites.set(policyDomain, {
      ...(text === undefined ? {} : { text }),
      ...(certificate === undefined ? {} : { certificate }),
      ...(fault === undefined ? {} : { fault }),
      ...(urls === undefined ? {} : { elsewhere: urls }),
    })
  }

  return {
    ...endpoint,
    setSite(policyDomain, site) {
      sites.set(policyDomain, site)
      for (const url of site.elsewhere ?? []) {
        pages.set(url, site.text ?? '')
        const { hostname } = new URL(url)
        if (hostname !== `${PREFIX}${policyDomain}`) elsewhere.add(hostname)
      }
    },
    setPolicy: (policyDomain, text) => change(policyDomain, { text }),
    setFault: (policyDomain, fault) => change(policyDomain, { fault }),
    setCertificate: (policyDomain, certificate) => change(policyDomain, { certificate }),
    site: siteOf,
    requests: policyDomain => requestCounts.get(policyDomain) ?? 0,
    connections: policyDomain => connectionCounts.get(policyDomain) ?? 0,
    async close() {
      if (http.listening) await closeServer(http, sockets)
      await closeServer(front, sockets)
    },
  }
}

/** Certificates made on the fly, the oldest dropped when there are too many. */
class CertificateCache {
  readonly #ca: CertificateAuthority
  readonly #namesFor: (serverName: string) => readonly string[]
  readonly #kept = new Map<string, Promise<LeafCertificate>>()

  constructor(options: PolicyHostOptions) {
    this.#ca = options.ca
    this.#namesFor = options.certificateNames ?? (serverName => [serverName])
  }

  get(serverName: string): Promise<LeafCertificate> {
    const kept = this.#kept.get(serverName)
    if (kept !== undefined) return kept
    const names = this.#namesFor(serverName)
    const made = this.#ca.issue({ names })
    for (const name of names) this.#kept.set(name, made)
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MAX_KEPT_CERTIFICATES) break
      this.#kept.delete(oldest)
    }
    return made
  }
}

function policyDomainOf(serverName: string): string {
  return serverName.startsWith(PREFIX) ? serverName.slice(PREFIX.length) : serverName
}

function hostOf(request: IncomingMessage): string {
  return (request.headers.host ?? '').replace(/:[0-9]+$/, '')
}

function peerOf(socket: Socket): string {
  return `${socket.remoteAddress}:${socket.remotePort}`
}
