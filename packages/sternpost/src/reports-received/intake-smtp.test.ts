import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { labCertificateAuthority } from '@sternpost/lab'
import { createTransport } from 'nodemailer'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLogger } from '../log/index.ts'
import { IntakeBudget } from './intake-budget.ts'
import { type RunningSmtpIntake, type SmtpIntakeOptions, startSmtpIntake } from './intake-smtp.ts'
import { matchRecipient } from './intake-smtp-recipient.ts'
import { eventually, RecordingIntake } from './testing/recording-intake.ts'

const log = createLogger(
  { level: 'silent', format: 'json' },
  { isTerminal: false, color: false, write: () => {} },
)
const ANY_PORT = { kind: 'tcp', host: '127.0.0.1', port: 0, text: '127.0.0.1:0' } as const
const MAX_BYTES = 1_000_000

let intake: RecordingIntake
let budget: IntakeBudget
const running: RunningSmtpIntake[] = []
const sockets: Socket[] = []
const folder = mkdtempSync(join(tmpdir(), 'sternpost-smtp-'))

beforeEach(() => {
  intake = new RecordingIntake()
  budget = new IntakeBudget(2 * MAX_BYTES)
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const one of running.splice(0)) await one.close()
  return () => rmSync(folder, { recursive: true, force: true })
})

async function start(changes: Partial<SmtpIntakeOptions> = {}): Promise<RunningSmtpIntake> {
  const started = await startSmtpIntake({
    intake,
    budget,
    listeners: [ANY_PORT],
    recipients: ['reports@ours.test', '@all.test'],
    hostname: 'mx.ours.test',
    maxMessageBytes: MAX_BYTES,
    maxConnections: 50,
    maxPerMinute: 1000,
    now: () => 1_700_000_000_000,
    log,
    ...changes,
  })
  running.push(started)
  return started
}

/** A dialogue by hand: each step is sent and its whole reply waited for. */
async function dial(server: RunningSmtpIntake) {
  const address = server.addresses[0] ?? ''
  const socket = address.startsWith('unix:')
    ? connect(address.slice(5))
    : connect(Number(address.split(':')[1]), '127.0.0.1')
  sockets.push(socket)
  let received = ''
  let read = 0
  socket.setEncoding('latin1').on('data', text => {
    received += text
  })
  socket.on('error', () => {})
  const closed = new Promise<void>(resolve => socket.once('close', () => resolve()))
  const reply = async () => {
    let found: RegExpExecArray | null = null
    await eventually(`a reply after ${received.slice(-200)}`, () => {
      found = /(?:^\d{3}-.*\r\n)*^\d{3} .*\r\n/m.exec(received.slice(read))
      return found !== null
    })
    const text = (found as unknown as RegExpExecArray)[0]
    read += text.length
    return text.trimEnd()
  }
  const greeting = await reply()
  return {
    socket,
    greeting,
    closed,
    reply,
    say(line: string) {
      socket.write(`${line}\r\n`, 'latin1')
      return reply()
    },
  }
}

async function send(server: RunningSmtpIntake, message = 'Subject: x\r\n\r\nbody', hello = 'EHLO me.test') {
  const client = await dial(server)
  await client.say(hello)
  await client.say('MAIL FROM:<tls@example.test>')
  await client.say('RCPT TO:<Reports@Ours.test>')
  await client.say('DATA')
  return client.say(`${message}\r\n.`)
}

