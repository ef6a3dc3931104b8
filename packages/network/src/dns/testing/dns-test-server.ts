import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import {
  type Answer,
  AUTHENTIC_DATA,
  decode,
  encode,
  type Question,
  RECURSION_AVAILABLE,
  TRUNCATED_RESPONSE,
} from 'dns-packet'

const responseCodes = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const

/** How the server answers one question; without `answers` it is a denial with an SOA (minimum 300). */
export interface TestReply {
  readonly rcode?: keyof typeof responseCodes
  readonly answers?: readonly Answer[]
  /** Default: the server's `ad`. */
  readonly ad?: boolean
  /** Default: an SOA where there is no answer, or a CNAME alone and `denied`. */
  readonly authorities?: readonly Answer[]
  readonly extendedError?: number
  /** Truncated over UDP, whole over TCP. */
  readonly truncated?: boolean
  readonly delayMs?: number
  readonly drop?: boolean
  /** Sends these messages in place of all else; `query` are the bytes that came. */
  readonly raw?: (query: Buffer) => readonly Buffer[]
}

export interface SeenQuery {
  readonly name: string
  readonly type: string
  readonly transport: 'udp' | 'tcp' | 'tls'
  readonly id: number
  readonly clientPort: number
  readonly bytes: Buffer
}

/** `name TYPE` to what is answered, or to a function of how often it was asked before. */
export type TestZone = Record<string, TestReply | ((timesAsked: number) => TestReply)>

export interface DnsTestServer {
  readonly zone: TestZone
  /** As `parseResolverAddress` reads it. */
  readonly address: string
  readonly port: number
  readonly queries: SeenQuery[]
  /** Names and types asked for, in order. */
  asked(): readonly string[]
  /** Stream connections taken so far. */
  connections(): number
  /** Cuts all stream connections, as an idle limit does. */
  dropConnections(): void
  /** The UDP socket, to send from it what a test needs. */
  readonly udp: UdpSocket
  close(): Promise<void>
}

export interface DnsTestServerOptions {
  readonly host?: string
  /** AD bit of what does not say otherwise. Default true. */
  readonly ad?: boolean
  /** Serve TLS in place of UDP and TCP. */
  readonly tls?: { readonly key: string; readonly cert: string }
}

