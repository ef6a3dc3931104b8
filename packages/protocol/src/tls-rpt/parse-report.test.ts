import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import vectors from '../../../../vectors/tls-rpt/reports.json' with { type: 'json' }
import { type ProtocolIssueCode, protocolIssues } from '../issues.ts'
import { formatTlsReport } from './format-report.ts'
import { MAX_POLICIES_PER_REPORT, parseTlsReport, parseTlsReports } from './parse-report.ts'
import type { ReportContext, TlsReport, TlsReportReading } from './report.ts'
import { MAX_REPORT_NOTES } from './report-notes.ts'
import { MAX_SESSION_COUNT } from './report-values.ts'
import { utcDay } from './utc-time.ts'

const reportVectors = vectors as readonly {
  readonly id: string
  readonly input: unknown
  readonly options?: ReportContext
  readonly expect: {
    readonly verdict: string
    readonly code?: string
    readonly value?: object
    readonly notes?: readonly string[]
  }
}[]

const inputText = (input: unknown) => (typeof input === 'string' ? input : JSON.stringify(input))

/** Members that are null in a vector are undefined in a report. */
const withUndefined = (value: unknown): unknown => {
  if (value === null) return undefined
  if (Array.isArray(value)) return value.map(withUndefined)
  if (typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withUndefined(member)]))
}

function mustRead(reading: TlsReportReading): TlsReport {
  if (reading.verdict !== 'report') throw new Error(`${reading.verdict}: ${reading.reason}`)
  return reading.report
}

const good = JSON.stringify(reportVectors.find(({ id }) => id === 'sender-google')?.input)

describe('parseTlsReport', () => {
  it.each(reportVectors)('$id', ({ input, options, expect: expected }) => {
    const reading = parseTlsReport(inputText(input), options)
    expect(reading.verdict).toBe(expected.verdict)
    if (reading.verdict === 'report') {
      expect(reading.report).toMatchObject(withUndefined(expected.value) as object)
      expect(reading.notes.map(({ kind, code, path }) => `${kind} ${code} ${path}`.trim())).toEqual(
        expected.notes,
      )
    } else {
      expect(reading.reason).not.toBe('')
      expect(reading.verdict === 'reject' ? reading.code : undefined).toBe(expected.code)
    }
  })

  it('gives a note to every vector that is not as the standard has it, with codes of the table', () => {
    for (const { input, options } of reportVectors) {
      const reading = parseTlsReport(inputText(input), options)
      if (reading.verdict === 'reject') expect(Object.hasOwn(protocolIssues, reading.code)).toBe(true)
      if (reading.verdict !== 'report') continue
      for (const { code, message } of reading.notes) {
        expect(protocolIssues[code as ProtocolIssueCode]).toBeDefined()
        expect(message).toMatch(/^[\x20-\x7e…§]+$/)
      }
    }
  })

  it('reads U-labels where it is told how', () => {
    const text = good.replace('"example.com"', '"bücher.example"')
    const toAscii = (name: string) => (name === 'bücher.example' ? 'xn--bcher-kva.example' : '')
    const reading = parseTlsReport(text, {}, { toAscii })
    expect(mustRead(reading).policies[0]?.policyDomain).toBe('xn--bcher-kva.example')
  })

  it('reads every report of an array, each with its own notes', () => {
    const other = good.replace('Example Sender', '').replace('"sts"', '"STS"')
    const readings = parseTlsReports(`[${good},{"x":[${other}]},5]`)
    expect(readings.map(mustRead).map(({ organizationName }) => organizationName)).toEqual([
      'Example Sender',
      'sender.example',
    ])
    expect(
      readings.map(reading => (reading.verdict === 'report' ? reading.notes.map(n => n.path) : [])),
    ).toEqual([
      ['[0]'],
      ['[1].x[0]', '[1].x[0].organization-name', '[1].x[0].policies[0].policy.policy-type'],
    ])
  })

  it('takes a report of a size that large senders reach, and refuses one beyond', () => {
    const one = JSON.parse(good)
    const many = (count: number) =>
      JSON.stringify({ ...one, policies: Array.from({ length: count }, () => one.policies[0]) })
    expect(mustRead(parseTlsReport(many(3_000))).policies).toHaveLength(3_000)
    expect(parseTlsReport(many(MAX_POLICIES_PER_REPORT + 1))).toMatchObject({
      verdict: 'reject',
      code: 'tls-rpt/report-too-large',
    })
  })

  it('lists a bounded number of notes and says how many are left out', () => {
    const policies = Array.from({ length: 500 }, () => ({ policy: {} }))
    const reading = parseTlsReport(JSON.stringify({ ...JSON.parse(good), policies }))
    if (reading.verdict !== 'report') throw new Error(reading.reason)
    expect(reading.notes).toHaveLength(MAX_REPORT_NOTES + 1)
    expect(reading.notes.at(-1)?.message).toMatch(/^\d+ more/)
  })

  it('leaves the prototype of objects alone', () => {
    for (const key of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
      const poison = `{"${key}":{"polluted":true,"policy-type":"polluted"},`
      const reading = parseTlsReport(good.replaceAll('{', poison).replaceAll(',}', '}'))
      expect(mustRead(reading).policies[0]?.policyType).toBe('sts')
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(({} as Record<string, unknown>)['policy-type']).toBeUndefined()
  })
})

/** What a sender may put where another value belongs. */
const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null, true, -1, 0.5, 1e300, '', ' ', '\0', '\ud800', '0', '12', 'x', '2026-01-02', '[]', '["a"]',
    '["[\\"b\\"]"]', 'a\n["c"]', '["d\0"]', 'mx: mx:a.example', '250 250-x y', '250-\r\n250 z', '::1', '1.2.3.4.',
    'a@b@c', '<a@b>', 'mailto:', '\u202e', '__proto__', {}, [], [[]], [{}], { policy: 1 },
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.jsonValue({ maxDepth: 2 }),
) // biome-ignore format: a list

