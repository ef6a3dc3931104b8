import { createServer, type Server, type Socket } from 'node:net'
import { type SecureContextOptions, TLSSocket } from 'node:tls'
import { SMTPServer } from 'smtp-server'
import { type ClearTextBehaviour, serveClearText } from './clear-text-session.ts'
import type { LeafCertificate } from './leaf-certificate.ts'
import { closeServer, type Endpoint, listen, SocketSet } from './listener.ts'
import type { ClearCommand, ReceivedMessage, TlsFacts } from './mx-record.ts'
import { type MxScript, type MxScriptName, mxScripts } from './mx-script.ts'
import { type MxTls, type MxTlsOptions, mxTlsOptions } from './mx-tls.ts'
import { serveScript } from './scripted-session.ts'

/**
 * What goes wrong at an MX host; `old-tls` speaks TLS 1.0 and 1.1 only, `reset` breaks every connection by RST. A
 * script, by its name or written out, says how the host speaks; it then takes no messages.
 */
export type MxFault = ClearTextBehaviour | 'old-tls' | 'reset' | MxScriptName | MxScript

export interface MxHostOptions {
  /** The host name, for the greeting. */
  readonly name: string
  readonly address: string
  /** 0 for any free one. */
  readonly port: number
  /** For another name, expired, self-signed: see `CertificateOptions`. */
  readonly certificate: LeafCertificate
  /** Other certificates without SNI or for other names, other TLS versions. */
  readonly tls?: Omit<MxTls, 'certificate'>
  readonly fault?: MxFault
  readonly now?: () => number
}

/** An MX host that keeps what it gets. */
export interface MxHost extends Endpoint {
  readonly name: string
  /** What listens here; changes hold for connections made afterwards. Undefined ends the fault. */
  setFault(fault: MxFault | undefined): void
  readonly fault: MxFault | undefined
  setCertificate(certificate: LeafCertificate): void
  readonly certificate: LeafCertificate
  /** Every message accepted so far, in order. */
  received(): readonly ReceivedMessage[]
  /** Commands that came in clear while a fault forbade TLS, and all commands a scripted host heard. */
  clearCommands(): readonly ClearCommand[]
  /** Connections so far. */
  connections(): number
  /**
   * Hands every new connection to somebody else, as one who sits on the wire would take it; undefined stops that.
   * What then reaches the host itself comes through `behind`.
   */
  divert(take: ((socket: Socket) => void) | undefined): void
  /** The same host on another port, past a diversion; opened when first asked for. */
  behind(): Promise<Endpoint>
  close(): Promise<void>
}

const MAX_MESSAGE_BYTES = 32 << 20

/** Starts an MX host. Errors: the system's, when the address or port cannot be had. */
export async function createMxHost(options: MxHostOptions): Promise<MxHost> {
  const { name, address } = options
  const now = options.now ?? Date.now
  const received: ReceivedMessage[] = []
  const clearCommands: ClearCommand[] = []
  const sockets = new SocketSet()
  const servers: Server[] = []
  let fault = options.fault
  let certificate = options.certificate
  let smtp: SMTPServer | undefined
  let scriptTls: MxTlsOptions | undefined
  let diversion: ((socket: Socket) => void) | undefined
  let behind: Promise<Endpoint> | undefined
  let connections = 0

  function serve(socket: Socket): void {
    connections += 1
    const script = scriptOf(fault)
    if (fault === 'reset') socket.resetAndDestroy()
    else if (script !== undefined) {
      scriptTls ??= mxTlsOptions(name, { ...options.tls, certificate })
      const command = (heard: ClearCommand) => void clearCommands.push(heard)
      serveScript(socket, { mxHost: name, script, tls: scriptTls, command })
    } else if (fault === undefined || fault === 'old-tls') {
      const oldTls = fault === 'old-tls' ? ({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1' } as const) : {}
      smtp ??= createSmtpServer({
        name,
        // Only a host with wishes of its own costs two contexts more; a benchmark has thousands without.
        tls:
          options.tls === undefined && fault === undefined
            ? { key: certificate.keyPem, cert: certificate.chainPem }
            : mxTlsOptions(name, { ...options.tls, ...oldTls, certificate }),
        now,
        received,
      })
      smtp.connect(socket)
    } else {
      const remoteAddress = socket.remoteAddress ?? ''
      serveClearText(socket, {
        mxHost: name,
        behaviour: fault as ClearTextBehaviour,
        command: command => void clearCommands.push(command),
        message: (message, helo) =>
          void received.push({ ...message, mxHost: name, tls: null, helo, remoteAddress, receivedAt: now() }),
      })
    }
  }

  async function open(port: number, accept: (socket: Socket) => void): Promise<Endpoint> {
    const server = createServer(socket => {
      sockets.add(socket)
      accept(socket)
    })
    const endpoint = await listen(server, address, port)
    servers.push(server)
    return endpoint
  }

  const endpoint = await open(options.port, socket => (diversion ?? serve)(socket))
  return {
    ...endpoint,
    name,
    get fault() {
      return fault
    },
    setFault(next) {
      fault = next
      smtp = undefined
    },
    get certificate() {
      return certificate
    },
    setCertificate(next) {
      certificate = next
      smtp = undefined
      scriptTls = undefined
    },
    received: () => received,
    clearCommands: () => clearCommands,
    connections: () => connections,
    divert(take) {
      diversion = take
    },
    behind() {
      behind ??= open(0, serve)
      return behind
    },
    async close() {
      await behind
      await Promise.all(servers.map(server => closeServer(server, sockets)))
    },
  }
}

interface SmtpServerParts {
  readonly name: string
  readonly tls: SecureContextOptions & Partial<Pick<MxTlsOptions, 'SNICallback'>>
  readonly now: () => number
  readonly received: ReceivedMessage[]
}

/** The script behind a fault, where it is one. */
function scriptOf(fault: MxFault | undefined): MxScript | undefined {
  if (typeof fault === 'object') return fault
  return fault !== undefined && fault in mxScripts ? mxScripts[fault as MxScriptName] : undefined
}

function createSmtpServer({ name, tls, now, received }: SmtpServerParts): SMTPServer {
  const tlsOf = new Map<string, TlsFacts>()
  const server = new SMTPServer({
    name,
    ...tls,
    authOptional: true,
    disabledCommands: ['AUTH'],
    disableReverseLookup: true,
    size: MAX_MESSAGE_BYTES,
    logger: false,
    onSecure(socket, session, done) {
      if (socket instanceof TLSSocket) {
        const serverName = typeof socket.servername === 'string' ? socket.servername : undefined
        const version = socket.getProtocol() ?? 'unknown'
        tlsOf.set(session.id, { version, cipher: socket.getCipher().name, serverName })
      }
      done()
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (stream.sizeExceeded) return done(new Error('message too large'))
        const { mailFrom, rcptTo } = session.envelope
        received.push({
          mxHost: name,
          mailFrom: mailFrom === false ? '' : mailFrom.address,
          recipients: rcptTo.map(recipient => recipient.address),
          content: Buffer.concat(chunks).toString('latin1'),
          tls: tlsOf.get(session.id) ?? null,
          helo: session.hostNameAppearsAs || '',
          remoteAddress: session.remoteAddress,
          receivedAt: now(),
        })
        done()
      })
    },
    onClose(session) {
      tlsOf.delete(session.id)
    },
  })
  // Failed handshakes are part of the play; what they were shows at the client.
  server.on('error', () => {})
  return server
}
