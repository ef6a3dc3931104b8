import { connect, type NetConnectOpts } from 'node:net'
import {
  encodeNetstring,
  MAX_REPLY_BYTES,
  parseSocketmapReply,
  type SocketmapReply,
  scanNetstring,
} from '@sternpost/protocol'

/** A socketmap server's address. */
export type SocketmapAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string }

/** `TEMP ` and the like in front of the longest reply. */
const STATUS_BYTES = 16

/**
 * Asks a socketmap server one question, as Postfix would.
 *
 * Errors: rejects when nobody listens, the server does not answer in time, or what it answers is no reply.
 */
export async function askSocketmap(
  address: SocketmapAddress,
  mapName: string,
  key: string,
  timeoutMs: number,
): Promise<SocketmapReply> {
  const options: NetConnectOpts =
    address.kind === 'tcp' ? { host: address.host, port: address.port } : { path: address.path }
  return await new Promise((resolve, reject) => {
    const socket = connect(options)
    let received = Buffer.alloc(0)
    const end = (outcome: SocketmapReply | Error) => {
      clearTimeout(deadline)
      socket.destroy()
      if (outcome instanceof Error) reject(outcome)
      else resolve(outcome)
    }
    // Over the whole exchange: a server that sends one byte now and then must not hold us.
    const deadline = setTimeout(() => end(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs)
    socket.on('error', end)
    socket.on('close', () => end(new Error('the connection was closed without an answer')))
    socket.on('connect', () => socket.write(encodeNetstring(Buffer.from(`${mapName} ${key}`, 'utf8'))))
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      const scan = scanNetstring(received, 0, MAX_REPLY_BYTES + STATUS_BYTES)
      if (scan.kind === 'broken') end(new Error(scan.issue.message))
      if (scan.kind !== 'frame') return
      const content = received.toString('latin1', scan.frame.start, scan.frame.end)
      end(parseSocketmapReply(content) ?? new Error('the answer is no socketmap reply'))
    })
  })
}