/** A vector with some values and keys replaced, so that most mutations are still reports. */
const mutatedReport = fc
  .tuple(
    fc.constantFrom(...reportVectors.filter(({ expect }) => expect.verdict === 'report')),
    fc.array(fc.tuple(fc.nat(60), oddValue, fc.constantFrom('value', 'key', 'copy', 'drop')), {
      maxLength: 4,
    }),
  )
  .map(([{ input }, mutations]) => {
    let text = inputText(input).replace(/^\ufeff/, '')
    for (const [place, odd, how] of mutations) text = mutate(JSON.parse(text), place, odd, how)
    return text
  })

function mutate(root: unknown, place: number, odd: unknown, how: string): string {
  const places: [Record<string, unknown>, string][] = []
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const key of Object.keys(value)) {
      places.push([value as Record<string, unknown>, key])
      walk((value as Record<string, unknown>)[key])
    }
  }
  walk(root)
  const [object, key] = places[place % Math.max(1, places.length)] ?? []
  if (object === undefined || key === undefined) return JSON.stringify(root)
  if (how === 'value') object[key] = odd
  if (how === 'drop') delete object[key]
  if (how === 'copy') object[key] = [object[key], object[key]]
  if (how === 'key' && !Array.isArray(object)) {
    object[key.toUpperCase().replaceAll('-', '_')] = object[key]
    object[`${key}${typeof odd === 'string' ? odd : ''}`] = odd
  }
  return JSON.stringify(root)
}

const context = fc.record(
  {
    tlsReportDomain: fc.constantFrom('a.example', '', 'A.Example.', '..'),
    subject: fc.constantFrom('Report Domain: b.example Report-ID: <x@y>', 'Report Domain:', '\r\n'),
    fileName: fc.constantFrom('s.example!c.example!1767312000!1767398399.json.gz', '!!!', 'x'),
    recipient: fc.constantFrom('r@d.example', '@', ''),
  },
  { requiredKeys: [] },
)

