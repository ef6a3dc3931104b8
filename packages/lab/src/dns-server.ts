import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { encode, type Packet, type PacketOpt } from 'dns-packet'
import { type DnsQuery, readDnsQuery } from './dns-query.ts'
import type { DnsAnswerFunction, DnsReply } from './dns-reply.ts'
import { closeServer, type Endpoint, listen, SocketSet } from './listener.ts'
import { toPacketAnswer } from './resource-record.ts'
import { syntheticStartOfAuthority, Zone } from './zone.ts'

export interface DnsServerOptions {
  readonly address: string
  /** 0 for any free one, the same for UDP and TCP. */
  readonly port: number
  /** A zone, or a function that works each reply out; replies of a function are not kept. */
  readonly source: Zone | DnsAnswerFunction
  /** `authoritative`: a server of the zone itself, with AA set, no recursion and no AD. Default `resolver`. */
  readonly role?: 'resolver' | 'authoritative'
  /** With a certificate the server also speaks DNS over TLS (RFC 7858) on `port`, 0 for any. */
  readonly overTls?: { readonly port: number; readonly keyPem: string; readonly chainPem: string }
}

export interface DnsServer extends Endpoint {
  readonly overTls: Endpoint | undefined
  /** Queries received since the start, over every transport. */
  queriesTotal(): number
  close(): Promise<void>
}

type Transport = 'udp' | 'stream'
type Role = NonNullable<DnsServerOptions['role']>

interface KeptReply {
  /** Undefined for silence. */
  readonly message: Buffer | undefined
  readonly counter: { count: number }
}

const TYPE_NAMES: Readonly<Record<number, string>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  12: 'PTR',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  52: 'TLSA',
  257: 'CAA',
}
const RCODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const
const CNAME_TYPE = 5
const EXTENDED_ERROR_OPTION = 15
const RECURSION_AVAILABLE = 0x80
const AUTHORITATIVE = 0x04
const AUTHENTIC_DATA = 0x20
const CHECKING_DISABLED = 0x10
const TRUNCATED = 0x02
const MAX_KEPT_REPLIES = 100_000
const STREAM_IDLE_MS = 30_000
const NEGATIVE_TTL_SECONDS = 60

/**
 * A recursive, validating resolver as a client sees it: AD where the answer is secure and the client asked for
 * it by DO or AD (RFC 6840 §5.7), SERVFAIL with an extended error where it is bogus.
 */
export async function createDnsServer(options: DnsServerOptions): Promise<DnsServer> {
  const responder = new Responder(options.source, options.role ?? 'resolver')
  const sockets = new SocketSet()

  const tcp = createServer(socket => serveStream(socket, responder, sockets))
  const { udp, port } = await openBoth(tcp, options)
  udp.on('message', (message: Buffer, peer: RemoteInfo) => {
    const reply = responder.reply(message, 'udp')
    if (reply !== undefined) udp.send(reply, peer.port, peer.address)
  })

  const streams: Server[] = [tcp]
  let overTls: Endpoint | undefined
  try {
    if (options.overTls !== undefined) {
      const { keyPem, chainPem } = options.overTls
      const tls = createTlsServer({ key: keyPem, cert: chainPem, ALPNProtocols: ['dot'] }, socket =>
        serveStream(socket, responder, sockets),
      )
      tls.on('connection', socket => sockets.add(socket))
      overTls = await listen(tls, options.address, options.overTls.port)
      streams.push(tls)
    }
  } catch (error) {
    udp.close()
    await Promise.all(streams.map(server => closeServer(server, sockets)))
    throw error
  }

  return {
    address: options.address,
    port,
    overTls,
    queriesTotal: () => responder.queriesTotal,
    async close() {
      await new Promise<void>(resolve => udp.close(() => resolve()))
      await Promise.all(streams.map(server => closeServer(server, sockets)))
    },
  }
}

const MAX_PORT_TRIES = 20

