import { expect, test } from 'vitest'
import { formatTlsaLines, readTlsaLines } from './tlsa-lines.ts'

const DIGEST = 'ab'.repeat(32)
const facts = [
  { mxHost: 'mx1.example.com', records: [`3 1 1 ${DIGEST}`, `2 1 1 ${DIGEST}`] },
  { mxHost: 'mx2.example.com', records: [`3 1 1 ${DIGEST}`] },
]

test('what is written is read again', () => {
  expect(readTlsaLines(formatTlsaLines(facts))).toEqual({ ok: true, facts })
  expect(readTlsaLines('\n')).toEqual({ ok: true, facts: [] })
})

test('lines of one host stand together, in any spelling, and twice counts once', () => {
  const typed = `MX1.example.com. 3 1 1 ${DIGEST.toUpperCase()}
mx2.example.com\tDANE-EE SPKI SHA2-256 ${DIGEST}
mx1.example.com 2 1 1 ${DIGEST}
mx1.example.com 3 1 1 ${DIGEST}`
  expect(readTlsaLines(typed)).toEqual({ ok: true, facts })
})

test.each(['mx1.example.com', `3 1 1 ${DIGEST}`, 'mx1.example.com 3 1 1 zz'])(
  '%s is told to be none',
  line => {
    expect(readTlsaLines(`${formatTlsaLines(facts)}\n${line}`)).toMatchObject({
      ok: false,
      problem: expect.stringContaining(line.slice(0, 20)),
    })
  },
)