describe('a mail', () => {
  test('is handed over with its envelope, byte for byte', async () => {
    const server = await start()
    expect(await send(server, 'Subject: x\r\n\r\n..dots\r\nbin\u00e4r')).toBe('250 2.0.0 stored')
    expect(intake.documents).toEqual([
      {
        channel: 'smtp',
        bytes: Buffer.from('Subject: x\r\n\r\n.dots\r\nbin\u00e4r\r\n', 'latin1'),
        sourceAddress: '127.0.0.1',
        receivedAt: 1_700_000_000_000,
        recipient: 'Reports@Ours.test',
      },
    ])
    expect(budget.usedBytes).toBe(0)
  })

  test('is acknowledged when it is stored and not before', async () => {
    let store = () => {}
    intake.gate = new Promise(resolve => {
      store = resolve
    })
    const server = await start()
    let answered = false
    const sent = send(server).then(text => {
      answered = true
      return text
    })
    await eventually('the mail', () => intake.documents.length === 1)
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(answered).toBe(false)
    store()
    expect(await sent).toBe('250 2.0.0 stored')
  })

  test('known already is acknowledged, one that cannot be stored is put off', async () => {
    const server = await start()
    intake.answer = { verdict: 'duplicate', reports: [] }
    expect(await send(server)).toBe('250 2.0.0 known already')
    intake.answer = new Error('disk full')
    expect(await send(server)).toBe('451 4.3.0 the report could not be stored for now')
  })

  test('without a report is refused in one line, whatever it holds', async () => {
    const server = await start()
    intake.answer = { verdict: 'no-report', reason: 'a letter\r\n250 forged', reports: [] }
    expect(await send(server)).toBe('554 5.6.0 no-report: a letter?250 forged')
  })

  test('comes over a unix socket by LMTP with an answer for each recipient', async () => {
    const path = join(folder, 'lmtp')
    const server = await start({ lmtp: true, listeners: [{ kind: 'unix', path, text: `unix:${path}` }] })
    const client = await dial(server)
    expect(client.greeting).toContain('LMTP')
    await client.say('LHLO me.test')
    await client.say('MAIL FROM:<>')
    await client.say('RCPT TO:<reports@ours.test>')
    await client.say('RCPT TO:<any@all.test>')
    await client.say('DATA')
    expect(await client.say('x\r\n.')).toBe('250 2.0.0 stored')
    expect(await client.reply()).toBe('250 2.0.0 stored')
    expect(intake.documents).toHaveLength(1)
  })
})

describe('nothing is relayed', () => {
  test.each([
    'other@ours.test',
    'reports@elsewhere.test',
    'reports@sub.ours.test',
    'reports%elsewhere.test@ours.test',
    'reports',
  ])('to %s', async recipient => {
    const client = await dial(await start())
    await client.say('EHLO me.test')
    await client.say('MAIL FROM:<a@example.test>')
    expect(await client.say(`RCPT TO:<${recipient}>`)).toMatch(/^5\d\d /)
    expect(await client.say('DATA')).toMatch(/^503 /)
  })

  test('and nobody can sign in', async () => {
    const client = await dial(await start())
    expect(await client.say('EHLO me.test')).not.toMatch(/AUTH|STARTTLS/)
    expect(await client.say('AUTH PLAIN AGEAYg==')).toMatch(/^5/)
  })
})

test.each([
  ['Reports@OURS.test', true],
  ['any+thing@all.test', true],
  ['@all.test', false],
  ['reports@ours.test.', false],
  ['x@y@all.test', true],
  ['', false],
])('recipient %s: %s', (address, expected) => {
  expect(matchRecipient(address, ['reports@ours.test', '@all.test'])).toBe(expected)
})