/** Opens TCP and UDP on one port; a free one of TCP may be taken for UDP, then another is tried. */
async function openBoth(
  tcp: Server,
  { address, port: wanted }: DnsServerOptions,
): Promise<{ readonly udp: UdpSocket; readonly port: number }> {
  for (let tries = 1; ; tries += 1) {
    const { port } = await listen(tcp, address, wanted)
    try {
      return { udp: await openUdp(address, port), port }
    } catch (error) {
      await new Promise(resolve => tcp.close(resolve))
      if (wanted !== 0 || tries === MAX_PORT_TRIES) throw error
    }
  }
}

function openUdp(address: string, port: number): Promise<UdpSocket> {
  const udp = createSocket({ type: 'udp4', recvBufferSize: 4 << 20, sendBufferSize: 4 << 20 })
  return new Promise((resolve, reject) => {
    udp.once('error', error => {
      udp.close()
      reject(error)
    })
    udp.bind(port, address, () => {
      udp.removeAllListeners('error')
      udp.on('error', () => {})
      resolve(udp)
    })
  })
}

/** Reads length-prefixed queries (RFC 1035 §4.2.2), several at once, and answers in order. */
function serveStream(socket: Socket, responder: Responder, sockets: SocketSet): void {
  sockets.add(socket)
  socket.setTimeout(STREAM_IDLE_MS, () => socket.destroy())
  let rest: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    while (rest.length >= 2) {
      const end = 2 + rest.readUInt16BE(0)
      if (rest.length < end) return
      const reply = responder.reply(rest.subarray(2, end), 'stream')
      rest = rest.subarray(end)
      if (reply === undefined) continue
      const frame = Buffer.allocUnsafe(reply.length + 2)
      frame.writeUInt16BE(reply.length, 0)
      reply.copy(frame, 2)
      socket.write(frame)
    }
  })
}

class Responder {
  readonly #role: Role
  readonly #answer: DnsAnswerFunction
  readonly #zone: Zone | undefined
  readonly #kept = new Map<string, KeptReply>()
  #keptRevision = -1
  queriesTotal = 0

  constructor(source: Zone | DnsAnswerFunction, role: Role) {
    this.#role = role
    this.#zone = source instanceof Zone ? source : undefined
    this.#answer = source instanceof Zone ? source.answer : source
  }

  reply(message: Buffer, transport: Transport): Buffer | undefined {
    const query = readDnsQuery(message)
    if (query === 'ignore') return undefined
    this.queriesTotal += 1
    if (typeof query === 'string') {
      return headerOnly(message, query === 'format-error' ? RCODES.FORMERR : RCODES.NOTIMP)
    }
    const kept = this.#replyFor(query, transport)
    if (kept === undefined) return undefined
    const reply =
      transport === 'udp' && kept.length > query.udpPayloadBytes ? truncate(kept, query) : Buffer.from(kept)
    // The reply is the client's own question, so id, RD, CD and the letter case of the name (which a careful
    // client picks at random) come from there.
    message.copy(reply, 0, 0, 2)
    reply[2]! |= query.flagsHigh & 0x01
    reply[3]! |= query.flagsLow & CHECKING_DISABLED
    message.copy(reply, 12, 12, query.questionEnd)
    return reply
  }

  #replyFor(query: DnsQuery, transport: Transport): Buffer | undefined {
    const type = TYPE_NAMES[query.typeNumber] ?? `TYPE${query.typeNumber}`
    const zone = this.#zone
    if (zone === undefined) return encodeReply(this.#ask(query, type), query, transport, this.#role)

    if (this.#keptRevision !== zone.revision || this.#kept.size >= MAX_KEPT_REPLIES) {
      this.#kept.clear()
      this.#keptRevision = zone.revision
    }
    const key = `${variant(query, transport)}${query.key}`
    let kept = this.#kept.get(key)
    if (kept === undefined) {
      const reply = encodeReply(this.#ask(query, type), query, transport, this.#role)
      kept = { message: reply, counter: zone.counter(query.name, type) }
      this.#kept.set(key, kept)
    }
    kept.counter.count += 1
    return kept.message
  }

  #ask(query: DnsQuery, type: string): DnsReply {
    const checkingDisabled = (query.flagsLow & CHECKING_DISABLED) !== 0
    return this.#answer({ name: query.name, type, checkingDisabled })
  }
}

