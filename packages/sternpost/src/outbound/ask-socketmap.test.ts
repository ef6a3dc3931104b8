import { createServer, type Socket } from 'node:net'
import { encodeSocketmapReply, type SocketmapReply } from '@sternpost/protocol'
import { afterEach, describe, expect, it } from 'vitest'
import { askSocketmap, type SocketmapAddress } from './ask-socketmap.ts'

const ends: (() => Promise<void>)[] = []

/** Listens and does with each client what the test says. */
async function listen(serve: (socket: Socket) => void): Promise<SocketmapAddress> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    serve(socket)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  ends.push(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise<void>(resolve => server.close(() => resolve()))
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { kind: 'tcp', host: '127.0.0.1', port: address.port }
}

const answer = (bytes: Uint8Array | string) => listen(socket => void socket.write(bytes))

afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

describe('asking a socketmap server', () => {
  const replies: SocketmapReply[] = [
    { kind: 'found', data: 'secure match=mx1.example.com servername=hostname' },
    { kind: 'found', data: 'x'.repeat(99_000) },
    { kind: 'not-found' },
    { kind: 'temporary', reason: 'dane-unknown' },
    { kind: 'permanent', reason: 'unknown map' },
  ]

  it.each(replies)('understands $kind', async reply => {
    const address = await answer(encodeSocketmapReply(reply))
    expect(await askSocketmap(address, 'postfix', 'example.com', 5_000)).toEqual(reply)
  })

  it('understands a reply that comes byte by byte', async () => {
    const address = await listen(async socket => {
      for (const byte of encodeSocketmapReply({ kind: 'not-found' })) {
        socket.write(Uint8Array.of(byte))
        await new Promise<void>(resolve => setImmediate(resolve))
      }
    })
    expect(await askSocketmap(address, 'postfix', 'example.com', 5_000)).toEqual({ kind: 'not-found' })
  })

  it('sends the map, a space and the key, UTF-8 counted in bytes', async () => {
    let asked = ''
    const address = await listen(socket =>
      socket.on('data', chunk => {
        asked += chunk.toString('utf8')
        socket.write(encodeSocketmapReply({ kind: 'not-found' }))
      }),
    )
    await askSocketmap(address, 'postfix', 'bücher.example', 5_000)
    expect(asked).toBe('23:postfix bücher.example,')
  })

  it.each([
    ['garbage', 'hello\r\n'],
    ['a leading zero', '03:OK ,'],
    ['a length beyond all replies', '99999999:'],
    ['no status', '5:MAYBE,'],
  ])('rejects %s', async (_, bytes) => {
    await expect(askSocketmap(await answer(bytes), 'postfix', 'example.com', 5_000)).rejects.toThrow()
  })

  it('rejects when the connection ends before the reply', async () => {
    const address = await listen(socket => socket.end('10:OK da'))
    await expect(askSocketmap(address, 'postfix', 'example.com', 5_000)).rejects.toThrow('without an answer')
  })

  it('rejects when nobody listens', async () => {
    const address = await listen(() => {})
    for (const end of ends.splice(0)) await end()
    await expect(askSocketmap(address, 'postfix', 'example.com', 5_000)).rejects.toThrow('ECONNREFUSED')
  })

  it('rejects in time a server that says nothing', async () => {
    const address = await listen(() => {})
    await expect(askSocketmap(address, 'postfix', 'example.com', 50)).rejects.toThrow(
      'no answer within 0.05 s',
    )
  })

  it('rejects in time a server that never comes to an end', async () => {
    const address = await listen(socket => {
      socket.write('99000:OK ')
      const drip = setInterval(() => socket.write('x'), 5)
      socket.on('close', () => clearInterval(drip))
    })
    await expect(askSocketmap(address, 'postfix', 'example.com', 100)).rejects.toThrow(
      'no answer within 0.1 s',
    )
  })
})
