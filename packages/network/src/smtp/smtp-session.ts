import { connect, type Socket } from 'node:net'
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls'
import { quote } from '@sternpost/protocol'
import { networkIssues } from '../issues.ts'
import { errorName } from '../policy/fetch-fault.ts'
import { ReplyReader } from './reply-reader.ts'
import type { SmtpFault, SmtpReply, SmtpStep } from './smtp-observation.ts'

/** Ends a session from within one of its steps; the prober turns it into data. */
export class SmtpStepFault extends Error {
  readonly fault: SmtpFault

  constructor(fault: SmtpFault) {
    super(fault.message)
    this.name = 'SmtpStepFault'
    this.fault = fault
  }
}

export interface SessionLimits {
  readonly connectTimeoutMs: number
  readonly stepTimeoutMs: number
  /** On the scale of `performance.now()`. */
  readonly deadlineAt: number
  readonly signal?: AbortSignal | undefined
}

interface Waiter {
  readonly step: SmtpStep
  /** Looks whether what is waited for has come, or never will. */
  readonly look: () => void
  readonly reject: (fault: SmtpStepFault) => void
}

/** How long a host may take to say goodbye. */
const QUIT_TIMEOUT_MS = 2000
/** More than this in one session is no conversation; each reply has a smaller limit of its own. */
const MAX_SESSION_BYTES = 1_048_576

/**
 * One connection to a host on the SMTP port.
 *
 * Shape: one step at a time, each within its own time and the deadline of all. After a fault the session is over.
 * Effects: `open` connects; `quit` and `destroy` let go of the socket.
 * Errors: every step rejects with SmtpStepFault and nothing else.
 */
export class SmtpSession {
  readonly #limits: SessionLimits
  readonly #raw: Socket
  #socket: Socket
  #reader = new ReplyReader()
  #bytes = 0
  #waiter: Waiter | undefined
  #connected = false
  /** Why no more can come, where that is so. */
  #ended: string | undefined
  #systemError: string | undefined
  /** Whether it is our turn to send a command, so that QUIT makes sense. */
  #ready = false
  readonly #onAbort = () => this.#fail('smtp/aborted', 'the probe was given up by its caller')