/** Everything beside the question that the encoded reply depends on, as one character. */
function variant(query: DnsQuery, transport: Transport): string {
  const bits =
    (query.flagsLow & (AUTHENTIC_DATA | CHECKING_DISABLED)) |
    (query.edns ? 1 : 0) |
    (query.dnssecOk ? 2 : 0) |
    (transport === 'udp' ? 4 : 0)
  return String.fromCharCode(0x100 + bits)
}

function encodeReply(reply: DnsReply, query: DnsQuery, transport: Transport, role: Role): Buffer | undefined {
  if (reply.kind === 'silence') return undefined
  if (reply.kind === 'garbage') return garbageReply(query)
  let flags = (role === 'resolver' ? RECURSION_AVAILABLE : 0) | RCODES[reply.rcode]
  const packet: Packet = {
    type: 'response',
    // The type is a stand-in: the client's own question is copied over it.
    questions: [{ name: query.name, type: 'A' }],
  }
  const options: PacketOpt[] = []
  if (reply.kind === 'answer') {
    const wantsAuthenticData = query.dnssecOk || (query.flagsLow & AUTHENTIC_DATA) !== 0
    const checkingDisabled = (query.flagsLow & CHECKING_DISABLED) !== 0
    if (role === 'authoritative' && reply.authoritative !== false) flags |= AUTHORITATIVE << 8
    if (role === 'resolver' && reply.dnssec === 'secure' && wantsAuthenticData && !checkingDisabled)
      flags |= AUTHENTIC_DATA
    if (reply.truncated === true && transport === 'udp') flags |= TRUNCATED << 8
    else {
      packet.answers = reply.records.map(toPacketAnswer)
      const denies = query.typeNumber !== CNAME_TYPE && reply.records.every(({ type }) => type === 'CNAME')
      const authority =
        reply.authority ?? (denies ? [syntheticStartOfAuthority(query.name, NEGATIVE_TTL_SECONDS)] : [])
      packet.authorities = authority.map(toPacketAnswer)
    }
  } else if (reply.extendedError !== undefined) {
    const data = Buffer.alloc(2)
    data.writeUInt16BE(reply.extendedError)
    // The type definitions know no option 15; the encoder takes any code with ready bytes.
    options.push({ code: EXTENDED_ERROR_OPTION, data } as unknown as PacketOpt)
  }
  if (query.edns) {
    packet.additionals = [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: 1232,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: query.dnssecOk ? 0x8000 : 0,
        flag_do: query.dnssecOk,
        options,
      },
    ]
  }
  return encode({ ...packet, id: 0, flags })
}

/** The header and question of an answer, and then records that end in the middle of nowhere. */
function garbageReply(query: DnsQuery): Buffer {
  const reply = Buffer.alloc(query.questionEnd + 8, 0xff)
  reply.writeUInt16BE(0x8000 | (RECURSION_AVAILABLE & 0xff), 2)
  reply.writeUInt16BE(1, 4)
  reply.writeUInt16BE(3, 6)
  reply.writeUInt32BE(0, 8)
  return reply
}

/** The same reply with TC set and all sections but the question left out. */
function truncate(reply: Buffer, query: DnsQuery): Buffer {
  const short = Buffer.from(reply.subarray(0, query.questionEnd))
  short[2]! |= TRUNCATED
  short.fill(0, 6, 12)
  return short
}

function headerOnly(message: Buffer, rcode: number): Buffer {
  const reply = Buffer.alloc(12)
  message.copy(reply, 0, 0, 2)
  reply[2] = 0x80 | (message[2]! & 0x79)
  reply[3] = RECURSION_AVAILABLE | rcode
  return reply
}
