import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import vectors from '../../../../vectors/dmarc/records.json' with { type: 'json' }
import { brokenRecordText, readRecordVector } from '../records/testing/record-vectors.ts'
import { effectiveDmarcPolicy } from './effective-policy.ts'
import {
  type DmarcRecord,
  dmarcPolicies,
  formatDmarcRecord,
  parseDmarcRecord,
  selectDmarcRecord,
} from './record.ts'

const policy = fc.constantFrom(...dmarcPolicies)
const uris = fc.array(
  fc.constantFrom('mailto:a@example.com', 'mailto:b@example.net!10m', 'https://example.com/d'),
  { maxLength: 3 },
)
const record: fc.Arbitrary<DmarcRecord> = fc.record({
  policy,
  subdomainPolicy: fc.option(policy, { nil: undefined }),
  nonexistentPolicy: fc.option(policy, { nil: undefined }),
  testing: fc.boolean(),
  publicSuffix: fc.constantFrom('y', 'n', 'u'),
  dkimAlignment: fc.constantFrom('relaxed', 'strict'),
  spfAlignment: fc.constantFrom('relaxed', 'strict'),
  percent: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
  rua: uris,
  ruf: uris,
})

describe('DMARC records: vectors', () => {
  it.each(vectors)('$id', ({ input, expect: expected }) => {
    expect(readRecordVector('dmarc', input, parseDmarcRecord, selectDmarcRecord)).toEqual(expected)
  })
})

describe('parseDmarcRecord', () => {
  it('gives back what formatDmarcRecord wrote', () => {
    fc.assert(
      fc.property(record, value => {
        expect(parseDmarcRecord(formatDmarcRecord(value))).toMatchObject({ ok: true, value })
      }),
    )
  })

  it('never throws, and describes only the first faults', () => {
    const text = fc.oneof(
      brokenRecordText(record.map(formatDmarcRecord)),
      fc.string({ unit: 'binary', maxLength: 80 }),
    )
    fc.assert(fc.property(text, broken => void selectDmarcRecord([broken, broken])))
    const parsed = parseDmarcRecord(`v=DMARC1; p=none; ${'=;'.repeat(30_000)}`)
    expect(parsed.ok ? parsed.warnings.length : 0).toBeLessThanOrEqual(20)
  })
})

describe('effectiveDmarcPolicy', () => {
  const read = (text: string) => {
    const parsed = parseDmarcRecord(text)
    return parsed.ok ? parsed.value : undefined
  }
  const effective = (author: string, organizational: string, more = {}) =>
    effectiveDmarcPolicy({
      author: read(author),
      organizational: read(organizational),
      isOrganizational: false,
      exists: true,
      ...more,
    })

  it('is that of the domain itself, whatever its organizational domain says', () => {
    expect(effective('v=DMARC1; p=none', 'v=DMARC1; p=reject')).toMatchObject({ policy: 'none', tag: 'p' })
  })

  it('is sp of the organizational domain, or np where the domain does not exist, or p', () => {
    const organizational = 'v=DMARC1; p=reject; sp=quarantine; np=none'
    expect(effective('', organizational)).toMatchObject({ policy: 'quarantine', tag: 'sp' })
    expect(effective('', organizational, { exists: false })).toMatchObject({ policy: 'none', tag: 'np' })
    expect(effective('', 'v=DMARC1; p=reject')).toMatchObject({ policy: 'reject', tag: 'p' })
  })

  it('is applied one step less while testing', () => {
    const applied = (text: string) => effective(text, '')?.applied
    expect(applied('v=DMARC1; p=reject; t=y')).toBe('quarantine')
    expect(applied('v=DMARC1; p=quarantine; t=y')).toBe('none')
    expect(applied('v=DMARC1; p=none; t=y')).toBe('none')
  })

  it('is none that is known without a record', () => {
    expect(effective('', '')).toBeUndefined()
  })
})
