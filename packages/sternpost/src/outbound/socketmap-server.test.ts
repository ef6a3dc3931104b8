import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ListenError } from '../listen-error.ts'
import { askSocketmap } from './ask-socketmap.ts'
import type { SocketmapListener } from './socketmap-server.ts'
import {
  type EchoServer,
  type EchoServerOptions,
  frame,
  LOOPBACK,
  Peer,
  startEchoServer,
  until,
} from './testing/socketmap-peers.ts'

const running: EchoServer[] = []
const peers: Peer[] = []
let folder = ''

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

/** Connects and stays; answers the error code, or nothing where it worked. */
async function dialPath(path: string): Promise<string> {
  const peer = new Peer({ path })
  peers.push(peer)
  return await peer.connected.then(
    () => '',
    (error: NodeJS.ErrnoException) => error.code ?? '',
  )
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-socketmap-'))
})

afterEach(async () => {
  for (const peer of peers.splice(0)) peer.socket.destroy()
  for (const { server } of running.splice(0)) await server.close(0)
  rmSync(folder, { recursive: true, force: true })
})

describe('idle connections', () => {
  it('are closed after the timeout, silent ones and those with half a frame alike', async () => {
    const server = await start({ idleTimeoutMs: 30_000 })
    const silent = await dial(server)
    const half = await dial(server)
    half.send('20:m exa')
    await until(() => server.server.connectionCount === 2)
    await (await dial(server)).ask('m a')
    await server.clock.advance(29_000)
    expect([silent.socket.destroyed, half.socket.destroyed]).toEqual([false, false])
    await server.clock.advance(10_000)
    await Promise.all([silent.closed, half.closed])
    expect(server.broken()).toBe(0)
  })

  it('are never closed right after a reply', async () => {
    const server = await start({ idleTimeoutMs: 30_000, isHeld: request => request === 'm slow' })
    const peer = await dial(server)
    peer.send(frame('m slow'))
    await until(() => server.computed.length === 1)
    await server.clock.advance(300_000)
    server.release('m slow')
    expect(await peer.replies(1)).toEqual(['OK m slow'])
    await server.clock.advance(29_000)
    expect(await peer.ask('m again')).toBe('OK m again')
    await server.clock.advance(29_000)
    expect(peer.socket.destroyed).toBe(false)
  })
})

describe('the limit of connections', () => {
  it('makes room by closing the one idle longest', async () => {
    const server = await start({ maxConnections: 3, idleTimeoutMs: 600_000 })
    const first = await dial(server)
    await first.ask('m a')
    await server.clock.advance(2_000)
    const second = await dial(server)
    await second.ask('m a')
    await server.clock.advance(2_000)
    const third = await dial(server)
    await third.ask('m a')
    await server.clock.advance(2_000)
    await first.ask('m b')
    await server.clock.advance(2_000)
    const fourth = await dial(server)
    expect(await fourth.ask('m a')).toBe('OK m a')
    await second.closed
    expect([await first.ask('m c'), await third.ask('m c')]).toEqual(['OK m c', 'OK m c'])
    expect(server.server.connectionCount).toBe(3)
    expect(server.server.refusedCount).toBe(0)
  })

  it('never closes a busy one: the newcomer is turned away and counted', async () => {
    const server = await start({ maxConnections: 2, isHeld: request => request.startsWith('m slow') })
    const busy = [await dial(server), await dial(server)]
    busy[0]?.send(frame('m slow0'))
    busy[1]?.send(frame('m slow1'))
    await until(() => server.computed.length === 2)
    await server.clock.advance(120_000)
    const late = await dial(server)
    await late.closed
    expect(server.server.refusedCount).toBe(1)
    server.release('m slow0')
    server.release('m slow1')
    expect(await busy[0]?.replies(1)).toEqual(['OK m slow0'])
    expect(await busy[1]?.replies(1)).toEqual(['OK m slow1'])
  })

  it('leaves a young connection alone: it may be about to ask', async () => {
    const server = await start({ maxConnections: 1 })
    const young = await dial(server)
    await until(() => server.server.connectionCount === 1)
    const late = await dial(server)
    await late.closed
    expect(await young.ask('m a')).toBe('OK m a')
  })

  it('can be 4,096, all answered', async () => {
    // Both ends of every connection lie in this process, and 10 % are left for all else.
    const allowed = Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim() || 1024)
    const count = Number.isNaN(allowed) ? 4_096 : Math.min(4_096, Math.floor((allowed * 0.9) / 2))
    const server = await start({ maxConnections: 4_096 })
    const all: Peer[] = []
    for (let begun = 0; begun < count; begun += 256) {
      const some = Array.from({ length: Math.min(256, count - begun) }, () => dial(server))
      all.push(...(await Promise.all(some)))
    }
    await until(() => server.server.connectionCount === count)
    const replies = await Promise.all(all.map((peer, index) => peer.ask(`m ${index}`)))
    expect(replies).toEqual(all.map((_, index) => `OK m ${index}`))
    expect(server.server.refusedCount).toBe(0)
  })
})

