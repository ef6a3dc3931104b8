import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { ClearCommand } from './mx-record.ts'
import type { MxReply, MxScript } from './mx-script.ts'
import type { MxTlsOptions } from './mx-tls.ts'
import { SmtpClientReader } from './smtp-client-reader.ts'

export interface ScriptedSessionOptions {
  readonly mxHost: string
  readonly script: MxScript
  readonly tls: MxTlsOptions
  /** Every command, also those under TLS. */
  command(command: ClearCommand): void
}

/** Serves one SMTP client as a script says, with STARTTLS, and takes no message. */
export function serveScript(socket: Socket, options: ScriptedSessionOptions): void {
  const { script, mxHost } = options
  if (script.resetAt === 'greeting') {
    socket.resetAndDestroy()
    return
  }
  const speaker = new Speaker(socket, script)
  speaker.say(script.greeting ?? `220 ${mxHost} ESMTP`, () => {
    if (script.closeAfter === 'greeting') socket.end()
  })
  converse(socket, speaker, options, false)
}

/** Reads commands from one stream, in clear or under TLS, and answers them. */
function converse(
  socket: Socket,
  speaker: Speaker,
  options: ScriptedSessionOptions,
  secure: boolean,
): SmtpClientReader {
  const { script, mxHost } = options
  const reader = new SmtpClientReader({
    command(line) {
      options.command({ line, afterRefusal: false })
      switch (line.split(/[ :]/, 1)[0]?.toUpperCase()) {
        case 'EHLO':
          if (script.resetAt === (secure ? 'ehlo-tls' : 'ehlo')) breakOff(socket)
          else if (secure) speaker.say(script.ehloAfterTls ?? [`250-${mxHost}`, '250 8BITMIME'])
          else {
            speaker.say(script.ehlo ?? [`250-${mxHost}`, '250-PIPELINING', '250 STARTTLS'], () => {
              if (script.closeAfter === 'ehlo') socket.end()
            })
          }
          return 'continue'
        case 'HELO':
          speaker.say(`250 ${mxHost}`)
          return 'continue'
        case 'STARTTLS':
          return secure ? refuse() : startTls()
        case 'MAIL':
          speaker.say(script.mail ?? '250 2.1.0 ok')
          return 'continue'
        case 'RCPT':
          speaker.say(script.rcpt ?? '250 2.1.5 ok')
          return 'continue'
        case 'RSET':
        case 'NOOP':
          speaker.say('250 2.0.0 ok')
          return 'continue'
        case 'QUIT':
          speaker.say('221 2.0.0 bye', () => socket.end())
          return 'hold'
        default:
          return refuse()
      }
    },
    message() {},
    overflow: () => socket.destroy(),
  })
  const onData = (chunk: Buffer) => reader.feed(chunk)
  socket.on('data', onData)
  return reader

  function refuse(): 'continue' {
    speaker.say('502 5.5.1 not known')
    return 'continue'
  }

  function startTls(): 'continue' | 'hold' {
    if (script.resetAt === 'starttls') socket.resetAndDestroy()
    const reply = script.startTls ?? '220 2.0.0 go ahead'
    speaker.say(reply, () => {
      if (script.behindStartTls !== undefined) socket.write(script.behindStartTls, 'latin1')
    })
    if (script.startTls !== undefined) return 'continue'
    switch (script.handshake ?? 'handshake') {
      case 'silence':
        break
      case 'close':
        speaker.say({ raw: '' }, () => socket.destroySoon())
        break
      case 'reset':
        socket.once('data', () => socket.resetAndDestroy())
        break
      case 'garbage':
        speaker.say({ raw: 'this is no handshake\r\n' })
        break
      case 'handshake':
        // The reader closes after it has given up its turn: what it still holds came in one packet with STARTTLS.
        queueMicrotask(() => shakeHands(reader.close()))
    }
    return 'hold'
  }

  function shakeHands(behind: string): void {
    socket.removeListener('data', onData)
    speaker.afterAll(() => {
      const tls = new TLSSocket(socket, { isServer: true, ...options.tls })
      tls.on('error', () => socket.destroy())
      const secured = converse(tls, new Speaker(tls, script), options, true)
      if (script.keepsPlaintext === true)
        tls.once('secure', () => secured.feed(Buffer.from(behind, 'latin1')))
    })
  }
}

/** By RST in clear; TLS cannot pass one on. */
function breakOff(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy()
  else socket.resetAndDestroy()
}

/** Sends replies one after another, as slowly as the script has it. */
class Speaker {
  readonly #socket: Socket
  readonly #script: MxScript
  #queue: Promise<void> = Promise.resolve()

  constructor(socket: Socket, script: MxScript) {
    this.#socket = socket
    this.#script = script
  }

  say(reply: MxReply, then: () => void = () => {}): void {
    this.#queue = this.#queue.then(() => this.#send(reply)).then(then)
  }

  afterAll(then: () => void): void {
    this.#queue = this.#queue.then(then)
  }

  async #send(reply: MxReply): Promise<void> {
    const { delayMs, dribbleMs } = this.#script
    if (delayMs !== undefined) await this.#pause(delayMs)
    for (const piece of piecesOf(reply)) {
      if (!this.#socket.writable) return
      if (dribbleMs === undefined) {
        if (!this.#socket.write(piece)) await this.#drained()
        continue
      }
      for (let i = 0; i < piece.length && this.#socket.writable; i += 1) {
        this.#socket.write(piece.subarray(i, i + 1))
        await this.#pause(dribbleMs)
      }
    }
  }

  /** Ends early when the client has gone, so that no timer outlives its lab. */
  #pause(ms: number): Promise<void> {
    return this.#until(done => {
      const timer = setTimeout(done, ms)
      return () => clearTimeout(timer)
    })
  }

  #drained(): Promise<void> {
    return this.#until(done => {
      this.#socket.once('drain', done)
      return () => this.#socket.removeListener('drain', done)
    })
  }

  #until(start: (done: () => void) => () => void): Promise<void> {
    if (this.#socket.destroyed) return Promise.resolve()
    return new Promise(resolve => {
      const done = () => {
        stop()
        this.#socket.removeListener('close', done)
        resolve()
      }
      const stop = start(done)
      this.#socket.once('close', done)
    })
  }
}

const PIECE_BYTES = 65_536

function* piecesOf(reply: MxReply): Generator<Buffer> {
  if (typeof reply === 'string') yield Buffer.from(`${reply}\r\n`, 'latin1')
  else if ('raw' in reply) yield Buffer.from(reply.raw, 'latin1')
  else if ('line' in reply) {
    const line = `${reply.line}\r\n`
    const piece = Buffer.from(line.repeat(Math.ceil(PIECE_BYTES / line.length)), 'latin1')
    for (let sent = 0; sent < reply.totalBytes; sent += piece.length) yield piece
  } else yield Buffer.from(reply.map(line => `${line}\r\n`).join(''), 'latin1')
}
