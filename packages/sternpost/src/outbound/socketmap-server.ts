import { chmodSync, chownSync, lstatSync, unlinkSync } from 'node:fs'
import { connect, createServer, type ListenOptions, type Server, type Socket } from 'node:net'
import type { Clock, Timer } from '../base/index.ts'
import { ListenError } from '../listen-error.ts'
import { SocketmapConnection, type SocketmapHandlers } from './socketmap-connection.ts'
import { waitAtMost } from './wait-at-most.ts'

/** Where to listen: an address and port, a unix socket, or a descriptor inherited from systemd. */
export type SocketmapListener =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | {
      readonly kind: 'unix'
      readonly path: string
      readonly mode: number
      readonly uid?: number
      readonly gid?: number
    }
  | { readonly kind: 'inherited'; readonly fd: number }

export interface SocketmapServerOptions {
  readonly listeners: readonly SocketmapListener[]
  readonly maxConnections: number
  readonly idleTimeoutMs: number
  readonly clock: Clock
  readonly handlers: SocketmapHandlers
}

/** How often idle connections are looked for. */
const SWEEP_MS = 5_000
/** A connection this young is never closed to make room: it may be about to ask. */
const LEAST_IDLE_MS = 1_000

/** Listens, and keeps connections few and useful. Postfix itself closes its ends after at most 100 seconds. */
export class SocketmapServer {
  readonly #options: SocketmapServerOptions
  readonly #servers: Server[] = []
  readonly #connections = new Set<SocketmapConnection>()
  #sweep: Timer | undefined
  /** Connections turned away because all places were busy. */
  refusedCount = 0

  constructor(options: SocketmapServerOptions) {
    this.#options = options
  }

  get connectionCount(): number {
    return this.#connections.size
  }

  /** Addresses as they are bound now, for people: `127.0.0.1:8461`, `unix:/run/…`. */
  get addresses(): string[] {
    return this.#servers.map((server, index) => {
      const address = server.address()
      // Node does not know the name of a unix socket that somebody else bound.
      if (address === null) return describe(this.#options.listeners[index]!)
      if (typeof address === 'string') return `unix:${address}`
      return address.family === 'IPv6'
        ? `[${address.address}]:${address.port}`
        : `${address.address}:${address.port}`
    })
  }

  /**
   * Binds every listener.
   *
   * Errors: `ListenError` for the first that cannot be bound; none is left open then.
   */
  async listen(): Promise<void> {
    try {
      for (const listener of this.#options.listeners) {
        await this.#listen(listener).catch(error => {
          throw new ListenError(error, describe(listener), 'outbound.socketmap.listen')
        })
      }
    } catch (error) {
      await this.close(0)
      throw error
    }
    this.#scheduleSweep()
  }

  /** Stops taking connections, lets replies that are owed go out within `graceMs`, then closes everything. */
  async close(graceMs: number): Promise<void> {
    this.#sweep?.cancel()
    // Closing a unix socket removes its file too; doing it again later could remove that of a successor.
    const closed = Promise.all(
      this.#servers.map(server => new Promise<void>(resolve => server.close(() => resolve()))),
    )
    for (const connection of this.#connections) {
      if (connection.isBusy) connection.finish()
      else connection.close()
    }
    await waitAtMost(closed, graceMs, this.#options.clock)
    for (const connection of this.#connections) connection.close()
    await closed
    this.#servers.length = 0
  }

  async #listen(listener: SocketmapListener): Promise<void> {
    const server = createServer({ noDelay: true, allowHalfOpen: true }, socket => this.#accept(socket))
    if (listener.kind === 'unix') await removeStaleSocket(listener.path)
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ ...listenOptions(listener), backlog: 1024 }, () => {
        server.off('error', reject)
        resolve()
      })
    })
    // Running out of descriptors must not end the program: the next connection may find one again.
    server.on('error', () => {})
    this.#servers.push(server)
    if (listener.kind !== 'unix') return
    chmodSync(listener.path, listener.mode)
    if (listener.uid !== undefined || listener.gid !== undefined) {
      chownSync(listener.path, listener.uid ?? -1, listener.gid ?? -1)
    }
  }

  #accept(socket: Socket): void {
    if (this.#connections.size >= this.#options.maxConnections && !this.#makeRoom()) {
      this.refusedCount += 1
      socket.destroy()
      return
    }
    const connection = new SocketmapConnection(socket, this.#options.handlers)
    this.#connections.add(connection)
    socket.once('close', () => this.#connections.delete(connection))
  }

  /** Closes the connection that has been idle the longest, so that forgotten ones cannot lock Postfix out. */
  #makeRoom(): boolean {
    const now = this.#options.clock.now()
    let idlest: SocketmapConnection | undefined
    for (const connection of this.#connections) {
      if (connection.isBusy || now - connection.lastActiveAt < LEAST_IDLE_MS) continue
      if (idlest === undefined || connection.lastActiveAt < idlest.lastActiveAt) idlest = connection
    }
    if (idlest === undefined) return false
    this.#connections.delete(idlest)
    idlest.close()
    return true
  }

  #scheduleSweep(): void {
    this.#sweep = this.#options.clock.setTimer(() => {
      const idleSince = this.#options.clock.now() - this.#options.idleTimeoutMs
      for (const connection of this.#connections) {
        // Who does not read its replies is idle too, or it would keep its place for ever.
        if (!connection.isComputing && connection.lastActiveAt < idleSince) connection.close()
      }
      this.#scheduleSweep()
    }, SWEEP_MS)
  }
}

function listenOptions(listener: SocketmapListener): ListenOptions & { fd?: number } {
  switch (listener.kind) {
    case 'tcp':
      return { host: listener.host, port: listener.port }
    case 'unix':
      return { path: listener.path }
    case 'inherited':
      return { fd: listener.fd }
  }
}

function describe(listener: SocketmapListener): string {
  switch (listener.kind) {
    case 'tcp':
      return listener.host.includes(':')
        ? `[${listener.host}]:${listener.port}`
        : `${listener.host}:${listener.port}`
    case 'unix':
      return `unix:${listener.path}`
    case 'inherited':
      return `descriptor ${listener.fd} from systemd`
  }
}

/**
 * Removes the socket file that a killed daemon leaves.
 *
 * Only a refused connection proves that nobody listens: one that is accepted belongs to somebody, and so does
 * one whose queue is full (EAGAIN).
 */
async function removeStaleSocket(path: string): Promise<void> {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return
  if (!stats.isSocket()) throw new Error(`${path} exists and is no socket`)
  const outcome = await new Promise<string | undefined>(resolve => {
    const probe = connect(path, () => {
      probe.destroy()
      resolve('EADDRINUSE')
    })
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
  })
  if (outcome === 'ENOENT') return
  if (outcome !== 'ECONNREFUSED') {
    const code = outcome === 'EAGAIN' ? 'EADDRINUSE' : outcome
    throw Object.assign(new Error(`${path} is in use by another program`), { code })
  }
  unlinkSync(path)
}
