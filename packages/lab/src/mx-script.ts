/**
 * A reply of a scripted host: one line, several, raw bytes as Latin-1, or one line over and over up to a size.
 * Lines get CRLF; nothing else is added or checked, so that a reply can be any nonsense.
 */
export type MxReply =
  | string
  | readonly string[]
  | { readonly raw: string }
  | { readonly line: string; readonly totalBytes: number }

/** How a host speaks; everything left out is as a good host has it. Messages are not taken. */
export interface MxScript {
  readonly greeting?: MxReply
  readonly ehlo?: MxReply
  readonly ehloAfterTls?: MxReply
  readonly startTls?: MxReply
  readonly mail?: MxReply
  readonly rcpt?: MxReply
  /** What follows `220` to STARTTLS. Default `handshake`. */
  readonly handshake?: 'handshake' | 'silence' | 'close' | 'reset' | 'garbage'
  /** Keeps what came in clear behind STARTTLS and answers it after the handshake (CVE-2011-0411). */
  readonly keepsPlaintext?: boolean
  /** Sends these bytes in clear right behind the reply to STARTTLS. */
  readonly behindStartTls?: string
  /** Before each reply. */
  readonly delayMs?: number
  /** Replies go out a byte at a time with this pause. */
  readonly dribbleMs?: number
  /** Breaks the connection by RST in place of this reply. */
  readonly resetAt?: 'greeting' | 'ehlo' | 'starttls' | 'ehlo-tls'
  /** Closes the connection behind this reply. */
  readonly closeAfter?: 'greeting' | 'ehlo'
}

const CONTROLS = '\u001b[31mred\u001b[0m\u001b]0;title\u0007'

/** Scripts by name, for faults that are wanted often. */
export const mxScripts = {
  /** Every reply takes its time. */
  tarpit: { delayMs: 2000 },
  /** Byte by byte, and never done within anybody's patience. */
  dribble: { dribbleMs: 200 },
  'slow-greeting': { greeting: '220 after a while', delayMs: 600 },
  http: {
    greeting: {
      raw: 'HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html>no</html>\r\n',
    },
    closeAfter: 'greeting',
  },
  'greeting-554': { greeting: '554 5.7.1 no service for you' },
  'close-after-greeting': { closeAfter: 'greeting' },
  'ehlo-550': { ehlo: '550 5.7.1 go away' },
  'huge-ehlo': { ehlo: { line: '250-X-PADDING', totalBytes: 10_000_000 } },
  'huge-line': { ehlo: { raw: `250-${'x'.repeat(100_000)}\r\n250 STARTTLS\r\n` } },
  nul: {
    greeting: { raw: '220 mx\0nul ESMTP\r\n' },
    ehlo: { raw: '250-mx\0\r\n250-STARTTLS\0\r\n250 STARTTLS\r\n' },
  },
  garbage: { greeting: { raw: '\x80\xff\x00\x01garbage\r\n\x1b[2J\r\n' } },
  escapes: {
    greeting: `220 mx ${CONTROLS} ESMTP`,
    ehlo: [`250-mx ${CONTROLS}`, `250-X-${CONTROLS}`, '250 STARTTLS'],
    ehloAfterTls: [`250-mx ${CONTROLS}`, `250 X-${CONTROLS}`],
    rcpt: `550 5.1.1 ${CONTROLS}`,
  },
  'multi-line-greeting': { greeting: ['220-mx ESMTP', '220-no spam', '220 please'] },
  'starttls-554': { startTls: '554 5.7.3 unable to initialize security subsystem' },
  'hang-in-starttls': { handshake: 'silence' },
  'close-in-handshake': { handshake: 'close' },
  'reset-in-handshake': { handshake: 'reset' },
  'garbage-in-handshake': { handshake: 'garbage' },
  'reset-at-ehlo': { resetAt: 'ehlo' },
  'reset-after-tls': { resetAt: 'ehlo-tls' },
  injection: { keepsPlaintext: true },
  'surplus-after-starttls': { behindStartTls: '250 2.0.0 injected by the server\r\n' },
  'starttls-after-tls': { ehloAfterTls: ['250-mx', '250 STARTTLS'] },
  greylist: { rcpt: '450 4.2.0 greylisted, come back in 300 seconds' },
  'rcpt-550': { rcpt: '550 5.1.1 no such user' },
  'rcpt-421': { rcpt: '421 4.7.0 too many connections' },
} as const satisfies Readonly<Record<string, MxScript>>

export type MxScriptName = keyof typeof mxScripts