  private constructor(address: string, port: number, limits: SessionLimits) {
    this.#limits = limits
    this.#raw = connect({ host: address, port, noDelay: true })
    this.#socket = this.#raw
    this.#listen(this.#raw)
    this.#raw.once('connect', () => {
      this.#connected = true
      this.#waiter?.look()
    })
    limits.signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  /** Connects. Errors: `smtp/unreachable`, `smtp/aborted`, `smtp/no-time`. */
  static async open(address: string, port: number, limits: SessionLimits): Promise<SmtpSession> {
    const session = new SmtpSession(address, port, limits)
    try {
      await session.#wait<true>('connect', limits.connectTimeoutMs, () =>
        session.#connected ? true : undefined,
      )
      return session
    } catch (error) {
      session.destroy()
      throw error
    }
  }

  /**
   * Waits for the next reply without sending anything.
   *
   * Errors: `smtp/timeout`, `smtp/slow`, `smtp/closed`, `smtp/not-smtp`, `smtp/too-long`.
   */
  async reply(step: SmtpStep): Promise<SmtpReply> {
    const startedAt = performance.now()
    const { code, lines } = await this.#wait(step, this.#limits.stepTimeoutMs, () => this.#nextReply(step))
    // After 221 there is nothing more to say.
    this.#ready = code !== 221
    const enhancedCode = /^([245]\.[0-9]{1,3}\.[0-9]{1,3})(?: |$)/.exec(lines[0] ?? '')?.[1]
    return {
      code,
      ...(enhancedCode === undefined ? {} : { enhancedCode }),
      lines,
      afterMs: Math.round(performance.now() - startedAt),
    }
  }

  /** Sends one line and waits for its reply. */
  command(step: SmtpStep, line: string): Promise<SmtpReply> {
    this.send(`${line}\r\n`)
    return this.reply(step)
  }

  send(text: string): void {
    this.#ready = false
    if (this.#socket.writable) this.#socket.write(text)
  }

  /** How much has come in clear behind the last reply; after STARTTLS nothing may have. */
  get surplusBytes(): number {
    return this.#reader.pendingBytes
  }

  /**
   * Does the TLS handshake on the open connection; from then on everything goes through it.
   *
   * Errors: `starttls/handshake`, `smtp/timeout`.
   */
  async shakeHands(secureContext: SecureContext, serverName: string | null): Promise<TLSSocket> {
    this.#raw.removeAllListeners('data')
    this.#reader = new ReplyReader()
    this.#ready = false
    const tls = connectTls({
      socket: this.#raw,
      secureContext,
      ...(serverName === null ? {} : { servername: serverName }),
      // A probe looks; whether to trust is for those who read the observation.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    })
    this.#socket = tls
    this.#listen(tls)
    tls.once('close', () => this.#raw.destroy())
    let done = false
    tls.once('secureConnect', () => {
      done = true
      this.#waiter?.look()
    })
    await this.#wait<true>('handshake', this.#limits.stepTimeoutMs, () => (done ? true : undefined))
    this.#ready = true
    return tls
  }

  /** Says QUIT where it is our turn, waits a moment for the goodbye, and lets go. Never rejects. */
  async quit(): Promise<void> {
    if (this.#ready && this.#ended === undefined && this.#limits.signal?.aborted !== true) {
      this.send('QUIT\r\n')
      await this.#wait('rset', QUIT_TIMEOUT_MS, () => this.#nextReply('rset')).catch(() => {})
    }
    this.destroy()
  }

  destroy(): void {
    this.#limits.signal?.removeEventListener('abort', this.#onAbort)
    const stands = this.#ended === undefined
    this.#ended ??= 'the session is over'
    this.#waiter?.look()
    if (stands && this.#ready && this.#socket.writable) {
      this.#socket.end('QUIT\r\n')
      this.#socket.destroySoon()
    } else {
      this.#socket.destroy()
      this.#raw.destroy()
    }
  }

  #listen(socket: Socket): void {
    // Stays for the life of the socket: a late error must not end the process.
    socket.on('error', error => this.#end(errorName(error), 'code' in error ? String(error.code) : undefined))
    socket.on('close', () => this.#end('the connection was closed'))
    socket.on('end', () => this.#end('the host closed the connection'))
    socket.on('data', (piece: Buffer) => {
      this.#bytes += piece.length
      if (this.#bytes > MAX_SESSION_BYTES) {
        this.#fail('smtp/too-long', `more than ${MAX_SESSION_BYTES} bytes came in one session`)
        return
      }
      this.#reader.feed(piece)
      this.#waiter?.look()
      // Bytes nobody waits for are counted, and no more than one reply of them is kept.
      if (this.#waiter === undefined && this.#reader.pendingBytes > MAX_SESSION_BYTES / 8) this.destroy()
    })
  }

  #nextReply(step: SmtpStep): { readonly code: number; readonly lines: readonly string[] } | undefined {
    const read = this.#reader.next()
    switch (read.kind) {
      case 'more':
        return undefined
      case 'reply':
        return read.reply
      case 'too-long':
        throw this.#fault(
          step,
          'smtp/too-long',
          `the reply is longer than anything SMTP has a use for`,
          read.seen,
        )
      case 'not-smtp':
        throw this.#fault(step, 'smtp/not-smtp', `${quote(read.seen)} is no SMTP reply`, read.seen)
    }
  }

  #wait<T>(step: SmtpStep, limitMs: number, take: () => T | undefined): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#limits.signal?.aborted === true)
        return reject(this.#fault(step, 'smtp/aborted', 'the probe was given up by its caller'))
      const leftMs = this.#limits.deadlineAt - performance.now()
      if (leftMs <= 0) return reject(this.#fault(step, 'smtp/no-time', 'the time for this host was over'))
      const timeoutMs = Math.min(limitMs, leftMs)
      const settle = (end: () => void) => {
        clearTimeout(timer)
        this.#waiter = undefined
        end()
      }
      const look = () => {
        let taken: T | undefined
        try {
          taken = take()
        } catch (error) {
          settle(() => reject(error))
          return
        }
        if (taken !== undefined) settle(() => resolve(taken))
        else if (this.#ended !== undefined) {
          const ended = this.#endFault(step)
          settle(() => reject(ended))
        }
      }
      const timer = setTimeout(() => {
        const slow = this.#bytes > bytesBefore
        const waited = `within ${Math.round(timeoutMs) / 1000} s`
        settle(() => reject(this.#timeoutFault(step, slow, waited)))
      }, timeoutMs)
      const bytesBefore = this.#bytes - this.#reader.pendingBytes
      this.#waiter = { step, look, reject: fault => settle(() => reject(fault)) }
      look()
    })
  }

  #end(reason: string, code?: string): void {
    if (this.#ended !== undefined) return
    this.#ended = reason
    this.#systemError = code
    this.#waiter?.look()
  }

  #fail(code: SmtpFault['code'], what: string): void {
    const waiter = this.#waiter
    if (waiter !== undefined) waiter.reject(this.#fault(waiter.step, code, what))
    this.#ready = false
    this.destroy()
  }

  #endFault(step: SmtpStep): SmtpStepFault {
    const reason = this.#ended ?? ''
    const system = this.#systemError === undefined ? {} : { systemError: this.#systemError }
    // A reset says that somebody was there.
    if (step === 'connect' && this.#systemError !== 'ECONNRESET')
      return new SmtpStepFault({
        step,
        code: 'smtp/unreachable',
        message: `no connection: ${reason} (RFC 5321 §5.1)`,
        ...system,
      })
    if (step === 'handshake')
      return new SmtpStepFault({
        step,
        code: 'starttls/handshake',
        message: `the TLS handshake failed: ${quote(reason, 200)} (RFC 3207 §4.1)`,
        ...system,
      })
    return new SmtpStepFault({
      step,
      code: 'smtp/closed',
      message: `${reason} while a reply was due (RFC 5321 §3.8)`,
      ...system,
    })
  }

  #timeoutFault(step: SmtpStep, slow: boolean, waited: string): SmtpStepFault {
    if (step === 'connect')
      return new SmtpStepFault({
        step,
        code: 'smtp/unreachable',
        message: `no answer to the connection ${waited} (RFC 5321 §5.1)`,
        systemError: 'ETIMEDOUT',
      })
    const what = step === 'handshake' ? 'the TLS handshake did not end' : 'no whole reply came'
    if (slow && step !== 'handshake')
      return this.#fault(step, 'smtp/slow', `${what} ${waited}, though bytes did`)
    return this.#fault(
      step,
      'smtp/timeout',
      step === 'handshake' ? `${what} ${waited}` : `nothing came ${waited}`,
    )
  }

  #fault(step: SmtpStep, code: SmtpFault['code'], what: string, seen?: string): SmtpStepFault {
    return new SmtpStepFault({
      step,
      code,
      message: `${what} (${networkIssues[code].clause})`,
      ...(seen === undefined ? {} : { seen: seen.slice(0, 500) }),
    })
  }
}
