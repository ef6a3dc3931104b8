import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createFrameReader } from '../dns/frame-reader.ts'
import type { DnsUpdateErrorKind } from './dns-update-error.ts'
import { findTsig, signMessage } from './tsig.ts'
import type { TsigKey } from './tsig-key.ts'
import { openUpdateSession, type UpdateSession } from './update-session.ts'

const KEY: TsigKey = { name: 'k.example', algorithm: 'hmac-sha256', secret: Buffer.alloc(32, 1) }
const NOW = Date.UTC(2026, 10, 25)
const UPDATE = {
  zone: 'example.com',
  prerequisites: [{ kind: 'name-unused', name: 'a.example.com' }],
  steps: [{ kind: 'add', name: 'a.example.com', type: 'A', value: '192.0.2.1', ttlSeconds: 60 }],
} as const

const servers: Server[] = []
const sessions: UpdateSession[] = []
afterEach(async () => {
  for (const session of sessions.splice(0)) session.close()
  for (const server of servers.splice(0)) await new Promise(resolve => server.close(resolve))
})

/** A server that answers each request with what `reply` makes of it; undefined closes the connection. */
async function sessionWith(
  reply: (request: Buffer) => Buffer | 'silence' | undefined,
  options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
): Promise<UpdateSession> {
  const server = createServer((socket: Socket) => {
    const read = createFrameReader()
    socket.on('error', () => socket.destroy())
    socket.on('data', (piece: Buffer) => {
      for (const request of read(piece)) {
        const answer = reply(request)
        if (answer === undefined) socket.destroy()
        else if (answer !== 'silence') {
          const length = Buffer.alloc(2)
          length.writeUInt16BE(answer.length)
          socket.write(Buffer.concat([length, answer]))
        }
      }
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  servers.push(server)
  const { port } = server.address() as { port: number }
  const session = openUpdateSession({
    server: { address: '127.0.0.1', port },
    key: KEY,
    timeoutMs: options.timeoutMs ?? 5000,
    now: () => NOW,
    signal: options.signal,
  })
  sessions.push(session)
  return session
}

/** The header of an answer to a request, with a response code. */
function header(request: Buffer, responseCode: number): Buffer {
  const bytes = Buffer.alloc(12)
  request.copy(bytes, 0, 0, 2)
  bytes.writeUInt16BE(0xa800 | responseCode, 2)
  return bytes
}

/** What a server puts behind a message that it cannot or will not sign: error and time, without a MAC. */
function withError(message: Buffer, error: number, serverSeconds?: number): Buffer {
  const signed = signMessage(message, KEY, NOW / 1000).bytes
  const tsig = findTsig(signed)!
  const other = Buffer.alloc(serverSeconds === undefined ? 0 : 6)
  if (serverSeconds !== undefined) other.writeUIntBE(serverSeconds, 0, 6)
  const tail = Buffer.alloc(6)
  tail.writeUInt16BE(error, 2)
  tail.writeUInt16BE(other.length, 4)
  const macAt = signed.length - 6 - tsig.mac.length
  const bytes = Buffer.concat([signed.subarray(0, macAt - 2), Buffer.alloc(2), tail, other])
  // The length of the data stands behind name, type, class and TTL.
  const lengthAt = message.length + 11 + 8
  bytes.writeUInt16BE(bytes.length - lengthAt - 2, lengthAt)
  return bytes
}

async function kindOf(attempt: Promise<unknown>): Promise<DnsUpdateErrorKind | 'done'> {
  try {
    await attempt
    return 'done'
  } catch (error) {
    return (error as { kind: DnsUpdateErrorKind }).kind
  }
}

describe('a session with a primary name server', () => {
  it.each<[DnsUpdateErrorKind, string, (request: Buffer) => Buffer | 'silence' | undefined]>([
    ['bad-key', 'BADKEY', request => withError(header(request, 9), 17)],
    ['bad-signature', 'BADSIG', request => withError(header(request, 9), 16)],
    ['bad-time', 'BADTIME', request => withError(header(request, 9), 18, NOW / 1000 - 7200)],
    ['refused', 'REFUSED unsigned', request => header(request, 5)],
    ['not-authoritative', 'NOTAUTH unsigned', request => header(request, 9)],
    ['prerequisite', 'YXDOMAIN', request => header(request, 6)],
    ['server-failure', 'SERVFAIL', request => header(request, 2)],
    ['response-code', 'NOTIMP', request => header(request, 4)],
    ['reply-signature', 'success unsigned', request => header(request, 0)],
    [
      'reply-signature',
      'success signed as if nothing had been asked',
      request => signMessage(header(request, 0), KEY, NOW / 1000).bytes,
    ],
    ['malformed', 'noise', () => Buffer.from('noise that is no message at all')],
    ['malformed', 'too little', () => Buffer.of(1, 2)],
    ['unreachable', 'a closed connection', () => undefined],
    ['timeout', 'silence', () => 'silence'],
  ])('tells %s by %s', async (kind, _, reply) => {
    const session = await sessionWith(reply, { timeoutMs: kind === 'timeout' ? 50 : 5000 })
    expect(await kindOf(session.update(UPDATE))).toBe(kind)
  })

  it('tells what time the server has', async () => {
    const session = await sessionWith(request => withError(header(request, 9), 18, NOW / 1000 - 7200))
    await expect(session.update(UPDATE)).rejects.toThrow('2026-11-24T22:00:00.000Z')
  })

  it('ends when it is told to', async () => {
    const abort = new AbortController()
    const session = await sessionWith(
      () => {
        abort.abort()
        return 'silence'
      },
      { signal: abort.signal },
    )
    expect(await kindOf(session.update(UPDATE))).toBe('aborted')
    expect(await kindOf(session.update(UPDATE))).toBe('aborted')
  })

  it('a name that does not exist is believed only when signed', async () => {
    const session = await sessionWith(request => {
      const answer = Buffer.from(request.subarray(0, findTsig(request)!.start))
      answer.writeUInt16BE(0x8403, 2)
      answer.writeUInt16BE(answer.readUInt16BE(10) - 1, 10)
      return answer
    })
    expect(await kindOf(session.read('a.example.com', 'TXT'))).toBe('reply-signature')
  })
})
