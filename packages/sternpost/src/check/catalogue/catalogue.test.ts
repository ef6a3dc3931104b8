import { networkIssues } from '@sternpost/network'
import { protocolIssues } from '@sternpost/protocol'
import { describe, expect, test } from 'vitest'
import { intakeIssues } from '../../reports-received/index.ts'
import { severities } from '../finding.ts'
import { checkIssues, finding, findingOfIssue, findingPages, formatFindingPages } from './index.ts'

const tables = [protocolIssues, networkIssues, checkIssues, intakeIssues].map(table => Object.keys(table))
const neverFindings = /^(socketmap|postfix)\/|^dns\/resolver-address$/

describe('the catalogue of findings', () => {
  test('a code stands in exactly one table', () => {
    const all = tables.flat()
    expect(all.filter((code, index) => all.indexOf(code) !== index)).toEqual([])
  })

  test('every code that can be a finding has a page, and no page is about anything else', () => {
    const findable = tables.flat().filter(code => !neverFindings.test(code))
    expect(Object.keys(findingPages).sort()).toEqual(findable.sort())
  })

  test('codes are area/thing in the letters of a file name', () => {
    for (const code of Object.keys(findingPages)) expect(code).toMatch(/^[a-z-]+\/[a-z0-9-]+$/)
  })

  test('pages say something, in sentences, and no longer than somebody reads', () => {
    for (const [code, page] of Object.entries(findingPages)) {
      expect(severities, code).toContain(page.severity)
      expect(page.title.length, code).toBeLessThan(75)
      expect(page.title, code).not.toMatch(/\.$/)
      for (const text of [page.meaning, page.remedy]) {
        expect(text, code).toMatch(/[.?]$/)
        expect(text.length, code).toBeLessThan(420)
      }
    }
  })

  test('titles tell codes apart', () => {
    const titles = Object.entries(findingPages).map(([code, { title }]) => `${code.split('/')[0]} ${title}`)
    expect(new Set(titles).size).toBe(titles.length)
  })

  test('every code has its own page of documentation', () => {
    const pages = formatFindingPages({ 'mx/dangling': 'RFC 5321 §5.1' })
    expect(pages.size).toBe(Object.keys(findingPages).length + 1)
    expect(pages.get('mx/dangling.md')).toContain('`mx/dangling` · RFC 5321 §5.1')
    expect(pages.get('README.md')).toContain('[`mx/dangling`](mx/dangling.md)')
  })
})

describe('finding', () => {
  const subject = { kind: 'mx-host', host: 'mx.example.com' } as const

  test('takes clause and usual severity from the catalogue', () => {
    expect(finding('mx/dangling', { subject, message: 'm' })).toEqual({
      code: 'mx/dangling',
      severity: 'error',
      subject,
      message: 'm',
      clause: 'RFC 5321 §5.1',
      evidence: [],
    })
  })

  test('evidence is cut to a thousand characters', () => {
    const { evidence } = finding('mx/dangling', {
      subject,
      message: 'm',
      evidence: [{ seen: 'x'.repeat(5000) }],
    })
    expect(evidence[0]?.seen).toHaveLength(1000)
  })

  test('an issue keeps its line and column, where the subject has room for them', () => {
    const issue = { code: 'mta-sts/policy-line', message: 'm', line: 2, column: 3 } as const
    const place = (kind: 'policy' | 'record') =>
      findingOfIssue(
        issue,
        kind === 'policy'
          ? { kind, domain: 'example.com' }
          : { kind, name: '_mta-sts.example.com', type: 'TXT' },
        'warning',
      )
    expect(place('policy')).toMatchObject({ severity: 'warning', subject: { line: 2, column: 3 } })
    expect(place('record').subject).toEqual({
      kind: 'record',
      name: '_mta-sts.example.com',
      type: 'TXT',
      column: 3,
    })
    expect(findingOfIssue(issue, subject).subject).toEqual(subject)
  })
})
