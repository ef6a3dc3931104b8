import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import vectors from '../../../../vectors/bimi/records.json' with { type: 'json' }
import { parseDmarcRecord } from '../dmarc/record.ts'
import { brokenRecordText, readRecordVector } from '../records/testing/record-vectors.ts'
import { dmarcObstacles } from './dmarc-gate.ts'
import {
  type BimiRecord,
  declinesBimi,
  formatBimiRecord,
  localPartSelector,
  parseBimiRecord,
  selectBimiRecord,
} from './record.ts'

const prefix = fc.string({ unit: fc.constantFrom(...'abc01-'), minLength: 1, maxLength: 63 })
const record: fc.Arbitrary<BimiRecord> = fc.record({
  location: fc.constantFrom('', 'https://example.com/logo.svg', 'https://a.example/%2C.svgz?x=y'),
  evidence: fc.constantFrom('', 'https://example.com/vmc.pem'),
  localPartPrefixes: fc.option(fc.array(prefix, { maxLength: 3 }), { nil: undefined }),
  avatarPreference: fc.constantFrom('brand', 'personal', undefined),
})

describe('BIMI records: vectors', () => {
  it.each(vectors)('$id', ({ input, expect: expected }) => {
    expect(readRecordVector('bimi', input, parseBimiRecord, selectBimiRecord)).toEqual(expected)
  })
})

describe('parseBimiRecord', () => {
  it('gives back what formatBimiRecord wrote', () => {
    fc.assert(
      fc.property(record, value => {
        expect(parseBimiRecord(formatBimiRecord(value))).toMatchObject({ ok: true, value })
      }),
    )
  })

  it('never throws', () => {
    const text = fc.oneof(
      brokenRecordText(record.map(formatBimiRecord)),
      fc.string({ unit: 'binary', maxLength: 80 }),
    )
    fc.assert(fc.property(text, broken => void selectBimiRecord([broken])))
  })

  it('only both addresses empty decline', () => {
    const declines = (text: string) => {
      const parsed = parseBimiRecord(text)
      return parsed.ok && declinesBimi(parsed.value)
    }
    expect(declines('v=BIMI1; l=;')).toBe(true)
    expect(declines('v=BIMI1; l=; a=https://example.com/vmc.pem')).toBe(false)
  })
})

describe('localPartSelector', () => {
  it('turns a local part into a selector', () => {
    expect(localPartSelector('first.last+tag')).toBe('first-last')
    expect(localPartSelector('__News._Letter-')).toBe('news-letter')
    expect(localPartSelector('ünder')).toBeUndefined()
    expect(localPartSelector('a'.repeat(64))).toBeUndefined()
    expect(localPartSelector('+x')).toBeUndefined()
  })
})

describe('dmarcObstacles', () => {
  const obstacles = (author: string, organizational = '') => {
    const [first, second] = [author, organizational].map(text => {
      const parsed = parseDmarcRecord(text)
      return parsed.ok ? parsed.value : undefined
    })
    return dmarcObstacles(first, second).map(({ kind, at, certain }) => `${kind} ${at}${certain ? '' : '?'}`)
  }

  it.each([
    ['v=DMARC1; p=quarantine; pct=99', ['partial author']],
    ['v=DMARC1; p=reject; pct=10', ['partial author?']],
    ['v=DMARC1; p=reject; sp=none', ['subdomains-not-enforced author']],
    ['v=DMARC1; p=quarantine; t=y', ['testing author']],
    ['v=DMARC1; p=reject; t=y', ['testing author?']],
    ['v=DMARC1; p=none; rua=mailto:a@example.com', ['not-enforced author']],
    ['v=DMARC1; rua=mailto:a@example.com', ['not-enforced author']],
    ['v=DMARC1; p=reject', []],
    ['', ['no-record author']],
  ])('%s', (text, expected) => {
    expect(obstacles(text)).toEqual(expected)
  })

  it('both domains must be right', () => {
    expect(obstacles('v=DMARC1; p=reject', 'v=DMARC1; p=none')).toEqual(['not-enforced organizational'])
    expect(obstacles('', 'v=DMARC1; p=reject')).toEqual([])
  })
})
