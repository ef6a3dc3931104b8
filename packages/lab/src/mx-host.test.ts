import { constants } from 'node:crypto'
import { connect } from 'node:net'
import nodemailer from 'nodemailer'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type CertificateAuthority, labCertificateAuthority } from './certificate-authority.ts'
import { createMxHost, type MxHost } from './mx-host.ts'

let ca: CertificateAuthority
let host: MxHost

beforeAll(async () => {
  ca = await labCertificateAuthority()
})
beforeEach(async () => {
  const certificate = await ca.issue({ names: ['mx.example.test'] })
  host = await createMxHost({ name: 'mx.example.test', address: '127.0.0.1', port: 0, certificate })
})
afterEach(() => host.close())

/** Sends a message as a real client; `requireTLS` refuses to go on in clear, `opportunistic` does go on. */
function send(options: { strict?: boolean; tls?: object; waitMs?: number } = {}): Promise<unknown> {
  const waitMs = options.waitMs ?? 3000
  const transport = nodemailer.createTransport({
    host: host.address,
    port: host.port,
    requireTLS: options.strict ?? true,
    opportunisticTLS: options.strict === false,
    tls: { servername: 'mx.example.test', ca: ca.caPem, ...options.tls },
    name: 'client.test',
    greetingTimeout: waitMs,
    socketTimeout: waitMs,
  })
  return transport.sendMail({
    from: 'alice@sender.test',
    to: ['bob@example.test', 'carol@example.test'],
    subject: 'hello',
    text: 'The secret is 42.\n.\nDots and all.',
  })
}

test('a good host keeps the message, its envelope and how it came', async () => {
  await send()
  const [message, ...others] = host.received()
  expect(others).toEqual([])
  expect(message).toMatchObject({
    mxHost: 'mx.example.test',
    mailFrom: 'alice@sender.test',
    recipients: ['bob@example.test', 'carol@example.test'],
    tls: { version: 'TLSv1.3', serverName: 'mx.example.test' },
    helo: 'client.test',
    remoteAddress: '127.0.0.1',
  })
  expect(message?.tls?.cipher).toMatch(/^TLS_/)
  expect(message?.content).toContain('The secret is 42.\r\n.\r\nDots and all.')
})

test('a good host can also be told in clear, and says so', async () => {
  const transport = nodemailer.createTransport({ host: host.address, port: host.port, ignoreTLS: true })
  await transport.sendMail({ from: 'alice@sender.test', to: 'bob@example.test', text: 'clear' })
  expect(host.received()).toMatchObject([{ tls: null }])
})

test('without STARTTLS a strict client stops and an opportunistic one talks in clear', async () => {
  host.setFault('no-starttls')
  await expect(send()).rejects.toThrow()
  expect(host.received()).toEqual([])
  await send({ strict: false })
  expect(host.received()).toMatchObject([{ tls: null, mailFrom: 'alice@sender.test', helo: 'client.test' }])
  expect(host.received()[0]?.content).toContain('The secret is 42.\r\n.\r\nDots and all.')
})

test('after a 454 everything said in clear is on record', async () => {
  host.setFault('starttls-454')
  await expect(send()).rejects.toThrow()
  const strict = host.clearCommands()
  expect(strict.map(({ line }) => line)).toContain('STARTTLS')
  expect(strict.filter(command => command.afterRefusal && command.line !== 'QUIT')).toEqual([])

  await send({ strict: false })
  const leaked = host.clearCommands().filter(command => command.afterRefusal)
  expect(leaked.map(({ line }) => line.split(' ')[0])).toEqual(
    expect.arrayContaining(['MAIL', 'RCPT', 'DATA']),
  )
})

test('old TLS is refused by a client of today and spoken with one of yesterday', async () => {
  host.setFault('old-tls')
  await expect(send()).rejects.toThrow()
  await send({
    tls: { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0', secureOptions: constants.SSL_OP_NO_TLSv1_2 },
  })
  expect(host.received()).toMatchObject([{ tls: { version: 'TLSv1.1' } }])
})

test.each(['hang-greeting', 'hang-after-ehlo', 'hang-starttls'] as const)('%s is silence', async fault => {
  host.setFault(fault)
  await expect(send({ waitMs: 150 })).rejects.toThrow(/tim(ed )?eout|timed out|Greeting never received/i)
  const commands = host.clearCommands().map(({ line }) => line.split(' ')[0])
  expect(commands).toEqual(
    { 'hang-greeting': [], 'hang-after-ehlo': ['EHLO'], 'hang-starttls': ['EHLO', 'STARTTLS'] }[fault],
  )
})

test('a greeting can be a temporary refusal, and a connection a reset', async () => {
  host.setFault('greeting-4xx')
  await expect(send()).rejects.toMatchObject({ responseCode: 421 })
  host.setFault('reset')
  await expect(send()).rejects.toThrow('ECONNRESET')
  host.setFault(undefined)
  await send()
  expect(host.received()).toHaveLength(1)
})

test('a certificate can be of every wrong kind', async () => {
  const name = 'mx.example.test'
  host.setCertificate(await ca.issue({ names: ['other.test'] }))
  await expect(send()).rejects.toThrow(/altnames/)
  host.setCertificate(await ca.issue({ names: [name], validity: 'expired' }))
  await expect(send()).rejects.toThrow(/expired/)
  host.setCertificate(await ca.issue({ names: [name], signedBy: 'self' }))
  await expect(send()).rejects.toThrow(/self-signed/)
  expect(host.received()).toEqual([])
})

test('commands pipelined in clear are read one by one', async () => {
  host.setFault('no-starttls')
  const said = await new Promise<string>((resolve, reject) => {
    const socket = connect(host.port, host.address)
    let text = ''
    socket.on('error', reject)
    socket.on('close', () => resolve(text))
    socket.on('data', chunk => {
      text += chunk.toString()
    })
    const body = 'Subject: x\r\n\r\n..stuffed\r\n.\r\n'
    socket.write(`EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<b@example.test>\r\nDATA\r\n${body}NOOP\r\nQUIT\r\n`)
  })
  expect(
    said
      .split('\r\n')
      .filter(line => /^\d{3} /.test(line))
      .map(line => line.slice(0, 3)),
  ).toEqual(['220', '250', '250', '250', '354', '250', '250', '221'])
  expect(host.received()).toMatchObject([{ mailFrom: '', content: 'Subject: x\r\n\r\n.stuffed\r\n' }])
})