describe('unix sockets', () => {
  const unix = (path: string, mode = 0o660): SocketmapListener => ({ kind: 'unix', path, mode })

  it('have the mode that was asked for, answer, and are gone after closing', async () => {
    const path = join(folder, 's')
    const server = await start({ listeners: [unix(path, 0o640), LOOPBACK] })
    expect(statSync(path).mode & 0o777).toBe(0o640)
    expect(server.server.addresses[0]).toBe(`unix:${path}`)
    expect(await (await dial(server)).ask('m a')).toBe('OK m a')
    await server.server.close(0)
    expect(existsSync(path)).toBe(false)
  })

  it('a file that a killed daemon left is replaced', async () => {
    const path = join(folder, 's')
    const script = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`
    expect(() => execFileSync(process.execPath, ['-e', script, path], { stdio: 'ignore' })).toThrow()
    expect(statSync(path).isSocket()).toBe(true)
    const server = await start({ listeners: [unix(path)] })
    expect(await (await dial(server)).ask('m a')).toBe('OK m a')
  })

  it('a path where somebody listens is refused and left alone', async () => {
    const path = join(folder, 's')
    const owner = await start({ listeners: [unix(path)] })
    const failure = await start({ listeners: [unix(path)] }).catch(error => error)
    expect(failure).toBeInstanceOf(ListenError)
    expect(failure.message).toContain(`unix:${path}`)
    expect(await (await dial(owner)).ask('m a')).toBe('OK m a')
  })

  it('a path where somebody listens but is too busy to accept is refused and left alone', async () => {
    const path = join(folder, 's')
    // A process that listens, is stopped and so never accepts, with its queue filled.
    const script = `require('node:net').createServer().listen({ path: process.argv[1], backlog: 1 })`
    const owner = spawn(process.execPath, ['-e', script, path], { stdio: 'ignore' })
    try {
      await until(() => existsSync(path))
      // The file is there a moment before anybody listens on it.
      while ((await dialPath(path)) !== '') await new Promise(resolve => setTimeout(resolve, 5))
      owner.kill('SIGSTOP')
      let outcome = ''
      for (let tries = 0; outcome !== 'EAGAIN' && tries < 100; tries += 1) outcome = await dialPath(path)
      expect(outcome).toBe('EAGAIN')
      const failure = await start({ listeners: [unix(path)] }).catch(error => error)
      expect(failure).toBeInstanceOf(ListenError)
      expect(failure.message).toContain('another program listens there already')
      expect(existsSync(path)).toBe(true)
    } finally {
      owner.kill('SIGKILL')
    }
  })

  it.each(['file', 'folder', 'link'] as const)('a %s in the way is refused and left alone', async kind => {
    const path = join(folder, 'in-the-way')
    if (kind === 'file') writeFileSync(path, 'precious')
    if (kind === 'folder') execFileSync('mkdir', [path])
    if (kind === 'link') symlinkSync('/nowhere', path)
    const failure = await start({ listeners: [unix(path)] }).catch(error => error)
    expect(failure).toBeInstanceOf(ListenError)
    expect(failure.message).toContain('is no socket')
  })

  it('a folder that does not exist is a ListenError', async () => {
    const failure = await start({ listeners: [unix(join(folder, 'none', 's'))] }).catch(error => error)
    expect(failure).toBeInstanceOf(ListenError)
  })

  it('closing does not remove the socket of a successor', async () => {
    const path = join(folder, 's')
    const old = await start({ listeners: [unix(path)], isHeld: () => true })
    const peer = await dial(old)
    peer.send(frame('m a'))
    await until(() => old.computed.length === 1)
    const closing = old.server.close(60_000)
    const successor = await start({ listeners: [unix(path)] })
    old.release('m a')
    expect(await peer.replies(1)).toEqual(['OK m a'])
    await closing
    expect(await (await dial(successor)).ask('m b')).toBe('OK m b')
  })
})

describe('listening', () => {
  it('a port that is taken is a ListenError that names it, and nothing stays open', async () => {
    const taken = await start()
    const port = Number(taken.server.addresses[0]?.split(':')[1])
    const path = join(folder, 's')
    const listeners: SocketmapListener[] = [
      { kind: 'unix', path, mode: 0o600 },
      { kind: 'tcp', host: '127.0.0.1', port },
    ]
    const failure = await start({ listeners }).catch(error => error)
    expect(failure).toBeInstanceOf(ListenError)
    expect(failure).toMatchObject({ address: `127.0.0.1:${port}`, setting: 'outbound.socketmap.listen' })
    expect(failure.message).toContain('another program listens there already')
    expect(existsSync(path)).toBe(false)
  })

  it('all listeners are one server', async () => {
    const path = join(folder, 's')
    const server = await start({ listeners: [LOOPBACK, { kind: 'unix', path, mode: 0o600 }] })
    const tcp = await dial(server)
    const unix = new Peer({ path })
    peers.push(unix)
    expect([await tcp.ask('m a'), await unix.ask('m b')]).toEqual(['OK m a', 'OK m b'])
    expect(server.server.connectionCount).toBe(2)
  })

  it('IPv6 addresses are written in brackets', async () => {
    const server = await start({ listeners: [{ kind: 'tcp', host: '::1', port: 0 }] }).catch(error => error)
    // A machine without IPv6 says so.
    if (server instanceof ListenError) expect(server.message).toContain('[::1]')
    else expect(server.server.addresses[0]).toMatch(/^\[::1\]:[0-9]+$/)
  })
})

describe('closing', () => {
  it('lets replies that are owed out, then ends, without waiting out the grace', async () => {
    const server = await start({ isHeld: () => true })
    const busy = await dial(server)
    const idle = await dial(server)
    busy.send(Buffer.concat([frame('m a'), frame('m b')]))
    await until(() => server.computed.length === 2 && server.server.connectionCount === 2)
    const closed = server.server.close(60_000)
    await idle.closed
    // No new request is taken now.
    busy.send(frame('m late'))
    server.release('m b')
    server.release('m a')
    expect(await busy.replies(2)).toEqual(['OK m a', 'OK m b'])
    await busy.closed
    // The clock stands still: the grace cannot have passed.
    await closed
    expect(server.computed).toEqual(['m a', 'm b'])
    expect(server.clock.pendingTimers()).toBe(0)
    await expect(new Peer(server.target).connected).rejects.toThrow()
  })

  it('gives up what is still owed after the grace', async () => {
    const server = await start({ isHeld: () => true })
    const peer = await dial(server)
    peer.send(frame('m a'))
    await until(() => server.computed.length === 1)
    const closed = server.server.close(2_000)
    await server.clock.advance(2_000)
    await closed
    await peer.closed
    expect(peer.frames).toEqual([])
    server.release('m a')
  })

  it('twice is as good as once', async () => {
    const server = await start()
    await server.server.close(0)
    await server.server.close(1_000)
    expect(server.server.addresses).toEqual([])
  })
})

describe('asking', () => {
  it('gives the reply that the server wrote', async () => {
    const server = await start()
    const port = Number(server.server.addresses[0]?.split(':')[1])
    const address = { kind: 'tcp', host: '127.0.0.1', port } as const
    expect(await askSocketmap(address, 'postfix', 'example.com', 5_000)).toEqual({
      kind: 'found',
      data: 'postfix example.com',
    })
  })
})
