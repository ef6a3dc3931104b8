import { connect, type NetConnectOpts } from 'node:net'
import { encodeNetstring, scanNetstring } from '@sternpost/protocol'

const MAX_REPLY = 200_000

/** Asks the map `postfix34` one key after the other on one connection (a unix socket's path, or an address); tells of each reply as it comes. */
export function askTogether(
  address: string | NetConnectOpts,
  keys: readonly string[],
  onReply: (key: string, reply: string) => void,
): Promise<void> {
  return new Promise(resolve => {
    const socket = connect(typeof address === 'string' ? { path: address } : address)
    let received = Buffer.alloc(0)
    let answered = 0
    // A daemon that is killed meanwhile is what some tests are about; who asks sees which replies came.
    socket.once('error', () => {})
    socket.once('close', () => resolve())
    socket.once('connect', () => {
      for (const key of keys) socket.write(encodeNetstring(Buffer.from(`postfix34 ${key}`)))
    })
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      for (;;) {
        const scan = scanNetstring(received, 0, MAX_REPLY)
        if (scan.kind !== 'frame') break
        onReply(keys[answered] ?? '', received.toString('latin1', scan.frame.start, scan.frame.end))
        received = received.subarray(scan.frame.next)
        answered += 1
        if (answered === keys.length) socket.end()
      }
    })
  })
}

/** Asks one key; '' where no reply came. */
export async function askOnce(address: string | NetConnectOpts, key: string): Promise<string> {
  let answer = ''
  await askTogether(address, [key], (_, reply) => {
    answer = reply
  })
  return answer
}
