import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { createDnsClient } from '@sternpost/network'
import { afterEach, expect, test } from 'vitest'
import { createLab, type Lab } from './lab.ts'
import type { MxFault } from './mx-host.ts'

let lab: Lab | undefined
afterEach(async () => {
  await lab?.close()
  lab = undefined
})

/** Says lines one after another, each after the reply to the one before, and gives the replies back. */
async function say(address: string, port: number, ...lines: readonly string[]): Promise<string[]> {
  const socket = connect(port, address)
  socket.on('error', () => {})
  const replies = [await reply(socket)]
  for (const line of lines) {
    socket.write(`${line}\r\n`, 'latin1')
    replies.push(await reply(socket))
  }
  socket.destroy()
  return replies
}

/** The next reply, or what came until the connection closed. */
function reply(socket: Socket): Promise<string> {
  return new Promise(resolve => {
    let text = ''
    const end = (whole: string) => {
      socket.removeListener('data', onData).removeListener('close', onClose)
      resolve(whole)
    }
    const onClose = () => end(`${text}(closed)`)
    const onData = (chunk: Buffer) => {
      text += chunk.toString('latin1')
      if (/^\d{3} .*\r?\n/m.test(text) || text.length > 1_000_000) end(text)
    }
    socket.on('data', onData).on('close', onClose)
  })
}

async function shakeHands(address: string, port: number, options: object): Promise<TLSSocket> {
  const socket = connect(port, address)
  await reply(socket)
  socket.write('EHLO client.test\r\n')
  await reply(socket)
  socket.write('STARTTLS\r\n')
  await reply(socket)
  const tls = connectTls({ socket, rejectUnauthorized: false, ciphers: 'DEFAULT@SECLEVEL=0', ...options })
  await once(tls, 'secureConnect')
  return tls
}

const nameOf = (tls: TLSSocket) => tls.getPeerX509Certificate()?.subjectAltName

test('a host has as many addresses as wanted, of both families, each as it says itself', async () => {
  lab = await createLab({
    domains: {
      'many.test': {
        mx: {
          'mx.many.test': {
            certificateWithoutServerName: 'wrong-name',
            reverseName: 'mx.many.test',
            addresses: [
              {},
              { ipv6: true, fault: 'no-starttls' },
              { dead: true },
              { outside: '10.1.2.3' },
              { maxTlsVersion: 'TLSv1.2', certificateForOtherNames: { names: ['other.test'] } },
            ],
          },
        },
      },
    },
  })
  const { dns: server, ports } = lab
  const dns = createDnsClient({ servers: [`${server.address}:${server.port}`] })
  const found = await dns.lookup('mx.many.test', 'A')
  const foundSix = await dns.lookup('mx.many.test', 'AAAA')
  const back = await dns.lookup('3.2.1.10.in-addr.arpa', 'PTR')
  dns.close()
  expect(back).toMatchObject({ records: ['mx.many.test'] })
  const addresses = found.kind === 'records' ? found.records : []
  const [six = ''] = foundSix.kind === 'records' ? foundSix.records : []
  expect(addresses).toHaveLength(4)
  expect(addresses[2]).toBe('10.1.2.3')
  const [good = '', dead = '', , limited = ''] = addresses

  expect(six).toMatch(/^::ffff:/)
  expect((await say(six, ports.smtp, 'EHLO x'))[1]).not.toContain('STARTTLS')
  expect((await say(good, ports.smtp, 'EHLO x'))[1]).toContain('STARTTLS')
  const refused = connect(ports.smtp, dead)
  expect(await once(refused, 'error')).toMatchObject([{ code: 'ECONNREFUSED' }])

  const named = await shakeHands(good, ports.smtp, { servername: 'mx.many.test' })
  expect([nameOf(named), named.getProtocol()]).toEqual(['DNS:mx.many.test', 'TLSv1.3'])
  const unnamed = await shakeHands(good, ports.smtp, {})
  expect(nameOf(unnamed)).toBe('DNS:wrong-name.test')
  const other = await shakeHands(limited, ports.smtp, { servername: 'strange.test' })
  expect([nameOf(other), other.getProtocol()]).toEqual(['DNS:other.test', 'TLSv1.2'])
  for (const tls of [named, unnamed, other]) tls.destroy()
  expect(lab.mxHostAddresses('mx.many.test')).toHaveLength(3)
})

async function replies(fault: MxFault, ...lines: readonly string[]): Promise<string[]> {
  lab ??= await createLab({ domains: { 'x.test': {} } })
  const host = lab.mxHost('mx.x.test')
  host.setFault(fault)
  return await say(host.address, host.port, ...lines)
}

test('scripted hosts say what their script says, and forget what came in clear behind STARTTLS or not', async () => {
  expect(await replies('http')).toEqual([expect.stringContaining('HTTP/1.1 400')])
  expect((await replies('greylist', 'EHLO x', 'MAIL FROM:<>', 'RCPT TO:<a@x.test>'))[3]).toMatch(/^450 4/)
  expect((await replies('escapes'))[0]).toContain('\u001b[31m')
  expect(await replies('reset-at-ehlo', 'EHLO x')).toEqual([expect.anything(), '(closed)'])
  expect((await replies('huge-ehlo', 'EHLO x'))[1]?.length).toBeGreaterThan(1_000_000)
  expect((await replies({ greeting: ['220-a', '220 b'], ehlo: '502 no' }, 'EHLO x')).join('')).toBe(
    '220-a\r\n220 b\r\n502 no\r\n',
  )

  const host = (lab as Lab).mxHost('mx.x.test')
  for (const [fault, answered] of [
    ['injection', true],
    ['multi-line-greeting', false],
  ] as const) {
    host.setFault(fault)
    const socket = connect(host.port, host.address)
    await reply(socket)
    socket.write('EHLO x\r\n')
    await reply(socket)
    socket.write('STARTTLS\r\nNOOP\r\n')
    await reply(socket)
    const tls = connectTls({ socket, rejectUnauthorized: false })
    await once(tls, 'secureConnect')
    tls.write('QUIT\r\n')
    const text = await reply(tls)
    expect(text.startsWith('250')).toBe(answered)
    tls.destroy()
  }
})

test.each([
  ['weak-key', /1024/],
  ['sha-1', /SHA1/],
  ['missing-intermediate', /./],
  ['huge-chain', /./],
] as const)('a %s certificate can be shown', async (certificate, pattern) => {
  lab = await createLab({ domains: { 'x.test': { mx: { 'mx.x.test': { certificate } } } } })
  const { address, port } = lab.mxHost('mx.x.test')
  const tls = await shakeHands(address, port, { ca: lab.ca.caPem, servername: 'mx.x.test' })
  const leaf = tls.getPeerX509Certificate()
  const chain = []
  for (let each = leaf; each !== undefined; each = each.issuerCertificate) chain.push(each.raw.length)
  expect(`${leaf?.signatureAlgorithm} ${leaf?.publicKey.asymmetricKeyDetails?.modulusLength}`).toMatch(
    pattern,
  )
  expect(chain).toHaveLength(certificate === 'huge-chain' ? 5 : 1)
  expect(Math.min(...chain) > 16_384).toBe(certificate === 'huge-chain')
  expect(tls.authorized).toBe(certificate !== 'missing-intermediate')
  tls.destroy()
})
