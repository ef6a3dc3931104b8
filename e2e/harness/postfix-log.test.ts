import { describe, expect, it } from 'vitest'
import { DeliveryLog, findAttempts } from './postfix-log.ts'

const log = (...lines: readonly string[]) =>
  lines.map(line => `Nov 22 21:00:00 mail postfix/${line}\n`).join('')
const session = (pid: number, strength: string, host: string) =>
  `smtp[${pid}]: ${strength} TLS connection established to ${host}[127.0.0.1]:25: TLSv1.3 with cipher X`
const status = (pid: number, id: string, relay: string, outcome: string) =>
  `smtp[${pid}]: ${id}: to=<a@example.test>, relay=${relay}, delay=1, dsn=2.0.0, status=${outcome}`

describe('findAttempts', () => {
  it('gives a session to the message its process delivers next', () => {
    const text = log(
      session(1, 'Verified', 'mx.example.test'),
      session(2, 'Untrusted', 'mx.other.test'),
      status(2, 'BB', 'mx.other.test[127.0.0.1]:25', 'sent (250 ok)'),
      status(1, 'AA', 'mx.example.test[127.0.0.1]:25', 'sent (250 (really) ok)'),
    )
    expect(findAttempts(text, 'AA')).toMatchObject([
      { status: 'sent', tls: 'verified', relay: 'mx.example.test', reason: '250 (really) ok' },
    ])
    expect(findAttempts(text, 'BB')).toMatchObject([{ tls: 'untrusted' }])
  })

  it('counts only the session with the host that took the message', () => {
    const text = log(
      session(1, 'Verified', 'mx1.example.test'),
      status(1, 'AA', 'mx2.example.test[127.0.0.2]:25', 'sent (250 ok)'),
    )
    expect(findAttempts(text, 'AA')).toMatchObject([{ tls: 'none', relay: 'mx2.example.test' }])
  })

  it('does not carry a session over to the next message of the process', () => {
    const text = log(
      session(1, 'Verified', 'mx.example.test'),
      status(1, 'AA', 'mx.example.test[127.0.0.1]:25', 'sent (250 ok)'),
      status(1, 'BB', 'mx.example.test[127.0.0.1]:25', 'sent (250 ok)'),
    )
    expect(findAttempts(text, 'BB')).toMatchObject([{ tls: 'none' }])
  })

  it('names no relay when nothing was taken, and waits for the end of the line', () => {
    const whole = log(status(1, 'AA', 'mx.example.test[127.0.0.1]:25', 'deferred (no)'))
    expect(findAttempts(whole, 'AA')).toMatchObject([{ status: 'deferred', relay: undefined, reason: 'no' }])
    expect(findAttempts(whole.slice(0, -1), 'AA')).toEqual([])
  })
})

it('a delivery log gives each attempt out once', () => {
  let text = log(status(1, 'AA', 'none', 'deferred (first)'))
  const deliveries = new DeliveryLog(() => text)
  expect(deliveries.next('AA')).toMatchObject({ reason: 'first' })
  expect(deliveries.next('AA')).toBeUndefined()
  text += log(status(1, 'AA', 'none', 'deferred (second)'))
  expect(deliveries.next('AA')).toMatchObject({ reason: 'second' })
})