/** A DNS server written with another codec than the client's, so that the two prove each other. */
export async function startDnsTestServer(
  zone: TestZone = {},
  options: DnsTestServerOptions = {},
): Promise<DnsTestServer> {
  const host = options.host ?? '127.0.0.1'
  const queries: SeenQuery[] = []
  const sockets = new Set<Socket>()
  const timers = new Set<NodeJS.Timeout>()
  let connections = 0

  function receive(
    bytes: Buffer,
    seen: Pick<SeenQuery, 'transport' | 'clientPort'>,
    send: (m: Buffer) => void,
  ) {
    const message = decode(bytes)
    const question = message.questions?.[0]
    if (question === undefined) return
    const key = `${question.name} ${question.type}`
    const timesAsked = queries.filter(({ name, type }) => `${name} ${type}` === key).length
    queries.push({ ...seen, name: question.name, type: question.type, id: message.id ?? 0, bytes })
    const entry = zone[key]
    const reply = typeof entry === 'function' ? entry(timesAsked) : entry
    if (reply?.drop === true) return
    const respond = () => {
      if (reply?.raw !== undefined) for (const raw of reply.raw(bytes)) send(raw)
      else send(encodeReply(message.id ?? 0, question, reply, seen.transport))
    }
    if (reply?.delayMs === undefined) respond()
    else timers.add(setTimeout(respond, reply.delayMs))
  }

  function encodeReply(
    id: number,
    question: Question,
    reply: TestReply | undefined,
    transport: SeenQuery['transport'],
  ): Buffer {
    const nameKnown = Object.keys(zone).some(key => key.startsWith(`${question.name} `))
    const rcode = reply?.rcode ?? (reply !== undefined || nameKnown ? 'NOERROR' : 'NXDOMAIN')
    const truncated = reply?.truncated === true && transport === 'udp'
    const answers = truncated ? [] : [...(reply?.answers ?? [])]
    const denial = answers.length === 0 && (rcode === 'NOERROR' || rcode === 'NXDOMAIN')
    return encode({
      type: 'response',
      id,
      flags:
        RECURSION_AVAILABLE |
        (truncated ? TRUNCATED_RESPONSE : 0) |
        ((reply?.ad ?? options.ad ?? true) ? AUTHENTIC_DATA : 0) |
        responseCodes[rcode],
      questions: [question],
      answers,
      authorities: [...(reply?.authorities ?? (denial ? [soa(300)] : []))],
      additionals: [
        {
          type: 'OPT',
          name: '.',
          udpPayloadSize: 1232,
          extendedRcode: 0,
          ednsVersion: 0,
          flags: 0,
          flag_do: false,
          options:
            reply?.extendedError === undefined
              ? []
              : [{ code: 15 as 12, data: Buffer.from([0, reply.extendedError, 0x77, 0x68, 0x79]) }],
        },
      ],
    })
  }

  function serveStream(socket: Socket, transport: 'tcp' | 'tls') {
    connections += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    let rest = Buffer.alloc(0)
    socket.on('data', (piece: Buffer) => {
      rest = Buffer.concat([rest, piece])
      while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
        const end = 2 + rest.readUInt16BE(0)
        const bytes = rest.subarray(2, end)
        rest = rest.subarray(end)
        receive(bytes, { transport, clientPort: socket.remotePort ?? 0 }, message => {
          const length = Buffer.alloc(2)
          length.writeUInt16BE(message.length)
          // In two pieces, so that the client must put a frame together.
          socket.write(length)
          socket.write(message)
        })
      }
    })
  }

  const udp = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  const stream: Server =
    options.tls === undefined
      ? createServer(socket => serveStream(socket, 'tcp'))
      : createTlsServer(options.tls, socket => serveStream(socket, 'tls'))
  stream.on('error', () => {})
  const port = await listen(udp, stream, host)
  udp.on('message', (bytes, peer) => {
    receive(bytes, { transport: 'udp', clientPort: peer.port }, message =>
      udp.send(message, peer.port, peer.address),
    )
  })

  return {
    zone,
    address: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
    port,
    queries,
    asked: () => queries.map(({ name, type }) => `${name} ${type}`),
    connections: () => connections,
    dropConnections() {
      for (const socket of sockets) socket.destroy()
    },
    udp,
    async close() {
      for (const timer of timers) clearTimeout(timer)
      for (const socket of sockets) socket.destroy()
      udp.close()
      await new Promise(resolve => stream.close(resolve))
    },
  }
}

/** Finds one port that is free for both. */
async function listen(udp: UdpSocket, stream: Server, host: string): Promise<number> {
  for (let attempt = 0; ; attempt += 1) {
    await new Promise<void>(resolve => stream.listen(0, host, resolve))
    const address = stream.address()
    if (address === null || typeof address === 'string') throw new Error('no port to listen on')
    try {
      await new Promise<void>((resolve, reject) => {
        udp.once('error', reject)
        udp.bind(address.port, host, () => {
          udp.removeListener('error', reject)
          resolve()
        })
      })
      return address.port
    } catch (error) {
      await new Promise(resolve => stream.close(resolve))
      if (attempt === 10) throw error
    }
  }
}

export function a(name: string, data: string, ttl = 60): Answer {
  return { type: 'A', name, ttl, data }
}

export function aaaa(name: string, data: string, ttl = 60): Answer {
  return { type: 'AAAA', name, ttl, data }
}

export function cname(name: string, data: string, ttl = 60): Answer {
  return { type: 'CNAME', name, ttl, data }
}

export function mx(name: string, preference: number, exchange: string, ttl = 60): Answer {
  return { type: 'MX', name, ttl, data: { preference, exchange } }
}

export function txt(name: string, strings: readonly (string | Buffer)[], ttl = 60): Answer {
  return { type: 'TXT', name, ttl, data: [...strings] }
}

export function tlsa(name: string, parameters: readonly [number, number, number], ttl = 60): Answer {
  const [usage, selector, matchingType] = parameters
  const certificate = Buffer.alloc(matchingType === 2 ? 64 : 32, 0xab)
  return { type: 'TLSA', name, ttl, data: { usage, selector, matchingType, certificate } }
}

export function soa(minimum: number, ttl = 3600): Answer {
  const data = { mname: 'ns.test', rname: 'hostmaster.test', serial: 7, minimum }
  return { type: 'SOA', name: 'test', ttl, data }
}
