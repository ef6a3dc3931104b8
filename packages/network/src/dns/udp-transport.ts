import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { createBurstWindow } from './burst-window.ts'
import { answersQuery, type EncodedQuery, withId } from './message.ts'
import type { ResolverAddress } from './resolver-address.ts'
import type { DnsClientStats, DnsTransport, TransportResult } from './transport.ts'

/** After this many queries a socket gives way to one with a new port. */
const MAX_QUERIES_PER_SOCKET = 128
/** After this long, too: an attacker who found a port shall not keep it. */
const MAX_SOCKET_AGE_MS = 5000
/** So many strange messages are an attempt to guess: the port is given up. */
const MAX_UNEXPECTED_PER_SOCKET = 32

export interface UdpTransportOptions {
  readonly resolver: ResolverAddress
  /** How many sockets, and so ports, are in use at a time. */
  readonly sockets: number
  readonly randomUint16: () => number
  readonly stats: DnsClientStats
}

interface PendingQuery {
  readonly query: EncodedQuery
  readonly settle: (result: TransportResult) => void
}

interface PooledSocket {
  readonly socket: Socket
  readonly pending: Map<number, PendingQuery>
  readonly openedAt: number
  /** Sends that wait for the socket to be connected; null once it is. */
  waiting: (() => void)[] | null
  queries: number
  unexpected: number
  retired: boolean
}

/**
 * Asks a resolver by UDP.
 *
 * A query goes out under a random id on a random one of a few sockets, each with a port of the system's random
 * choice and soon replaced. The sockets are connected, so that the kernel drops what comes from any other address
 * or port (RFC 5452 §9.1, §9.2); id and question are checked besides, and what does not fit is ignored while the
 * wait goes on.
 */
export function createUdpTransport(options: UdpTransportOptions): DnsTransport {
  const { resolver, randomUint16, stats } = options
  const pool = new Array<PooledSocket | undefined>(options.sockets)
  const open = new Set<PooledSocket>()
  const window = createBurstWindow()
  let closed = false
  let sweep: NodeJS.Timeout | undefined

  function retire(pooled: PooledSocket): void {
    pooled.retired = true
    const index = pool.indexOf(pooled)
    if (index !== -1) pool[index] = undefined
    if (pooled.pending.size === 0 && open.delete(pooled)) pooled.socket.close()
    if (open.size === 0 && sweep !== undefined) {
      clearInterval(sweep)
      sweep = undefined
    }
  }

  function fail(pooled: PooledSocket, reason: string): void {
    for (const pending of [...pooled.pending.values()]) pending.settle({ kind: 'error', reason })
    retire(pooled)
  }

  function openSocket(): PooledSocket {
    const socket = createSocket({
      type: isIPv6(resolver.address) ? 'udp6' : 'udp4',
      // The address is already one; the default would take a turn through the system's resolver functions.
      lookup: (address, _options, callback) => callback(null, address, isIPv6(address) ? 6 : 4),
    })
    const pooled: PooledSocket = {
      socket,
      pending: new Map(),
      openedAt: performance.now(),
      waiting: [],
      queries: 0,
      unexpected: 0,
      retired: false,
    }
    open.add(pooled)
    socket.on('error', error => fail(pooled, error.message))
    socket.on('message', bytes => {
      const pending = bytes.length >= 2 ? pooled.pending.get(bytes.readUInt16BE(0)) : undefined
      if (pending !== undefined && answersQuery(bytes, pending.query, bytes.readUInt16BE(0))) {
        pending.settle({ kind: 'reply', bytes })
        return
      }
      stats.unexpected += 1
      pooled.unexpected += 1
      if (pooled.unexpected === MAX_UNEXPECTED_PER_SOCKET) retire(pooled)
    })
    socket.once('connect', () => {
      // A query keeps the process alive by its timer; a socket without one must not.
      socket.unref()
      const waiting = pooled.waiting ?? []
      pooled.waiting = null
      for (const send of waiting) send()
    })
    socket.connect(resolver.port, resolver.address)
    sweep ??= setInterval(() => {
      const now = performance.now()
      for (const pooled of [...open]) if (now - pooled.openedAt >= MAX_SOCKET_AGE_MS) retire(pooled)
    }, MAX_SOCKET_AGE_MS).unref()
    return pooled
  }

  function pickSocket(): PooledSocket {
    const index = randomUint16() % pool.length
    let pooled = pool[index]
    if (pooled === undefined) {
      pooled = openSocket()
      pool[index] = pooled
    }
    pooled.queries += 1
    if (pooled.queries >= MAX_QUERIES_PER_SOCKET) {
      pool[index] = undefined
      pooled.retired = true
    }
    return pooled
  }

  function send(query: EncodedQuery, timeoutMs: number, leave: () => void): Promise<TransportResult> {
    return new Promise(resolve => {
      if (closed) {
        leave()
        resolve({ kind: 'error', reason: 'the client is closed' })
        return
      }
      const pooled = pickSocket()
      let id = randomUint16()
      while (pooled.pending.has(id)) id = randomUint16()
      const timer = setTimeout(() => settle({ kind: 'timeout' }), timeoutMs)
      function settle(result: TransportResult): void {
        clearTimeout(timer)
        pooled.pending.delete(id)
        leave()
        if (pooled.retired && pooled.pending.size === 0) retire(pooled)
        resolve(result)
      }
      pooled.pending.set(id, { query, settle })
      const transmit = () => {
        if (!pooled.pending.has(id)) return
        stats.queriesSent += 1
        pooled.socket.send(withId(query, id), error => {
          if (error) fail(pooled, error.message)
        })
      }
      if (pooled.waiting === null) transmit()
      else pooled.waiting.push(transmit)
    })
  }

  return {
    query(query, timeoutMs) {
      const leave = window.tryEnter()
      if (leave !== null) return send(query, timeoutMs, leave)
      return window.enter().then(entered => send(query, timeoutMs, entered))
    },
    close() {
      closed = true
      window.open()
      for (const pooled of [...open]) fail(pooled, 'the client is closed')
    },
  }
}
