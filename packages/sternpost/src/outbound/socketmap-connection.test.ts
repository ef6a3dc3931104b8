import { afterEach, describe, expect, it } from 'vitest'
import {
  type EchoServer,
  type EchoServerOptions,
  echo,
  frame,
  Peer,
  startEchoServer,
  until,
} from './testing/socketmap-peers.ts'

const running: EchoServer[] = []
const peers: Peer[] = []

async function start(options?: EchoServerOptions): Promise<EchoServer> {
  const started = await startEchoServer(options)
  running.push(started)
  return started
}

async function dial({ target }: EchoServer): Promise<Peer> {
  const peer = new Peer(target)
  peers.push(peer)
  await peer.connected
  return peer
}

afterEach(async () => {
  for (const peer of peers.splice(0)) peer.socket.destroy()
  for (const { server } of running.splice(0)) await server.close(0)
})

describe('replies', () => {
  it('come in the order of the requests, even when the first takes longest', async () => {
    const server = await start({ isHeld: request => request === 'm slow' })
    const peer = await dial(server)
    peer.send(Buffer.concat([frame('m slow'), frame('m b'), frame('m c')]))
    await until(() => server.computed.length === 3)
    expect(peer.frames).toEqual([])
    server.release('m slow')
    expect(await peer.replies(3)).toEqual(['OK m slow', 'OK m b', 'OK m c'])
  })

  it('that are ready do not overtake one that is not', async () => {
    const server = await start({
      isHeld: () => true,
      readyReplies: new Map([['m ready', echo('m ready')]]),
    })
    const peer = await dial(server)
    peer.send(Buffer.concat([frame('m ready'), frame('m slow'), frame('m ready')]))
    await peer.replies(1)
    await until(() => server.ready() === 2)
    expect(peer.frames).toEqual(['OK m ready'])
    server.release('m slow')
    expect(await peer.replies(3)).toEqual(['OK m ready', 'OK m slow', 'OK m ready'])
    expect(server.computed).toEqual(['m slow'])
  })

  it('are the same however the bytes are cut', async () => {
    const server = await start()
    const stream = Buffer.concat([frame('m a.example'), frame(''), frame('m b.example')])
    const expected = ['OK m a.example', 'OK ', 'OK m b.example']
    for (let cut = 1; cut < stream.length; cut += 1) {
      const peer = await dial(server)
      peer.send(stream.subarray(0, cut))
      // A turn of the loop and an answered exchange elsewhere, so that the first piece arrives on its own.
      await (await dial(server)).ask('m x')
      peer.send(stream.subarray(cut))
      expect(await peer.replies(3)).toEqual(expected)
      peer.socket.destroy()
    }
  })

  it('come when every byte arrives alone', async () => {
    const peer = await dial(await start())
    for (const byte of frame('m example.com')) {
      peer.send(Uint8Array.of(byte))
      await new Promise<void>(resolve => setImmediate(resolve))
    }
    expect(await peer.replies(1)).toEqual(['OK m example.com'])
  })

  it('go to a peer that has ended its own half already', async () => {
    const server = await start({ isHeld: () => true })
    const peer = await dial(server)
    peer.socket.end(Buffer.concat([frame('m a'), frame('m b')]))
    await until(() => server.computed.length === 2)
    server.release('m b')
    server.release('m a')
    expect(await peer.replies(2)).toEqual(['OK m a', 'OK m b'])
    await peer.closed
  })

  it('reach a request with nothing in it, and the connection stays', async () => {
    const peer = await dial(await start())
    expect(await peer.ask('')).toBe('OK ')
    expect(await peer.ask('m a')).toBe('OK m a')
  })

  it('reach the longest request, and none longer', async () => {
    const server = await start()
    const peer = await dial(server)
    const longest = `m ${'x'.repeat(9_998)}`
    expect(await peer.ask(longest)).toBe(`OK ${longest}`)
    peer.send('10001:')
    await peer.closed
    expect(server.broken()).toBe(1)
  })
})

