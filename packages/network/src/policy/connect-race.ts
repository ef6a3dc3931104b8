import { connect, type Socket } from 'node:net'
import type { FetchDeadline } from './fetch-deadline.ts'
import { errorName, fault } from './fetch-fault.ts'

/** RFC 8305 §5 recommends this pause before the next address is tried beside the first. */
const STAGGER_MS = 250

/** One try to connect; `error` is set when it came to nothing. */
export interface ConnectAttempt {
  readonly address: string
  error?: string
}

export interface Connection {
  readonly socket: Socket
  readonly attempt: ConnectAttempt
  /** The addresses not tried to the end, should this one turn out bad later. */
  readonly remaining: readonly string[]
}

export interface ConnectRaceOptions {
  readonly port: number
  readonly connectTimeoutMs: number
  readonly deadline: FetchDeadline
  /** Gets every attempt in the order of their start. */
  readonly attempts: ConnectAttempt[]
}

/**
 * Connects to the first of several addresses that answers.
 *
 * Shape: in the given order; the next one starts when one fails or after 250 ms. Connects to exactly these
 * addresses, so that what was vetted is what is called.
 * Effects: all but the winning socket are destroyed.
 * Errors: fault `policy-host/connect` when none answers.
 * Source: RFC 8305 §5.
 */
export function connectRace(
  policyHost: string,
  addresses: readonly string[],
  { port, connectTimeoutMs, deadline, attempts }: ConnectRaceOptions,
): Promise<Connection> {
  const queue = [...addresses]
  const running = new Map<Socket, { attempt: ConnectAttempt; timer: NodeJS.Timeout }>()
  const failures: string[] = []
  let stagger: NodeJS.Timeout | undefined

  const drop = (socket: Socket, error: string) => {
    const entry = running.get(socket)
    if (entry === undefined) return
    clearTimeout(entry.timer)
    entry.attempt.error = error
    running.delete(socket)
    socket.destroy()
  }

  deadline.enter(`a connection to ${policyHost}`)
  return deadline.run<Connection>(
    (resolve, reject) => {
      const startNext = () => {
        clearTimeout(stagger)
        const address = queue.shift()
        if (address === undefined) return
        const attempt: ConnectAttempt = { address }
        attempts.push(attempt)
        const socket = connect({ host: address, port })
        const fail = (error: string) => {
          if (!running.has(socket)) return
          drop(socket, error)
          failures.push(`${address}: ${error}`)
          if (queue.length > 0) startNext()
          else if (running.size === 0)
            reject(
              fault(
                'policy-host/connect',
                `no connection to ${policyHost}, port ${port}: ${failures.join('; ')} (RFC 8461 §3.3)`,
              ),
            )
        }
        const timer = setTimeout(
          () => fail(`no answer within ${connectTimeoutMs / 1000} s`),
          connectTimeoutMs,
        )
        running.set(socket, { attempt, timer })
        // Stays for the life of the socket: an error after it lost or won must not end the process.
        socket.on('error', error => fail(errorName(error)))
        socket.once('connect', () => {
          clearTimeout(timer)
          running.delete(socket)
          const slower = [...running.values()].map(entry => entry.attempt.address)
          resolve({ socket, attempt, remaining: [...queue, ...slower] })
        })
        if (queue.length > 0) stagger = setTimeout(startNext, STAGGER_MS)
      }
      startNext()
    },
    ended => {
      clearTimeout(stagger)
      const why = ended === 'resolved' ? 'another address answered first' : 'given up'
      for (const socket of [...running.keys()]) drop(socket, why)
    },
  )
}