describe('parseTlsReport, whatever it is given', () => {
  it('gives out only reports that hold, and reads back what formatTlsReport writes of them', () => {
    fc.assert(
      fc.property(mutatedReport, context, (text, around) => {
        const before = JSON.stringify(Object.getOwnPropertyNames(Object.prototype))
        for (const reading of parseTlsReports(text, around)) {
          if (reading.verdict !== 'report') {
            expect(reading.reason).not.toBe('')
            continue
          }
          expectSound(reading.report)
          expect(mustRead(parseTlsReport(formatTlsReport(reading.report)))).toEqual(reading.report)
        }
        expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(before)
      }),
      { numRuns: 3_000 },
    )
  })

  it('says something about any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 200 }),
          fc.json(),
          fc
            .tuple(fc.constant(good), fc.nat(), fc.string({ unit: 'binary', maxLength: 3 }))
            .map(([text, at, inserted]) => {
              const place = at % text.length
              return text.slice(0, place) + inserted + text.slice(place + 1)
            }),
        ),
        text => {
          const reading = parseTlsReport(text)
          if (reading.verdict === 'report') expectSound(reading.report)
          else expect(reading.reason).not.toBe('')
        },
      ),
      { numRuns: 3_000 },
    )
  })

  // A quadratic step takes minutes for one of these.
  it.each([
    ['open arrays', '['],
    ['open objects', '{"a":'],
    ['quotes', '"'],
    ['escaped quotes', '\\"'],
    ['backslashes', '\\'],
    ['duplicate keys', '"a":1,'],
    ['keys', '"KEY":1,'],
    ['empty policies', '{},'],
    ['lines', '"x",'],
    ['lines that look like JSON', '"[x]",'],
    ['wrapped lines', '"[\\"y\\"]",'],
    ['commas in a string', ',;'],
    ['less-than signs', '<'],
    ['reply codes', '250-'],
    ['white space', ' '],
    ['colons', ':'],
    ['zeros', '0'],
    ['prefixes', 'mx:'],
    ['line ends', '\\r\\n'],
    ['surrogates', '\\ud800'],
  ])('answers 1 MiB of %s', (_, unit) => {
    const count = 1_048_576 / unit.length
    const filler = unit.includes('KEY')
      ? Array.from({ length: 90_000 }, (_key, i) => unit.replace('KEY', `${i}k`)).join('')
      : unit.repeat(count)
    const texts = [
      filler,
      `[${filler}0]`,
      `{${filler}"policies":[]}`,
      `{"date-range":{},"policies":[${filler}{}]}`,
      `{"date-range":{},"policies":[{"policy":{"policy-string":[${filler}"x"],"mx-host":"x"}}]}`,
      ...['policy-string', 'mx-host', 'policy-domain', 'policy-type'].map(
        key => `{"date-range":{},"policies":[{"policy":{"${key}":"${filler}"}}]}`,
      ),
      ...['receiving-mx-helo', 'sending-mta-ip', 'additional-information', 'failed-session-count'].map(
        key => `{"date-range":{},"policies":[{"failure-details":[{"${key}":"${filler}"}]}]}`,
      ),
      ...['contact-info', 'report-id', 'date-range'].map(key => `{"${key}":"${filler}","policies":[{}]}`),
    ]
    for (const text of texts) {
      for (const reading of parseTlsReports(text)) {
        if (reading.verdict === 'report')
          expect(reading.notes.length).toBeLessThanOrEqual(MAX_REPORT_NOTES + 1)
        else expect(reading.reason.length).toBeLessThan(200)
      }
    }
  })
})

function expectSound(report: TlsReport): void {
  JSON.stringify(report, (_key, value: unknown) => {
    if (typeof value === 'string') expect(value.isWellFormed() && !value.includes('\0')).toBe(true)
    return value
  })
  const middle = report.startAt !== undefined && report.endAt !== undefined
  if (middle) expect(report.day).toBe(utcDay(Math.floor((report.startAt + report.endAt) / 2)))
  else expect(report.day === undefined).toBe(report.startAt === undefined && report.endAt === undefined)
  for (const policy of report.policies) {
    const counts = [
      policy.successfulSessionCount,
      policy.failureSessionCount,
      ...policy.failures.map(({ failedSessionCount }) => failedSessionCount),
    ]
    for (const count of counts) {
      expect(Number.isInteger(count) && count >= 0 && count <= MAX_SESSION_COUNT).toBe(true)
      expect(Object.is(count, -0)).toBe(false)
    }
    for (const text of [...policy.policyStrings, ...policy.mxHostPatterns]) expect(text.trim()).not.toBe('')
  }
}
