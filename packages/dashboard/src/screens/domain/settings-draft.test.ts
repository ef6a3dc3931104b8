import { describe, expect, test } from 'vitest'
import {
  changeOf,
  draftOf,
  readList,
  readReportUri,
  type SettingsDraft,
  settingsProblems,
} from './settings-draft.ts'

const good: SettingsDraft = {
  mxHostPatterns: 'mx1.example.com\n*.mail.example.com',
  maxAgeDays: 7,
  tlsRptRua: 'mailto:tls@example.com\nhttps://example.com/v1/tlsrpt',
  dnsWriter: 'none',
  dnsApply: 'ask',
  delegation: 'direct',
  policyIdForm: 'utc',
  hasBimi: true,
  bimiSelector: 'default',
  bimiLocation: 'https://example.com/logo.svg',
  bimiEvidence: '',
  tlsa: `mx1.example.com 3 1 1 ${'ab'.repeat(32)}`,
}

describe('settings as they are typed', () => {
  test('that are good have no problem', () => {
    expect(settingsProblems(good)).toEqual({})
    expect(settingsProblems({ ...good, tlsRptRua: '' })).toEqual({})
    expect(settingsProblems({ ...good, tlsRptRua: 'tls@example.com' })).toEqual({})
  })

  test.each([
    [{ mxHostPatterns: '' }, 'mxHostPatterns'],
    [{ mxHostPatterns: 'mx1.example.com mx*.example.com' }, 'mxHostPatterns'],
    [{ maxAgeDays: '' }, 'maxAgeDays'],
    [{ maxAgeDays: 0 }, 'maxAgeDays'],
    [{ maxAgeDays: 366 }, 'maxAgeDays'],
    [{ tlsRptRua: 'ftp://example.com' }, 'tlsRptRua'],
    [{ tlsRptRua: 'nobody' }, 'tlsRptRua'],
    [{ bimiSelector: '' }, 'bimiSelector'],
    [{ bimiLocation: 'http://example.com/logo.svg' }, 'bimiLocation'],
    [{ bimiEvidence: 'https://example.com/a.pem; l=https://other.example/' }, 'bimiEvidence'],
    [{ tlsa: 'mx1.example.com 3 1' }, 'tlsa'],
  ])('%j is told at its field', (change, field) => {
    expect(Object.keys(settingsProblems({ ...good, ...change }))).toEqual([field])
  })

  test('change only what was typed', () => {
    const saved = draftOf({
      mxHostPatterns: ['mx1.example.com'],
      maxAgeSeconds: 604_800,
      tlsRptRua: ['mailto:tls@example.com'],
      dnsWriter: 'none',
      dnsApply: 'ask',
      delegation: 'direct',
      policyIdForm: 'utc',
      bimi: null,
      tlsa: [],
    })
    expect(changeOf(saved, saved)).toEqual({})
    // What means the same is no change.
    expect(changeOf({ ...saved, tlsRptRua: 'tls@example.com', bimiLocation: 'typed' }, saved)).toEqual({})
    expect(changeOf({ ...saved, hasBimi: true, tlsa: good.tlsa }, saved)).toEqual({
      bimi: { selector: 'default', location: '', evidence: '' },
      tlsa: [{ mxHost: 'mx1.example.com', records: [`3 1 1 ${'ab'.repeat(32)}`] }],
    })
    expect(changeOf({ ...saved, maxAgeDays: 14, tlsRptRua: 'a@example.com' }, saved)).toEqual({
      maxAgeSeconds: 1_209_600,
      tlsRptRua: ['mailto:a@example.com'],
    })
  })

  test('lists may be typed with line ends, commas and blanks, and twice counts once', () => {
    expect(readList(' a.example,\n b.example a.example ')).toEqual(['a.example', 'b.example'])
    expect(readReportUri('tls@example.com')).toBe('mailto:tls@example.com')
  })
})