describe('limits', () => {
  test('SIZE is announced, and more is refused before and after it was sent', async () => {
    const server = await start()
    const client = await dial(server)
    expect(await client.say('EHLO me.test')).toContain(`SIZE ${MAX_BYTES}`)
    expect(await client.say(`MAIL FROM:<a@example.test> SIZE=${MAX_BYTES + 1}`)).toMatch(/^552 /)
    expect(await send(server, 'x'.repeat(MAX_BYTES + 10))).toMatch(/^552 5\.3\.4 /)
    expect(intake.documents).toEqual([])
    expect(budget.usedBytes).toBe(0)
  })

  test('who never stops sending is cut off', async () => {
    const client = await dial(await start())
    await client.say('EHLO me.test')
    await client.say('MAIL FROM:<a@example.test>')
    await client.say('RCPT TO:<reports@ours.test>')
    await client.say('DATA')
    const chunk = 'x'.repeat(998).concat('\r\n').repeat(64)
    let sentBytes = 0
    const pump = () => {
      while (sentBytes < 1_073_741_824 && !client.socket.destroyed) {
        sentBytes += chunk.length
        if (!client.socket.write(chunk)) {
          client.socket.once('drain', pump)
          return
        }
      }
    }
    pump()
    await client.closed
    expect(sentBytes).toBeLessThan(64 * MAX_BYTES)
    expect(budget.usedBytes).toBe(0)
    expect(intake.documents).toEqual([])
  })

  test('while memory is used up a mail is put off', async () => {
    const server = await start()
    const other = budget.open()
    other.grow(2 * MAX_BYTES - 5)
    expect(await send(server)).toMatch(/^452 4\.3\.1 /)
    other.close()
    expect(await send(server)).toMatch(/^250 /)
  })

  test('too many mails or connections of one source are put off', async () => {
    const server = await start({ maxPerMinute: 1 })
    expect(await send(server)).toMatch(/^250 /)
    const client = await dial(server)
    await client.say('EHLO me.test')
    expect(await client.say('MAIL FROM:<a@example.test>')).toMatch(/^451 4\.7\.1 /)
    const others = await Promise.all(Array.from({ length: 18 }, () => dial(server)))
    expect((await dial(server)).greeting).toMatch(/^421 4\.7\.0 /)
    others[0]?.socket.destroy()
    await eventually('a free place', async () => (await dial(server)).greeting.startsWith('220 '))
  })
})

test('a client that leaves in the middle leaves nothing behind', async () => {
  const client = await dial(await start())
  await client.say('EHLO me.test')
  await client.say('MAIL FROM:<a@example.test>')
  await client.say('RCPT TO:<reports@ours.test>')
  await client.say('DATA')
  client.socket.write('Subject: half\r\n\r\nof a mail')
  await eventually('the beginning', () => budget.usedBytes > 0)
  client.socket.destroy()
  await eventually('the memory', () => budget.usedBytes === 0)
  expect(intake.documents).toEqual([])
})

test('garbage harms nobody', async () => {
  const server = await start()
  for (const bytes of [
    '\u0000\u0000\u0000',
    '\u0016\u0003\u0001\u0002\u0000',
    'x'.repeat(1_000_000),
    'GET / HTTP/1.1\r\n\r\n'.repeat(50),
    'EHLO \u00ff\r\nMAIL FROM:<\u0000>\r\nRCPT TO:<>\r\nDATA\r\n.\r\n',
  ]) {
    const client = await dial(server)
    client.socket.end(bytes, 'latin1')
    await client.closed
  }
  expect(await send(server)).toMatch(/^250 /)
})

test('STARTTLS is offered with a certificate, and a renewed one is used', async () => {
  const certificate = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') }
  const ca = await labCertificateAuthority()
  const write = async (name: string) => {
    const issued = await ca.issue({ names: [name] })
    writeFileSync(certificate.keyFile, issued.keyPem)
    writeFileSync(certificate.certFile, issued.chainPem)
  }
  await write('mx.ours.test')
  const server = await start({ certificate, certificateLookEveryMs: 20 })
  const deliver = async (servername: string) => {
    const transport = createTransport({
      host: '127.0.0.1',
      port: Number(server.addresses[0]?.split(':')[1]),
      requireTLS: true,
      tls: { ca: ca.caPem, servername },
    })
    await transport.sendMail({ from: 'a@example.test', to: 'reports@ours.test', text: 'x' })
    transport.close()
  }
  await deliver('mx.ours.test')
  expect(intake.documents).toHaveLength(1)
  await write('renewed.test')
  await eventually('the renewed certificate', () =>
    deliver('renewed.test').then(
      () => true,
      () => false,
    ),
  )
})

test('a taken port is an error that names the setting', async () => {
  const port = Number((await start()).addresses[0]?.split(':')[1])
  await expect(start({ listeners: [{ ...ANY_PORT, port, text: `127.0.0.1:${port}` }] })).rejects.toThrow(
    /reportsReceived\.smtp\.listen/,
  )
})
