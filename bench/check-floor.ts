/**
 * What a check costs at least: the same DNS questions, TLS handshakes and fetches, and nothing made of them.
 *
 * Shape: a process of its own; takes a `FloorPlan` in JSON as argument.
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createSecureContext, connect as tlsConnect } from 'node:tls'
import { checkDomainName, checkWorld } from './check-world.ts'

/** How much is done for each domain. */
export interface FloorPlan {
  readonly domains: number
  readonly concurrency: number
  readonly dnsQuestions: number
  /** Sessions with STARTTLS and a handshake, and sessions that end before. */
  readonly handshakes: number
  readonly clearSessions: number
  readonly fetches: number
  readonly caPem: string
}

const plan = JSON.parse(process.argv[2] ?? '') as FloorPlan
const secureContext = createSecureContext({ ca: plan.caPem })
const socket = createSocket('udp4')
const waiting = new Map<number, () => void>()
let nextId = 0
socket.on('message', message => {
  const id = message.readUInt16BE(0)
  waiting.get(id)?.()
  waiting.delete(id)
})

async function askOnce(name: string): Promise<void> {
  nextId = (nextId + 1) & 0xffff
  const labels = name.split('.').flatMap(label => [label.length, ...Buffer.from(label)])
  const header = [nextId >> 8, nextId & 255, 1, 32, 0, 1, 0, 0, 0, 0, 0, 0]
  const answered = new Promise<void>(resolve => waiting.set(nextId, resolve))
  socket.send(
    Uint8Array.from([...header, ...labels, 0, 0, 16, 0, 1]),
    checkWorld.dnsPort,
    checkWorld.dnsAddress,
  )
  await answered
}

async function smtpSession(index: number, withTls: boolean): Promise<void> {
  const host = `127.${80 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`
  const plain = connect({ host, port: checkWorld.smtpPort })
  await replyFrom(plain)
  await say(plain, 'EHLO probe.test')
  if (withTls) {
    await say(plain, 'STARTTLS')
    const servername = `h${String(index).padStart(6, '0')}.mx.${checkWorld.apex}`
    const secure = tlsConnect({ socket: plain, servername, secureContext })
    await once(secure, 'secureConnect')
    await say(secure, 'EHLO probe.test')
    secure.end('QUIT\r\n')
  } else plain.end('QUIT\r\n')
}

async function say(stream: Socket, line: string): Promise<void> {
  stream.write(`${line}\r\n`)
  await replyFrom(stream)
}

/** Waits for the last line of a reply. */
async function replyFrom(stream: Socket): Promise<void> {
  let text = ''
  while (!/^[0-9]{3} .*\r\n$/m.test(text)) text += String((await once(stream, 'data'))[0])
}

async function fetchOnce(domain: string): Promise<void> {
  const host = `mta-sts.${domain}`
  const { policyAddress, policyPort } = checkWorld
  const stream = tlsConnect({ host: policyAddress, port: policyPort, servername: host, secureContext })
  await once(stream, 'secureConnect')
  stream.write(`GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  for await (const _ of stream) {
    // The policy; nothing is made of it.
  }
}

async function times(count: number, work: () => Promise<void>): Promise<void> {
  for (let done = 0; done < count; done += 1) await work()
}

let next = 0
async function worker(): Promise<void> {
  while (next < plan.domains) {
    const index = next
    next += 1
    const domain = checkDomainName('c', index)
    await Promise.all([
      times(plan.dnsQuestions, () => askOnce(`_mta-sts.${domain}`)),
      times(plan.handshakes, () => smtpSession(index, true)),
      times(plan.clearSessions, () => smtpSession(index, false)),
      times(plan.fetches, () => fetchOnce(domain)),
    ])
  }
}

await Promise.all(Array.from({ length: plan.concurrency }, worker))
socket.close()
