import { once } from 'node:events'
import { connect as connectTcp, createServer, type Socket } from 'node:net'
import { connect } from 'node:tls'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readClientHello } from './read-client-hello.ts'

/** The first bytes of a real client. */
async function firstBytes(options: { servername?: string; ALPNProtocols?: string[] }): Promise<Buffer> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const client = connect({
    socket: connectTcp(port, '127.0.0.1'),
    rejectUnauthorized: false,
    ...options,
  }).on('error', () => {})
  const [accepted] = (await once(server, 'connection')) as [Socket]
  let bytes = Buffer.alloc(0)
  for await (const chunk of accepted as AsyncIterable<Buffer>) {
    bytes = Buffer.concat([bytes, chunk])
    if (readClientHello(bytes) !== 'incomplete') break
  }
  client.destroy()
  accepted.destroy()
  server.close()
  return bytes
}

describe('readClientHello', () => {
  it('reads the name and the protocols of a real client, and none where there is none', async () => {
    const named = await firstBytes({ servername: 'MTA-STS.example.test', ALPNProtocols: ['h2', 'http/1.1'] })
    expect(readClientHello(named)).toEqual({
      serverName: 'mta-sts.example.test',
      protocols: ['h2', 'http/1.1'],
    })
    expect(readClientHello(await firstBytes({}))).toEqual({ serverName: undefined, protocols: [] })
  })

  it('asks for more as long as the hello is not there, and not when it is none', async () => {
    const hello = await firstBytes({ servername: 'mta-sts.example.test', ALPNProtocols: ['acme-tls/1'] })
    for (let length = 0; length < hello.length; length += 1)
      expect(readClientHello(hello.subarray(0, length))).toBe('incomplete')
    expect(readClientHello(Buffer.from('GET / HTTP/1.1\r\n'))).toBeUndefined()
  })

  it('says something about any bytes', async () => {
    const hello = await firstBytes({ servername: 'mta-sts.example.test', ALPNProtocols: ['h2'] })
    const spoiled = fc
      .tuple(fc.integer({ min: 5, max: hello.length - 1 }), fc.integer({ min: 0, max: 255 }))
      .map(([place, value]) => {
        const bytes = Buffer.from(hello)
        bytes[place] = value
        return bytes
      })
    fc.assert(
      fc.property(
        fc.oneof(
          spoiled,
          fc.uint8Array({ maxLength: 300 }).map(bytes => Buffer.from(bytes)),
        ),
        bytes => {
          readClientHello(bytes)
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
