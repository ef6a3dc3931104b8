import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import vectors from '../../../../vectors/mta-sts/records.json' with { type: 'json' }
import type { ProtocolIssueCode } from '../issues.ts'
import type { Parsed } from '../result.ts'
import { formatMtaStsRecord, type MtaStsRecord, parseMtaStsRecord, selectMtaStsRecord } from './record.ts'

/** A vector's input is the text of one record, or the list of all TXT records at a name. */
function readInput(input: string | readonly (string | readonly string[])[]) {
  if (typeof input === 'string') return summarise(parseMtaStsRecord(input))
  const selection = selectMtaStsRecord(input.map(strings => [strings].flat().join('')))
  return selection.kind === 'one'
    ? summarise(selection.record)
    : { codes: [`mta-sts/record-${selection.kind}`] }
}

function summarise(parsed: Parsed<MtaStsRecord, ProtocolIssueCode>) {
  return parsed.ok
    ? { ok: true, value: parsed.value, warnings: parsed.warnings.map(warning => warning.code) }
    : { codes: parsed.issues.map(issue => issue.code) }
}

const lettersAndDigits = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789']
const alphanumeric = fc.constantFrom(...lettersAndDigits)
const extension = fc.record({
  name: fc
    .tuple(
      alphanumeric,
      fc.string({ unit: fc.constantFrom(...lettersAndDigits, '_', '-', '.'), maxLength: 31 }),
    )
    .map(([first, rest]) => first + rest)
    .filter(name => name !== 'v' && name !== 'id'),
  value: fc.string({
    unit: fc
      .integer({ min: 0x21, max: 0x7e })
      .map(code => String.fromCharCode(code))
      .filter(character => character !== ';' && character !== '='),
    minLength: 1,
    maxLength: 60,
  }),
})
const record: fc.Arbitrary<MtaStsRecord> = fc.record({
  policyId: fc.string({ unit: alphanumeric, minLength: 1, maxLength: 32 }),
  extensions: fc.uniqueArray(extension, { selector: ({ name }) => name, maxLength: 8 }),
})

/** Valid records with a few characters put in, so that most inputs come past the version. */
const brokenRecord = fc
  .tuple(
    record.map(formatMtaStsRecord),
    fc.nat(),
    fc.string({ unit: fc.constantFrom(';', '=', ' ', '\t', '-', 'é', '\0', 'id=b'), maxLength: 3 }),
  )
  .map(([text, place, inserted]) => {
    const at = place % (text.length + 1)
    return text.slice(0, at) + inserted + text.slice(at)
  })

describe('MTA-STS records: vectors', () => {
  it.each(vectors)('$id', ({ input, expect: expected }) => {
    expect(readInput(input)).toEqual(expected)
  })

  it('have ids of their own', () => {
    expect(new Set(vectors.map(({ id }) => id)).size).toBe(vectors.length)
  })
})

describe('parseMtaStsRecord', () => {
  it('gives back what formatMtaStsRecord wrote', () => {
    fc.assert(
      fc.property(record, value => {
        expect(parseMtaStsRecord(formatMtaStsRecord(value))).toEqual({ ok: true, value, warnings: [] })
      }),
    )
  })

  it('accepts nothing the grammar of RFC 8461 §3.1 refuses', () => {
    const grammar =
      /^v=STSv1(?:[ \t]*;[ \t]*[A-Za-z0-9][A-Za-z0-9_.-]{0,31}=[\x21-\x3a\x3c\x3e-\x7e]+)+(?:[ \t]*;[ \t]*)?$/
    const withId = /;[ \t]*id=[A-Za-z0-9]{1,32}[ \t]*(?:;|$)/
    fc.assert(
      fc.property(fc.oneof(brokenRecord, fc.string({ unit: 'binary' })), text => {
        if (parseMtaStsRecord(text).ok) expect(text).toMatch(grammar)
        if (parseMtaStsRecord(text).ok) expect(text).toMatch(withId)
      }),
      { numRuns: 500 },
    )
  })

  it('points at the place of the fault', () => {
    const columnOf = (text: string) => {
      const parsed = parseMtaStsRecord(text)
      return parsed.ok ? parsed.warnings[0]?.column : parsed.issues[0].column
    }
    expect(columnOf('v=STSv1; id=a-1;')).toBe(13)
    expect(columnOf('v=STSv1; id=a; b c=1;')).toBe(16)
    expect(columnOf('v=STSv1; id=a; b=1 ')).toBe(19)
    expect(columnOf('v=STSv1 ; id=a;')).toBe(8)
    expect(columnOf('v=STSv1; id=a; id=b;')).toBe(16)
  })

  it('survives 64 KiB of anything and describes only its first faults', () => {
    const size = 65_536
    const floods = [';', ' ', '\t', '=', 'a', '; ', ' ;', 'a=b;', ';=', '\0', 'é', 'id=;', 'id=a;', 'a=b; ; ']
    for (const unit of floods) {
      const flood = unit.repeat(Math.ceil(size / unit.length)).slice(0, size)
      for (const text of [flood, `v=STSv1;${flood}`, `v=STSv1;id=a;${flood}`, `v=STSv1${flood};id=a`]) {
        const parsed = parseMtaStsRecord(text)
        const described = parsed.ok ? parsed.warnings : parsed.issues
        expect(described.length).toBeLessThanOrEqual(21)
        for (const { message } of described) expect(message.length).toBeLessThan(700)
      }
    }
  })
})

describe('selectMtaStsRecord', () => {
  it('never throws and never reads a record that is not the only one', () => {
    const text = fc.oneof(brokenRecord, fc.string({ unit: 'binary', maxLength: 40 }))
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), texts => {
        const ours = texts.filter(candidate => /^v=STSv1[ \t]*;/.test(candidate))
        const selection = selectMtaStsRecord(texts)
        expect(selection.kind).toBe(['none', 'one'][ours.length] ?? 'multiple')
      }),
    )
  })
})
