import nodemailer from 'nodemailer'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Attacker, createAttacker } from './attacker.ts'
import { type CertificateAuthority, labCertificateAuthority } from './certificate-authority.ts'
import type { Endpoint } from './listener.ts'
import { createMxHost, type MxHost } from './mx-host.ts'

let ca: CertificateAuthority
let host: MxHost
let attacker: Attacker
let wire: Endpoint

beforeAll(async () => {
  ca = await labCertificateAuthority()
})
beforeEach(async () => {
  const certificate = await ca.issue({ names: ['mx.example.test'] })
  host = await createMxHost({ name: 'mx.example.test', address: '127.0.0.1', port: 0, certificate })
  const untrusted = await ca.issue({ names: ['mx.example.test'], signedBy: 'other' })
  const wrongName = await ca.issue({ names: ['attacker.test'] })
  attacker = createAttacker({ target: host, certificates: { untrusted, wrongName } })
  wire = await attacker.listen('127.0.0.1', 0)
})
afterEach(async () => {
  await attacker.close()
  await host.close()
})

function send(how: 'verifying' | 'opportunistic'): Promise<unknown> {
  const strict = how === 'verifying'
  const transport = nodemailer.createTransport({
    host: wire.address,
    port: wire.port,
    requireTLS: strict,
    opportunisticTLS: !strict,
    tls: { servername: 'mx.example.test', ca: ca.caPem, rejectUnauthorized: strict },
    socketTimeout: 3000,
  })
  const text = 'The secret is 42.\n.\nEnd.'
  return transport.sendMail({ from: 'alice@sender.test', to: 'bob@example.test', text })
}

test('off: the message goes through and nothing of it can be read', async () => {
  await send('verifying')
  expect(host.received()).toMatchObject([{ tls: { version: 'TLSv1.3' } }])
  expect(attacker.sessions()).toMatchObject([{ mode: 'off', encryptedFor: 'client', messages: [] }])
  expect(attacker.sessions()[0]?.commands.map(({ line }) => line.split(' ')[0])).toEqual(['EHLO', 'STARTTLS'])
})

test.each(['strip', '454'] as const)('%s: opportunistic mail is read in clear', async mode => {
  attacker.setMode(mode)
  await send('opportunistic')
  expect(host.received()).toMatchObject([{ tls: null }])
  expect(attacker.messages()).toMatchObject([
    { mailFrom: 'alice@sender.test', recipients: ['bob@example.test'] },
  ])
  expect(attacker.messages()[0]?.content).toContain('The secret is 42.\r\n.\r\nEnd.')
  expect(attacker.messages()[0]?.content).toBe(host.received()[0]?.content)
})

test.each(['strip', '454'] as const)('%s: a client that insists on TLS leaks nothing', async mode => {
  attacker.setMode(mode)
  await expect(send('verifying')).rejects.toThrow()
  expect(host.received()).toEqual([])
  expect(attacker.messages()).toEqual([])
  expect(attacker.commandsAfterRefusal().filter(line => line !== 'QUIT')).toEqual([])
})

test.each(['intercept-untrusted', 'intercept-wrong-name'] as const)(
  '%s: who does not verify is read, who verifies stops',
  async mode => {
    attacker.setMode(mode)
    await expect(send('verifying')).rejects.toThrow(
      mode === 'intercept-untrusted' ? /unable to verify|self-signed/ : /altnames/,
    )
    expect(attacker.messages()).toEqual([])
    await send('opportunistic')
    expect(attacker.messages()[0]?.content).toContain('The secret is 42.')
    expect(attacker.sessions().at(-1)?.encryptedFor).toBe('attacker')
    // The real host believes that all is well.
    expect(host.received()).toMatchObject([{ tls: { version: 'TLSv1.3' } }])
  },
)

test('the mode changes while it runs', async () => {
  attacker.setMode('strip')
  await expect(send('verifying')).rejects.toThrow()
  attacker.setMode('off')
  await send('verifying')
  expect(host.received()).toHaveLength(1)
})

test('an attacker without certificates cannot intercept', () => {
  const poor = createAttacker({ target: host })
  expect(() => poor.setMode('intercept-untrusted')).toThrow(RangeError)
})
