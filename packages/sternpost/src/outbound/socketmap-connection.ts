import type { Socket } from 'node:net'
import { MAX_REQUEST_BYTES, scanNetstring } from '@sternpost/protocol'

export interface SocketmapHandlers {
  /** The ready reply to a request, or undefined where it must be thought about. */
  readonly ready: (bytes: Uint8Array, start: number, end: number) => Uint8Array | undefined
  readonly compute: (request: Buffer) => Promise<Uint8Array>
  readonly now: () => number
  readonly onReady: () => void
  readonly onBroken: () => void
}

/** Requests of one connection that may be under way at one time; a peer that sends more is not read on. */
const MAX_UNDER_WAY = 128
/** Length digits, colon and comma around the longest request. */
const MAX_FRAME_BYTES = MAX_REQUEST_BYTES + 7

/** One client: bytes in any pieces, replies in the order of the requests. */
export class SocketmapConnection {
  readonly #socket: Socket
  readonly #handlers: SocketmapHandlers
  /** The beginning of a frame whose rest has not come yet. */
  #rest: Buffer | undefined
  /** Replies in order; undefined where one is still being computed. */
  readonly #replies: { bytes: Uint8Array | undefined }[] = []
  #paused = false
  /** When the last byte came or went, in milliseconds. */
  lastActiveAt: number

  constructor(socket: Socket, handlers: SocketmapHandlers) {
    this.#socket = socket
    this.#handlers = handlers
    this.lastActiveAt = handlers.now()
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    socket.on('drain', () => this.#resume())
    // Without a listener an error of the peer would end the program; 'close' follows and cleans up.
    socket.on('error', () => {})
  }

  /** Whether a reply is still owed. */
  get isBusy(): boolean {
    return this.#replies.length > 0 || this.#socket.writableLength > 0
  }

  close(): void {
    this.#socket.destroy()
  }

  /** Sends what is owed, then ends. */
  finish(): void {
    if (this.isBusy) this.#socket.once('drain', () => this.#socket.end())
    else this.#socket.end()
  }

  #read(chunk: Buffer): void {
    this.lastActiveAt = this.#handlers.now()
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk])
    this.#rest = undefined
    let offset = 0
    while (offset < bytes.length) {
      const scan = scanNetstring(bytes, offset, MAX_REQUEST_BYTES)
      if (scan.kind === 'broken') {
        this.#handlers.onBroken()
        this.#socket.destroy()
        return
      }
      if (scan.kind === 'incomplete') break
      this.#request(bytes, scan.frame.start, scan.frame.end)
      offset = scan.frame.next
    }
    if (offset < bytes.length) {
      // Copied, so that a small rest does not hold the whole chunk; scanNetstring bounds its size.
      this.#rest = Buffer.from(bytes.subarray(offset, Math.min(bytes.length, offset + MAX_FRAME_BYTES)))
    }
    if (this.#replies.length > MAX_UNDER_WAY || this.#socket.writableNeedDrain) this.#pause()
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
    void this.#handlers.compute(Buffer.from(bytes.subarray(start, end))).then(reply => {
      slot.bytes = reply
      this.#sendInOrder()
    })
  }

  #sendInOrder(): void {
    let reply = this.#replies[0]?.bytes
    while (reply !== undefined) {
      this.#replies.shift()
      if (!this.#socket.destroyed) this.#socket.write(reply)
      reply = this.#replies[0]?.bytes
    }
    this.lastActiveAt = this.#handlers.now()
    this.#resume()
  }

  #pause(): void {
    this.#paused = true
    this.#socket.pause()
  }

  #resume(): void {
    if (!this.#paused || this.#replies.length > MAX_UNDER_WAY / 2 || this.#socket.writableNeedDrain) return
    this.#paused = false
    this.#socket.resume()
  }
}