describe('bytes that are no requests', () => {
  const garbage = [
    'hello\r\n',
    '99999999:',
    '015:',
    ':',
    '5:hello;',
    '\x16\x03\x01',
    'GET / HTTP/1.1\r\n\r\n',
    '\0',
  ]

  it.each(garbage)('%j close the connection and are counted', async bytes => {
    const server = await start()
    const peer = await dial(server)
    peer.send(bytes)
    await peer.closed
    expect(server.broken()).toBe(1)
    expect(server.computed).toEqual([])
    await until(() => server.server.connectionCount === 0)
  })

  it('after good requests end the connection, and others do not notice', async () => {
    const server = await start()
    const other = await dial(server)
    const peer = await dial(server)
    expect(await peer.ask('m a')).toBe('OK m a')
    peer.send('hello\r\n')
    await peer.closed
    expect(await other.ask('m b')).toBe('OK m b')
    expect(server.broken()).toBe(1)
  })
})

describe('peers that behave badly', () => {
  it('one that vanishes while its reply is worked out does no harm', async () => {
    const server = await start({ isHeld: request => request === 'm slow' })
    const peer = await dial(server)
    peer.send(frame('m slow'))
    await until(() => server.computed.length === 1)
    peer.socket.resetAndDestroy()
    await until(() => server.server.connectionCount === 0)
    server.release('m slow')
    expect(await (await dial(server)).ask('m a')).toBe('OK m a')
  })

  it('one that sends without waiting has only so many requests under way', async () => {
    const server = await start({ isHeld: () => true })
    const peer = await dial(server)
    const requests = Array.from({ length: 1_000 }, (_, index) => `m ${index}`)
    peer.send(Buffer.concat(requests.map(frame)))
    await until(() => server.computed.length >= 128)
    await (await dial(server)).connected
    expect(server.computed.length).toBe(128)
    for (const request of requests) {
      await until(() => server.computed.includes(request))
      server.release(request)
    }
    expect(await peer.replies(1_000)).toEqual(requests.map(request => `OK ${request}`))
  })

  it('one that sends 100 MB and never reads is not read on, and loses its place', async () => {
    const large = echo('x'.repeat(100_000))
    const server = await start({
      readyReplies: new Map([['m a', large]]),
      idleTimeoutMs: 10_000,
    })
    const peer = await dial(server)
    peer.socket.pause()
    const request = frame('m a')
    const megabyte = Buffer.alloc(request.length * 170_000, request)
    for (let sent = 0; sent < 100; sent += 1) peer.socket.write(megabyte)
    await until(() => server.ready() > 0)
    let last = -1
    while (server.ready() !== last) {
      last = server.ready()
      for (let turn = 0; turn < 50; turn += 1) await (await dial(server)).ask('m b')
    }
    // 17 million requests wait; what is answered is what the buffers of both ends take.
    expect(server.ready()).toBeLessThan(1_000)
    // It does not keep its place: who does not read is idle.
    await server.clock.advance(20_000)
    await until(() => server.server.connectionCount === 0)
  })

  it('one that reads late gets everything in order', async () => {
    const server = await start({ replyTo: request => echo(`${request} ${'x'.repeat(50_000)}`) })
    const peer = await dial(server)
    peer.socket.pause()
    const requests = Array.from({ length: 400 }, (_, index) => `m ${index}`)
    peer.send(Buffer.concat(requests.map(frame)))
    await until(() => server.computed.length > 10)
    peer.socket.resume()
    const frames = await peer.replies(400)
    expect(frames.map(content => content.split(' ')[2])).toEqual(requests.map(request => request.slice(2)))
  })

  it('a computation that fails closes the connection and nothing else', async () => {
    const server = await start({
      replyTo(request) {
        if (request === 'm bad') throw new Error('broken')
        return echo(request)
      },
    })
    const other = await dial(server)
    const peer = await dial(server)
    peer.send(frame('m bad'))
    await peer.closed
    expect(await other.ask('m a')).toBe('OK m a')
  })
})
