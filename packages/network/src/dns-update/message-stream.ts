import { connect } from 'node:net'
import { createFrameReader } from '../dns/frame-reader.ts'
import { DnsUpdateError } from './dns-update-error.ts'

export interface MessageStreamOptions {
  readonly address: string
  readonly port: number
  /** Shown in messages. */
  readonly label: string
  /** For the connection, and for each answer. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/** A connection to one name server on which one message at a time is asked and answered. */
export interface MessageStream {
  /**
   * Sends a message and waits for the next that comes back.
   *
   * Errors: DnsUpdateError of kind `unreachable`, `timeout` or `aborted`; the stream is of no more use then.
   */
  ask(message: Buffer): Promise<Buffer>
  close(): void
}

/** Opens a connection with the first message; whatever comes unasked is thrown away. */
export function createMessageStream(options: MessageStreamOptions): MessageStream {
  const { label, timeoutMs, signal } = options
  const socket = connect({ host: options.address, port: options.port })
  const read = createFrameReader()
  let waiting: { settle(message: Buffer): void; fail(error: DnsUpdateError): void } | undefined
  let broken: DnsUpdateError | undefined

  function fail(error: DnsUpdateError): void {
    broken ??= error
    socket.destroy()
    const asked = waiting
    waiting = undefined
    asked?.fail(broken)
  }
  const aborted = () => fail(new DnsUpdateError('aborted', `the exchange with ${label} was given up`))

  socket.setNoDelay(true)
  socket.on('data', (piece: Buffer) => {
    for (const message of read(piece)) {
      const asked = waiting
      waiting = undefined
      asked?.settle(message)
    }
  })
  socket.on('error', error => fail(new DnsUpdateError('unreachable', `${label}: ${error.message}`)))
  socket.on('close', () => fail(new DnsUpdateError('unreachable', `${label} closed the connection`)))
  signal?.addEventListener('abort', aborted, { once: true })

  return {
    ask(message) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted === true) aborted()
        if (broken !== undefined) {
          reject(broken)
          return
        }
        const timer = setTimeout(() => {
          fail(new DnsUpdateError('timeout', `${label} did not answer within ${timeoutMs} ms`))
        }, timeoutMs)
        waiting = {
          settle(answer) {
            clearTimeout(timer)
            resolve(answer)
          },
          fail(error) {
            clearTimeout(timer)
            reject(error)
          },
        }
        const frame = Buffer.allocUnsafe(message.length + 2)
        frame.writeUInt16BE(message.length)
        message.copy(frame, 2)
        socket.write(frame)
      })
    },
    close() {
      signal?.removeEventListener('abort', aborted)
      broken ??= new DnsUpdateError('aborted', `the exchange with ${label} is over`)
      socket.destroy()
    },
  }
}
