import type { Socket } from 'node:net'
import { type Clock, sourceOf, type Timer } from '../../base/index.ts'

export interface ConnectionLimitOptions {
  /** Connections of all clients, and of one source (an IPv4 address or an IPv6 /64). */
  readonly maxConnections: number
  readonly maxPerSource: number
  /** However busy it seems, no connection lives longer. */
  readonly maxAgeMs: number
  readonly clock: Clock
}

/** How often old connections are looked for. */
const SWEEP_MS = 5_000

/**
 * Keeps connections few and short: a sender needs one for a second.
 *
 * An end that comes for certain bounds every way of being slow, also those that no idle timeout sees.
 */
export class ConnectionLimits {
  readonly #options: ConnectionLimitOptions
  readonly #since = new Map<Socket, number>()
  readonly #perSource = new Map<string, number>()
  #timer: Timer | undefined
  refusedCount = 0

  constructor(options: ConnectionLimitOptions) {
    this.#options = options
  }

  get connectionCount(): number {
    return this.#since.size
  }

  /** Takes a connection in, or closes it and answers false. */
  admit(socket: Socket): boolean {
    const { maxConnections, maxPerSource, clock } = this.#options
    const source = sourceOf(socket.remoteAddress ?? '')
    const ofSource = this.#perSource.get(source) ?? 0
    if (this.#since.size >= maxConnections || ofSource >= maxPerSource) {
      this.refusedCount += 1
      socket.destroy()
      return false
    }
    this.#since.set(socket, clock.now())
    this.#perSource.set(source, ofSource + 1)
    socket.once('close', () => {
      this.#since.delete(socket)
      const left = (this.#perSource.get(source) ?? 1) - 1
      if (left === 0) this.#perSource.delete(source)
      else this.#perSource.set(source, left)
    })
    this.#timer ??= clock.setTimer(() => this.#sweep(), SWEEP_MS)
    return true
  }

  /** Closes every connection. */
  close(): void {
    this.#timer?.cancel()
    for (const socket of this.#since.keys()) socket.destroy()
  }

  #sweep(): void {
    const before = this.#options.clock.now() - this.#options.maxAgeMs
    for (const [socket, since] of this.#since) {
      // In the order they came.
      if (since > before) break
      socket.destroy()
    }
    this.#timer =
      this.#since.size === 0 ? undefined : this.#options.clock.setTimer(() => this.#sweep(), SWEEP_MS)
  }
}
