import { randomBytes } from 'node:crypto'
import { createSecureServer, type Http2SecureServer } from 'node:http2'
import type { Socket } from 'node:net'
import { TLSSocket, type TlsOptions } from 'node:tls'
import { type ClientHello, readClientHello } from '@sternpost/network'
import { ACME_TLS_PROTOCOL, type CertificateSource } from '../certificates/certificate-source.ts'
import type { HandshakeRefusal } from './policy-host-metrics.ts'

/** A ClientHello is below 2 KiB, with a post-quantum key share; 16 KiB is what a record may hold. */
const MAX_HELLO_BYTES = 16_384 + 5
export const HELLO_TIMEOUT_MS = 10_000

/** Alert `unrecognized_name`, fatal (RFC 6066 §3), as it stands on the wire before anything is encrypted. */
const UNRECOGNIZED_NAME = Buffer.from([21, 3, 1, 0, 2, 2, 112])

export interface TlsFrontOptions {
  readonly certificates: CertificateSource
  /** Tells whether a host is published here, for the count of strangers only. */
  readonly isPublished: (serverName: string) => Promise<boolean>
  readonly admit: (socket: Socket) => boolean
  readonly onRefusal: (reason: HandshakeRefusal) => void
  readonly onHandshake: (resumed: boolean) => void
  readonly onChallenge: () => void
  /** The same for every listener and, where it is given, every process. */
  readonly ticketKeys: Buffer
}

/**
 * A server for HTTP/1.1 and HTTP/2 over TLS that knows the name a client asks for before the handshake begins.
 *
 * A client without a name, or with one there is no certificate for, gets the alert and costs no handshake; a
 * certificate authority that offers `acme-tls/1` alone gets its challenge; everybody else a handshake with the
 * certificate of the name.
 * Source: RFC 8737 §3.
 */
export function createTlsFront(options: TlsFrontOptions): Http2SecureServer {
  const { certificates, admit, onRefusal, onHandshake } = options
  const server = createSecureServer({
    ...tlsOptions(options),
    ...http2Limits,
    allowHTTP1: true,
    http1Options: http1Limits,
    SNICallback: (serverName, done) => {
      certificates.contextFor(serverName.toLowerCase()).then(context => done(null, context), done)
    },
  })
  server.setTimeout(IDLE_MS)
  server.on('timeout', (idle: { destroy(): void }) => idle.destroy())
  server.on('tlsClientError', () => onRefusal('failed'))
  server.on('sessionError', () => {})
  server.on('secureConnection', socket => onHandshake(socket.isSessionReused()))

  // What tls itself does with a connection comes after the look at the hello.
  const [handOver] = server.listeners('connection') as ((socket: Socket) => void)[]
  if (handOver === undefined) throw new TypeError('the TLS server takes no connections')
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    if (!admit(socket)) return
    socket.on('error', () => {})
    readHello(socket, hello => {
      if (hello === undefined) {
        onRefusal('no-hello')
        return void socket.destroy()
      }
      void route(socket, hello, options, () => handOver.call(server, socket))
    })
  })
  return server
}

export const IDLE_MS = 15_000

/** Limits of HTTP/1.1; a request of a sender has a few hundred bytes and no body. */
export const http1Limits = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: IDLE_MS,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 8_192,
} as const

/** Limits of HTTP/2, against floods of streams, settings, resets and headers. */
const http2Limits = {
  settings: { maxConcurrentStreams: 32, maxHeaderListSize: 8_192, enablePush: false },
  maxHeaderListPairs: 64,
  maxSessionMemory: 1,
  maxSessionInvalidFrames: 32,
  maxSessionRejectedStreams: 32,
  maxOutstandingPings: 4,
  maxSettings: 16,
  streamResetBurst: 64,
  streamResetRate: 8,
  unknownProtocolTimeout: 5_000,
} as const

function tlsOptions({ ticketKeys }: TlsFrontOptions): TlsOptions {
  return {
    minVersion: 'TLSv1.2',
    handshakeTimeout: HELLO_TIMEOUT_MS,
    ticketKeys,
    sessionIdContext: 'sternpost-policy-host',
    honorCipherOrder: true,
  }
}

export function newTicketKeys(): Buffer {
  return randomBytes(48)
}

/** Reads the hello and puts it back, so that the handshake finds it. */
function readHello(socket: Socket, done: (hello: ClientHello | undefined) => void): void {
  let bytes: Buffer = Buffer.alloc(0)
  const finish = (hello: ClientHello | undefined) => {
    socket.setTimeout(0)
    socket.off('timeout', onTimeout).off('data', onData).off('close', onClose)
    socket.pause()
    if (hello !== undefined) socket.unshift(bytes)
    done(hello)
  }
  const onTimeout = () => finish(undefined)
  const onClose = () => finish(undefined)
  const onData = (chunk: Buffer) => {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])
    const hello = readClientHello(bytes)
    if (hello === 'incomplete' && bytes.length < MAX_HELLO_BYTES) return
    finish(hello === 'incomplete' ? undefined : hello)
  }
  socket.setTimeout(HELLO_TIMEOUT_MS)
  socket.on('timeout', onTimeout).on('data', onData).on('close', onClose)
}

async function route(
  socket: Socket,
  { serverName, protocols }: ClientHello,
  options: TlsFrontOptions,
  handOver: () => void,
): Promise<void> {
  const { certificates, isPublished, onRefusal } = options
  if (serverName === undefined) return refuse(socket, () => onRefusal('no-name'))
  if (protocols.length === 1 && protocols[0] === ACME_TLS_PROTOCOL)
    return answerChallenge(socket, serverName, options)
  const context = await certificates.contextFor(serverName)
  if (socket.destroyed) return
  if (context !== undefined) return handOver()
  refuse(socket, () => {
    isPublished(serverName).then(
      published => onRefusal(published ? 'no-certificate' : 'unknown-name'),
      () => onRefusal('no-certificate'),
    )
  })
}

/** Shows the certificate that proves control over a name and closes (RFC 8737 §3). */
async function answerChallenge(
  socket: Socket,
  serverName: string,
  { certificates, onRefusal, onChallenge }: TlsFrontOptions,
): Promise<void> {
  const secureContext = await certificates.challengeContextFor(serverName)
  if (socket.destroyed) return
  if (secureContext === undefined) return refuse(socket, () => onRefusal('unknown-name'))
  const secure = new TLSSocket(socket, { isServer: true, secureContext, ALPNProtocols: [ACME_TLS_PROTOCOL] })
  secure.on('error', () => {})
  secure.on('secure', () => {
    onChallenge()
    secure.end()
  })
}

function refuse(socket: Socket, count: () => void): void {
  count()
  socket.end(UNRECOGNIZED_NAME)
  // Nothing more of it is read, and who does not close is closed.
  socket.resume()
  socket.setTimeout(1_000, () => socket.destroy())
}
