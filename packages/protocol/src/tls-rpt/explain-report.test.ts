import { expect, test } from 'vitest'
import { explainReport } from './explain-report.ts'
import { parseTlsReport } from './parse-report.ts'
import type { TlsReport } from './report.ts'

function read(changes: object = {}): TlsReport {
  const reading = parseTlsReport(
    JSON.stringify({
      'organization-name': 'Example Mail',
      'date-range': {
        'start-datetime': '2026-11-01T00:00:00Z',
        'end-datetime': '2026-11-01T23:59:59Z',
      },
      'contact-info': 'tls@mail.example',
      'report-id': '1',
      policies: [
        {
          policy: {
            'policy-type': 'sts',
            'policy-domain': 'example.com',
            'policy-string': ['version: STSv1', 'mode: testing', 'mx: *.example.com', 'max_age: 86400'],
          },
          summary: { 'total-successful-session-count': 97, 'total-failure-session-count': 3 },
          'failure-details': [
            {
              'result-type': 'certificate-host-mismatch',
              'sending-mta-ip': '192.0.2.7',
              'receiving-mx-hostname': 'a.mx.example.com',
              'failed-session-count': 3,
            },
          ],
        },
      ],
      ...changes,
    }),
  )
  if (reading.verdict !== 'report') throw new Error(reading.verdict)
  return reading.report
}

test('a report is told in sentences, with who, what, when and how much of it failed', () => {
  expect(explainReport(read()).sentences).toEqual([
    'Example Mail reports on 100 connections its mail servers made to deliver mail to example.com on 2026-11-01 (UTC).',
    '97 went well, 3 failed (3 %).',
    'It went by the MTA-STS policy.',
    'Senders reached an MX host that the MTA-STS policy does not allow (a.mx.example.com): 3 connections.',
  ])
})

test('an MX host that the quoted policy does not allow is named with the reason', () => {
  const [problem] = explainReport(read()).problems
  expect(problem).toMatchObject({
    domain: 'example.com',
    mxHost: 'a.mx.example.com',
    reportedSessionCount: 3,
    sendingNetworks: ['192.0.2.0/24'],
    diagnosis: { findingCode: 'tls-rpt/mx-not-in-policy' },
  })
  expect(problem?.mxMismatch).toContain('exactly one label')
})

test('a report that names nothing is told as such', () => {
  const report = { ...read({ policies: [] }), organizationName: undefined, day: undefined }
  expect(explainReport(report).sentences).toEqual([
    'A mail system that does not name itself reports on 0 connections its mail servers made to deliver mail to a domain it does not name on a day it does not tell.',
    'It counts no connection.',
  ])
})

test('a flood of kinds of failure is counted, the largest are explained', () => {
  const details = Array.from({ length: 2_000 }, (_, place) => ({
    'result-type': 'starttls-not-supported',
    'receiving-mx-hostname': `mx${place}.example.com`,
    'failed-session-count': place + 1,
  }))
  const explanation = explainReport(
    read({
      policies: [
        {
          policy: { 'policy-type': 'sts', 'policy-domain': 'example.com' },
          summary: { 'total-successful-session-count': 0, 'total-failure-session-count': 9 },
          'failure-details': details,
        },
      ],
    }),
  )
  expect(explanation.problems).toHaveLength(500)
  expect(explanation.problems[0]?.mxHost).toBe('mx1999.example.com')
  expect(explanation.furtherProblemCount).toBe(1_500)
})
