import { once } from 'node:events'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls'

/** A server of the tests. It counts what it gets, so that a test can see what was sent and what stayed open. */
export interface TestServer {
  readonly port: number
  /** The heads of the requests that arrived, one text each. */
  readonly requests: readonly string[]
  /** How many connections were accepted. */
  readonly connectionCount: number
  /** Resolves when no connection is open any more. */
  idle(): Promise<void>
  close(): Promise<void>
}

/** What to do with a request: write any bytes, then end, destroy or do nothing. */
export type Respond = (socket: Socket | TLSSocket, head: string) => void

export interface PolicyHostOptions {
  readonly address?: string
  readonly port?: number
  readonly tls: TlsOptions
  readonly respond: Respond
}

/** Starts an HTTPS server whose every byte is the test's own. */
export async function startPolicyHost(options: PolicyHostOptions): Promise<TestServer> {
  const requests: string[] = []
  const server = createTlsServer(options.tls, socket => readRequest(socket, requests, options.respond))
  server.on('tlsClientError', () => {})
  return await listen(server, options.address, options.port, requests)
}

/** Starts a TCP server; `respond` gets each connection's first bytes up to an empty line. */
export async function startTcpServer(options: {
  readonly address?: string
  readonly port?: number
  readonly onConnection?: (socket: Socket) => void
  readonly respond?: Respond
}): Promise<TestServer> {
  const requests: string[] = []
  const { respond, onConnection } = options
  const server = createTcpServer(socket => {
    socket.on('error', () => {})
    onConnection?.(socket)
    if (respond !== undefined) readRequest(socket, requests, respond)
  })
  return await listen(server, options.address, options.port, requests)
}

/** A whole answer: status line, fields, body. */
export function httpAnswer(status: string, fields: readonly string[], body: string | Buffer = ''): Buffer {
  const head = [`HTTP/1.1 ${status}`, ...fields, '', ''].join('\r\n')
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)])
}

/** Status 200, text/plain and the length. */
export function policyAnswer(body: string | Buffer): Buffer {
  const length = Buffer.byteLength(body)
  return httpAnswer('200 OK', ['Content-Type: text/plain', `Content-Length: ${length}`], body)
}

function readRequest(socket: Socket | TLSSocket, requests: string[], respond: Respond): void {
  let seen = ''
  let answered = false
  socket.on('error', () => {})
  socket.on('data', bytes => {
    if (answered) return
    seen += bytes.toString('latin1')
    const end = seen.indexOf('\r\n\r\n')
    if (end === -1) return
    answered = true
    requests.push(seen.slice(0, end))
    respond(socket, seen.slice(0, end))
  })
}

async function listen(
  server: Server,
  address = '127.0.0.1',
  port = 0,
  requests: readonly string[] = [],
): Promise<TestServer> {
  const open = new Set<Socket>()
  let connectionCount = 0
  let wake = () => {}
  server.on('connection', socket => {
    connectionCount += 1
    open.add(socket)
    socket.on('close', () => {
      open.delete(socket)
      if (open.size === 0) wake()
    })
  })
  server.listen({ host: address, port })
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    get connectionCount() {
      return connectionCount
    },
    async idle() {
      if (open.size === 0) return
      await new Promise<void>(resolve => {
        wake = resolve
      })
    },
    async close() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
