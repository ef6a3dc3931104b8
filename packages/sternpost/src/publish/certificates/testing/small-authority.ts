import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { labCertificateAuthority } from '@sternpost/lab'
// @peculiar/x509 needs this loaded before it.
import 'reflect-metadata'
import {
  AuthorityKeyIdentifierExtension,
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'

/** A request as the authority understood it. */
export interface AcmeCall {
  readonly what:
    | 'directory'
    | 'account'
    | 'order'
    | 'authorization'
    | 'challenge'
    | 'finalize'
    | 'certificate'
    | 'poll'
    | 'advice'
  readonly payload: Readonly<Record<string, unknown>>
}

export interface Fault {
  readonly status: number
  /** The word of the problem's type. */
  readonly type?: string
  readonly detail?: string
  readonly headers?: Readonly<Record<string, string>>
  /** In place of a problem document. */
  readonly body?: string
}

export interface SmallAuthorityOptions {
  /** What goes wrong with a call; undefined for nothing. */
  readonly fault?: (call: AcmeCall) => Fault | undefined
  readonly now: () => number
  readonly validityMs?: number
  /** What renewalInfo answers with; without it there is none. */
  readonly advice?: () => object
  /** Another name than asked for, as only a broken authority would certify. */
  readonly certifiedName?: string
}

/** A certificate authority that does what Pebble cannot be brought to do: it fails as a test says. */
export interface SmallAuthority {
  readonly directoryUrl: string
  /** Whom to trust to speak with it. */
  readonly caPem: string
  readonly calls: readonly AcmeCall[]
  close(): Promise<void>
}

const DAY_MS = 86_400_000
const KEYS = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/**
 * Starts the authority. It believes everything: neither signatures nor nonces nor challenges are looked at, which Pebble
 * does in `e2e/certificates.e2e.ts`.
 */
export async function startSmallAuthority(options: SmallAuthorityOptions): Promise<SmallAuthority> {
  const ca = await labCertificateAuthority()
  const tls = await ca.issue({ names: ['localhost'] })
  const signing = await crypto.subtle.generateKey(KEYS, true, ['sign', 'verify'])
  const calls: AcmeCall[] = []
  const issued = new Map<string, string>()
  const hosts = new Map<string, string>()
  const proved = new Set<string>()
  let count = 0

  async function issue(id: string, csr: string): Promise<void> {
    const request = new Pkcs10CertificateRequest(Buffer.from(csr, 'base64url'))
    const name = options.certifiedName ?? hosts.get(id) ?? ''
    const certificate = await X509CertificateGenerator.create({
      subject: '',
      issuer: 'CN=small',
      serialNumber: `0${id}`.slice(-2).padStart(4, '10'),
      notBefore: new Date(options.now() - 1000),
      notAfter: new Date(options.now() + (options.validityMs ?? 90 * DAY_MS)),
      publicKey: request.publicKey,
      signingKey: signing.privateKey,
      signingAlgorithm: KEYS,
      extensions: [
        new SubjectAlternativeNameExtension([{ type: 'dns', value: name }]),
        await AuthorityKeyIdentifierExtension.create(signing.publicKey),
      ],
    })
    issued.set(id, certificate.toString('pem'))
  }

  const server: Server = createServer({ cert: tls.chainPem, key: tls.keyPem }, (request, response) => {
    void answer(request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const base = `https://localhost:${(server.address() as AddressInfo).port}`

  const orderOf = (id: string) => ({
    status: issued.has(id) ? 'valid' : proved.has(id) ? 'ready' : 'pending',
    authorizations: [`${base}/authorization/${id}`],
    finalize: `${base}/finalize/${id}`,
    ...(issued.has(id) ? { certificate: `${base}/certificate/${id}` } : {}),
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, what = '', id = ''] = (request.url ?? '').split('/')
    const send = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) => {
      response.writeHead(status, { 'replay-nonce': `n${Math.random()}`, ...headers })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    }
    if (what === 'nonce') return send(200, '')
    const payload = await payloadOf(request)
    const call = { what, payload } as AcmeCall
    calls.push(call)
    const fault = options.fault?.(call)
    if (fault !== undefined) {
      const { status, type = 'malformed', detail, headers, body } = fault
      return send(status, body ?? { type: `urn:ietf:params:acme:error:${type}`, detail }, headers)
    }
    switch (call.what) {
      case 'directory':
        return send(200, {
          newNonce: `${base}/nonce`,
          newAccount: `${base}/account`,
          newOrder: `${base}/order`,
          ...(options.advice === undefined ? {} : { renewalInfo: `${base}/advice` }),
        })
      case 'account':
        return send(201, { status: 'valid' }, { location: `${base}/account/1` })
      case 'order': {
        count += 1
        const next = String(count)
        const [identifier] = payload.identifiers as { value: string }[]
        hosts.set(next, identifier?.value ?? '')
        return send(201, orderOf(next), { location: `${base}/poll/${next}` })
      }
      case 'authorization': {
        const status = proved.has(id) ? 'valid' : 'pending'
        const challenge = { type: 'http-01', url: `${base}/challenge/${id}`, status, token: `token${id}` }
        const identifier = { type: 'dns', value: hosts.get(id) ?? '' }
        return send(200, { status, identifier, challenges: [challenge] })
      }
      case 'challenge':
        proved.add(id)
        return send(200, { type: 'http-01', url: `${base}/challenge/${id}`, status: 'processing' })
      case 'finalize':
        await issue(id, String(payload.csr))
        return send(200, orderOf(id))
      case 'poll':
        return send(200, orderOf(id))
      case 'certificate':
        return send(200, issued.get(id) ?? '')
      case 'advice':
        return send(200, options.advice?.() ?? {})
    }
  }

  return {
    directoryUrl: `${base}/directory`,
    caPem: ca.caPem,
    calls,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function payloadOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  if (chunks.length === 0) return {}
  const { payload } = JSON.parse(Buffer.concat(chunks).toString()) as { payload: string }
  const text = Buffer.from(payload, 'base64url').toString()
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
}
