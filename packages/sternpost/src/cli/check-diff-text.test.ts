import { expect, test } from 'vitest'
import { hostileTexts, sampleFinding } from '../check/testing/index.ts'
import { formatComparison } from './check-diff-text.ts'

const plain = (_style: string, text: string) => text
const at = { domain: 'example.com', before: Date.UTC(2026, 5, 1), after: Date.UTC(2026, 5, 2) }
const remedy = { text: 'Add it.', replacements: [] }

test('what came, what is otherwise, what went and what was seen are told apart', () => {
  const finding = sampleFinding('example.com', { remedy, evidence: [] })
  const text = formatComparison(
    {
      ...at,
      appeared: [finding],
      changed: [{ before: { ...finding, severity: 'advice' }, after: finding }],
      gone: [finding],
      facts: [{ subject: finding.subject, what: 'certificate', before: 'SHA-256 aa', after: null }],
    },
    plain,
  )
  expect(text).toMatchInlineSnapshot(`
    "example.com: changed between 2026-06-01 00:00 UTC and 2026-06-02 00:00 UTC

    New

    error   The policy does not list mx2.example.com: senders that enforce it
            deliver nothing there.
            change: Add it.
            mta-sts/mx-not-listed, RFC 8461 §4.1:
            docs/findings/mta-sts/mx-not-listed.md

    Otherwise

    was: advice
    error   The policy does not list mx2.example.com: senders that enforce it
            deliver nothing there.
            change: Add it.
            mta-sts/mx-not-listed, RFC 8461 §4.1:
            docs/findings/mta-sts/mx-not-listed.md

    Gone

      error mta-sts/mx-not-listed: The policy does not list mx2.example.com: senders
      that enforce it deliver nothing there.

    What was seen

      certificate of mx2.example.com [192.0.2.25]
        - SHA-256 aa
        + (nothing)
    "
  `)
})

test.for(hostileTexts)('foreign text %j steers no terminal', hostile => {
  const finding = sampleFinding(hostile, { remedy, evidence: [] })
  const subject = finding.subject
  const text = formatComparison(
    {
      ...at,
      appeared: [finding],
      changed: [],
      gone: [finding],
      facts: [{ subject, what: 'MX', before: hostile, after: hostile }],
    },
    plain,
  )
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
})
