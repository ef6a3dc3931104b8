import { expect, test } from 'vitest'
import { BatchTally } from '../check/index.ts'
import { sampleFinding } from '../check/testing/index.ts'
import { formatTally } from './check-tally-text.ts'

test('domains are counted by their worst finding, and once for a code', () => {
  const tally = new BatchTally()
  const error = sampleFinding('example.com')
  const advice = sampleFinding('example.com', { severity: 'advice', code: 'tls-rpt/record-none' })
  tally.add({ worst: 'error', findings: [error, error, advice] })
  tally.add({ worst: 'advice', findings: [advice] })
  tally.add({ worst: 'ok', findings: [] })
  tally.addProblem()
  expect(formatTally(tally, { seconds: 2, before: 1 })).toMatchInlineSnapshot(`
    "3 entries in 2 s, 1.5/s, 1 before

    Domains  Worst finding
          1  error
          1  advice
          1  fine
          1  no domain (see "problem")

    Domains  Severity  Finding
          1  error     mta-sts/mx-not-listed
          2  advice    tls-rpt/record-none
    "
  `)
})
