import { connect, type NetConnectOpts, type Socket } from 'node:net'
import { createManualClock, type ManualClock } from '@sternpost/lab'
import { encodeNetstring, scanNetstring } from '@sternpost/protocol'
import { type SocketmapListener, SocketmapServer, type SocketmapServerOptions } from '../socketmap-server.ts'

const MAX_REPLY = 1_000_000

/** A server whose replies repeat the request, so that order and content can be told from what comes back. */
export interface EchoServer {
  readonly server: SocketmapServer
  readonly clock: ManualClock
  /** Where the first listener can be reached. */
  readonly target: NetConnectOpts
  /** Requests that were computed so far. */
  readonly computed: string[]
  /** Connections given up because of their bytes. */
  broken(): number
  ready(): number
  /** Lets a held computation go on. */
  release(request: string): void
}

export interface EchoServerOptions {
  readonly listeners?: readonly SocketmapListener[]
  readonly maxConnections?: number
  readonly idleTimeoutMs?: number
  /** Requests whose reply waits for `release`. */
  readonly isHeld?: (request: string) => boolean
  readonly readyReplies?: ReadonlyMap<string, Uint8Array>
  readonly replyTo?: (request: string) => Uint8Array
}

export const LOOPBACK: SocketmapListener = { kind: 'tcp', host: '127.0.0.1', port: 0 }

export function echo(request: string): Uint8Array {
  return encodeNetstring(Buffer.from(`OK ${request}`, 'latin1'))
}

export function frame(request: string): Buffer {
  return Buffer.from(encodeNetstring(Buffer.from(request, 'latin1')))
}

export async function startEchoServer(options: EchoServerOptions = {}): Promise<EchoServer> {
  const clock = createManualClock()
  const computed: string[] = []
  const held = new Map<string, () => void>()
  let broken = 0
  let ready = 0
  const handlers: SocketmapServerOptions['handlers'] = {
    ready: (bytes, start, end) =>
      options.readyReplies?.get(Buffer.from(bytes.subarray(start, end)).toString('latin1')),
    async compute(request) {
      const text = request.toString('latin1')
      computed.push(text)
      if (options.isHeld?.(text) === true) await new Promise<void>(resolve => held.set(text, resolve))
      return (options.replyTo ?? echo)(text)
    },
    now: () => clock.now(),
    onReady() {
      ready += 1
    },
    onBroken() {
      broken += 1
    },
  }
  const { listeners = [LOOPBACK], maxConnections = 100, idleTimeoutMs = 60_000 } = options
  const server = new SocketmapServer({ listeners, maxConnections, idleTimeoutMs, clock, handlers })
  await server.listen()
  return {
    server,
    clock,
    target: targetOf(server.addresses[0] ?? ''),
    computed,
    broken: () => broken,
    ready: () => ready,
    release(request) {
      const go = held.get(request)
      if (go === undefined) throw new Error(`nothing held: ${request}`)
      held.delete(request)
      go()
    },
  }
}

function targetOf(address: string): NetConnectOpts {
  if (address.startsWith('unix:')) return { path: address.slice('unix:'.length) }
  const colon = address.lastIndexOf(':')
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) }
}

/** A client that keeps what it is told. */
export class Peer {
  readonly socket: Socket
  readonly connected: Promise<void>
  readonly closed: Promise<void>
  readonly #waiting: (() => void)[] = []
  #received = Buffer.alloc(0)
  #frames: string[] = []

  constructor(target: NetConnectOpts) {
    this.socket = connect({ ...target, noDelay: true })
    // A reset is one of the ways the server may close.
    this.socket.on('error', () => {})
    this.connected = new Promise((resolve, reject) => {
      this.socket.once('connect', resolve)
      this.socket.once('error', reject)
    })
    this.connected.catch(() => {})
    this.closed = new Promise(resolve => this.socket.once('close', () => resolve()))
    this.socket.on('data', chunk => this.#read(chunk as Buffer))
    this.socket.on('close', () => this.#wake())
  }

  /** Contents of the replies so far. */
  get frames(): readonly string[] {
    return this.#frames
  }

  send(bytes: Uint8Array | string): void {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  }

  /** Waits for that many replies in all; errors when the connection closes before. */
  async replies(count: number): Promise<readonly string[]> {
    while (this.#frames.length < count) {
      if (this.socket.destroyed) throw new Error(`closed after ${this.#frames.length} of ${count} replies`)
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    }
    return this.#frames
  }

  async ask(request: string): Promise<string> {
    const count = this.#frames.length + 1
    this.send(frame(request))
    return (await this.replies(count))[count - 1] ?? ''
  }

  #read(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk])
    for (;;) {
      const scan = scanNetstring(this.#received, 0, MAX_REPLY)
      if (scan.kind !== 'frame') break
      this.#frames.push(this.#received.toString('latin1', scan.frame.start, scan.frame.end))
      this.#received = this.#received.subarray(scan.frame.next)
    }
    this.#wake()
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

/** Waits until a condition holds; what never holds ends with the test's own time limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>(resolve => setTimeout(resolve, 2))
}
