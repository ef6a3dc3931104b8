import type { Socket } from 'node:net'
import { MAX_REQUEST_BYTES, scanNetstring } from '@sternpost/protocol'

export interface SocketmapHandlers {
  /** The ready reply to a request, or undefined where it must be thought about. */
  readonly ready: (bytes: Uint8Array, start: number, end: number) => Uint8Array | undefined
  /** Must not reject; if it does, the connection is closed. */
  readonly compute: (request: Buffer) => Promise<Uint8Array>
  readonly now: () => number
  /** Told of each reply that was ready. */
  readonly onReady: () => void
  /** Told of each connection that is closed because its bytes are no requests. */
  readonly onBroken: () => void
}

/** Requests of one connection that may be under way at one time; a peer that sends more is not read on. */
const MAX_UNDER_WAY = 128

/**
 * One client: bytes in any pieces, replies in the order of the requests.
 *
 * A client may end its half of the connection and still gets what it is owed. The socket must have
 * `allowHalfOpen`.
 */
export class SocketmapConnection {
  readonly #socket: Socket
  readonly #handlers: SocketmapHandlers
  /** Bytes not taken apart yet: the beginning of a frame, and while too much is under way whole frames too. */
  #rest: Buffer | undefined
  /** Replies in order; undefined where one is still being computed. */
  readonly #replies: { bytes: Uint8Array | undefined }[] = []
  #paused = false
  /** No further request is taken; the connection ends once nothing is owed. */
  #ending = false
  /** When the last byte came or went, in milliseconds. */
  lastActiveAt: number

  constructor(socket: Socket, handlers: SocketmapHandlers) {
    this.#socket = socket
    this.#handlers = handlers
    this.lastActiveAt = handlers.now()
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    socket.on('drain', () => {
      this.lastActiveAt = handlers.now()
      this.#goOn()
    })
    socket.on('end', () => this.finish())
    // Without a listener an error of the peer would end the program; 'close' follows and cleans up.
    socket.on('error', () => {})
  }

  /** Whether a reply is still owed, or on its way out. */
  get isBusy(): boolean {
    return this.isComputing || this.#socket.writableLength > 0
  }

  /** Whether a reply is being worked out; otherwise the next step is the peer's, be it only to read. */
  get isComputing(): boolean {
    return this.#replies.length > 0
  }

  close(): void {
    this.#socket.destroy()
  }

  /** Takes no further request, sends what is owed, then ends. */
  finish(): void {
    this.#ending = true
    this.#rest = undefined
    this.#goOn()
    this.#endWhenDone()
  }

  #read(chunk: Buffer): void {
    this.lastActiveAt = this.#handlers.now()
    // Read and thrown away, so that the end of the peer is seen.
    if (this.#ending) return
    this.#takeApart(this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]))
  }

  #takeApart(bytes: Buffer): void {
    let offset = 0
    while (offset < bytes.length && !this.#isFull) {
      const scan = scanNetstring(bytes, offset, MAX_REQUEST_BYTES)
      if (scan.kind === 'broken') {
        this.#rest = undefined
        this.#handlers.onBroken()
        this.#socket.destroy()
        return
      }
      if (scan.kind === 'incomplete') break
      this.#request(bytes, scan.frame.start, scan.frame.end)
      offset = scan.frame.next
    }
    const rest = bytes.subarray(offset)
    if (rest.length === 0) this.#rest = undefined
    // Copied, so that the beginning of a frame does not hold the whole chunk for as long as the peer likes.
    else this.#rest = this.#isFull ? rest : Buffer.from(rest)
    if (this.#isFull) {
      this.#paused = true
      this.#socket.pause()
    }
  }

  #request(bytes: Buffer, start: number, end: number): void {
    const ready = this.#handlers.ready(bytes, start, end)
    if (ready !== undefined) {
      this.#handlers.onReady()
      if (this.#replies.length === 0) this.#socket.write(ready)
      else this.#replies.push({ bytes: ready })
      return
    }
    const slot: { bytes: Uint8Array | undefined } = { bytes: undefined }
    this.#replies.push(slot)
    // Copied, because the answer may come long after this chunk is gone.
    void this.#handlers.compute(Buffer.from(bytes.subarray(start, end))).then(
      reply => {
        slot.bytes = reply
        this.#sendInOrder()
      },
      // A reply that will never come leaves nothing to say: the peer asks anew on another connection.
      () => this.close(),
    )
  }

  #sendInOrder(): void {
    let reply = this.#replies[0]?.bytes
    while (reply !== undefined) {
      this.#replies.shift()
      if (!this.#socket.destroyed) this.#socket.write(reply)
      reply = this.#replies[0]?.bytes
    }
    this.lastActiveAt = this.#handlers.now()
    this.#goOn()
    this.#endWhenDone()
  }

  /** Takes up what was left when too much was under way, then reads on. */
  #goOn(): void {
    if (!this.#paused || this.#socket.destroyed) return
    if (!this.#ending && (this.#replies.length > MAX_UNDER_WAY / 2 || this.#socket.writableNeedDrain)) return
    this.#paused = false
    const rest = this.#rest
    if (rest !== undefined) this.#takeApart(rest)
    if (!this.#paused) this.#socket.resume()
  }

  #endWhenDone(): void {
    if (this.#ending && this.#replies.length === 0) this.#socket.end()
  }

  get #isFull(): boolean {
    return this.#replies.length >= MAX_UNDER_WAY || this.#socket.writableNeedDrain
  }
}
