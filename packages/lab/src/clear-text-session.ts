import type { Socket } from 'node:net'
import { type ClearCommand, EnvelopeInClear, type SeenMessage } from './mx-record.ts'
import { SmtpClientReader } from './smtp-client-reader.ts'

/**
 * How a session without TLS behaves.
 *
 * - `no-starttls`: STARTTLS is not offered and not known.
 * - `starttls-454`: offered, then refused for now (RFC 3207 §4), however often it is tried.
 * - `hang-greeting`, `hang-after-ehlo`: silence from there on.
 * - `hang-starttls`: `220`, then silence where the handshake should be.
 * - `greeting-4xx`: 421 and goodbye.
 */
export type ClearTextBehaviour =
  | 'no-starttls'
  | 'starttls-454'
  | 'hang-greeting'
  | 'hang-after-ehlo'
  | 'hang-starttls'
  | 'greeting-4xx'

export interface ClearTextSessionOptions {
  readonly mxHost: string
  readonly behaviour: ClearTextBehaviour
  command(command: ClearCommand): void
  message(message: SeenMessage, helo: string): void
}

/** Serves one SMTP client that will never get TLS, telling every command it sends. */
export function serveClearText(socket: Socket, options: ClearTextSessionOptions): void {
  const { behaviour, mxHost } = options
  const envelope = new EnvelopeInClear()
  let helo = ''
  let refused = false
  let silent = behaviour === 'hang-greeting'
  const say = (reply: string) => {
    if (!silent && socket.writable) socket.write(`${reply}\r\n`)
  }

  if (behaviour === 'greeting-4xx') {
    socket.end(`421 4.3.2 ${mxHost} not now\r\n`)
    return
  }
  say(`220 ${mxHost} ESMTP`)

  const reader = new SmtpClientReader({
    command(line) {
      options.command({ line, afterRefusal: refused })
      const verb = line.split(/[ :]/, 1)[0]!.toUpperCase()
      envelope.command(line)
      switch (verb) {
        case 'EHLO':
        case 'HELO':
          helo = line.slice(5).trim()
          if (behaviour === 'hang-after-ehlo') silent = true
          if (verb === 'HELO') say(`250 ${mxHost}`)
          else if (behaviour === 'no-starttls') say(`250-${mxHost}\r\n250-PIPELINING\r\n250 8BITMIME`)
          else say(`250-${mxHost}\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 8BITMIME`)
          return 'continue'
        case 'STARTTLS':
          if (behaviour === 'hang-starttls') {
            say('220 2.0.0 go ahead')
            silent = true
            return 'hold'
          }
          refused = true
          say(behaviour === 'no-starttls' ? '502 5.5.1 not known' : '454 4.7.0 TLS not available')
          return 'continue'
        case 'MAIL':
        case 'RCPT':
        case 'RSET':
        case 'NOOP':
          say('250 2.0.0 ok')
          return 'continue'
        case 'DATA':
          if (envelope.recipients.length === 0) {
            say('503 5.5.1 no recipients')
            return 'continue'
          }
          say('354 go on')
          reader.resume('message')
          return 'hold'
        case 'QUIT':
          say('221 2.0.0 bye')
          socket.end()
          return 'hold'
        default:
          say('502 5.5.1 not known')
          return 'continue'
      }
    },
    message(content) {
      options.message(envelope.finish(content), helo)
      say('250 2.0.0 kept')
    },
    overflow() {
      socket.destroy()
    },
  })
  socket.on('data', (chunk: Buffer) => reader.feed(chunk))
}
