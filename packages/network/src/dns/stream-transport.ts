import type { Socket } from 'node:net'
import { createFrameReader } from './frame-reader.ts'
import { answersQuery, type EncodedQuery, withId } from './message.ts'
import type { DnsClientStats, DnsTransport, TransportResult } from './transport.ts'

/** A connection with nothing under way is closed by us after this, before most resolvers do (RFC 7766 §6.2.3). */
const IDLE_MS = 8000

export interface StreamTransportOptions {
  /** Begins a connection; `readyEvent` says when it may be written to. */
  readonly connect: () => Socket
  readonly readyEvent: 'connect' | 'secureConnect'
  readonly randomUint16: () => number
  readonly stats: DnsClientStats
}

interface PendingQuery {
  readonly query: EncodedQuery
  readonly lost: (reason: string) => void
  readonly settle: (result: TransportResult) => void
}

interface Connection {
  readonly socket: Socket
  readonly pending: Map<number, PendingQuery>
  ready: boolean
  /** When the last answer came on it; null before the first. One that answered and then closes has only idled. */
  answeredAt: number | null
  idleTimer: NodeJS.Timeout | undefined
}

/**
 * Asks a resolver over one kept connection, many queries under way at a time and answers in any order.
 *
 * Effects: opens the connection with the first query, opens another when it was closed, and asks once more on the
 * new one what an idle close cut off.
 * Source: RFC 7766 §6.2, RFC 7858 §3.3.
 */
export function createStreamTransport(options: StreamTransportOptions): DnsTransport {
  const { randomUint16, stats } = options
  let current: Connection | undefined
  let closed = false

  function drop(connection: Connection, reason: string): void {
    if (current === connection) current = undefined
    clearTimeout(connection.idleTimer)
    connection.socket.destroy()
    for (const [id, pending] of [...connection.pending]) {
      connection.pending.delete(id)
      pending.lost(reason)
    }
  }

  function rest(connection: Connection): void {
    clearTimeout(connection.idleTimer)
    if (connection.pending.size > 0) return
    connection.idleTimer = setTimeout(() => drop(connection, 'idle'), IDLE_MS).unref()
  }

  function receive(connection: Connection, message: Buffer): void {
    const id = message.length >= 2 ? message.readUInt16BE(0) : -1
    const pending = connection.pending.get(id)
    if (pending === undefined) {
      // Late, after its timeout. A resolver that sends nothing else is found out by the timeouts themselves.
      stats.unexpected += 1
      return
    }
    connection.answeredAt = performance.now()
    connection.pending.delete(id)
    if (answersQuery(message, pending.query, id)) pending.settle({ kind: 'reply', bytes: message })
    else pending.settle({ kind: 'error', reason: 'the answer is not to the question asked' })
    rest(connection)
  }

  function open(): Connection {
    const socket = options.connect()
    const connection: Connection = {
      socket,
      pending: new Map(),
      ready: false,
      answeredAt: null,
      idleTimer: undefined,
    }
    const read = createFrameReader()
    socket.setNoDelay(true)
    // A query keeps the process alive by its timer; an idle connection must not.
    socket.unref()
    socket.on('data', (piece: Buffer) => {
      for (const message of read(piece)) receive(connection, message)
    })
    socket.once(options.readyEvent, () => {
      connection.ready = true
      for (const [id, pending] of connection.pending) write(connection, pending.query, id)
    })
    socket.on('error', error => drop(connection, error.message))
    socket.on('close', () => drop(connection, 'the connection was closed'))
    return connection
  }

  function write(connection: Connection, query: EncodedQuery, id: number): void {
    const frame = Buffer.allocUnsafe(query.bytes.length + 2)
    frame.writeUInt16BE(query.bytes.length)
    withId(query, id).copy(frame, 2)
    stats.queriesSent += 1
    connection.socket.write(frame)
  }

  function send(query: EncodedQuery, timeoutMs: number, mayRepeat: boolean): Promise<TransportResult> {
    return new Promise(resolve => {
      if (closed) {
        resolve({ kind: 'error', reason: 'the client is closed' })
        return
      }
      const startedAt = performance.now()
      current ??= open()
      const connection = current
      let id = randomUint16()
      while (connection.pending.has(id)) id = randomUint16()
      const timer = setTimeout(() => {
        connection.pending.delete(id)
        resolve({ kind: 'timeout' })
        // A connection silent for so long may lead nowhere; the next query begins another.
        if ((connection.answeredAt ?? 0) < startedAt) drop(connection, 'no answer on this connection')
        else rest(connection)
      }, timeoutMs)
      const settle = (result: TransportResult) => {
        clearTimeout(timer)
        resolve(result)
      }
      clearTimeout(connection.idleTimer)
      connection.pending.set(id, {
        query,
        settle,
        lost(reason) {
          const leftMs = timeoutMs - (performance.now() - startedAt)
          if (mayRepeat && connection.answeredAt !== null && !closed && leftMs > 0) {
            clearTimeout(timer)
            resolve(send(query, leftMs, false))
          } else settle({ kind: 'error', reason })
        },
      })
      if (connection.ready) write(connection, query, id)
    })
  }

  return {
    query: (query, timeoutMs) => send(query, timeoutMs, true),
    close() {
      closed = true
      if (current !== undefined) drop(current, 'the client is closed')
    },
  }
}
