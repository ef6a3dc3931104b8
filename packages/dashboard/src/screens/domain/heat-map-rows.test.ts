import fc from 'fast-check'
import { expect, test } from 'vitest'
import { heatLevel, heatMapHosts } from './heat-map-rows.ts'

const days = ['2026-03-01', '2026-03-02', '2026-03-03']

test('the worst MX host and its worst result type come first, each with every day', () => {
  const source = (mxHost: string, resultType: string, ...counts: [string, number][]) => ({
    mxHost,
    resultType,
    days: counts.map(([day, failedSessionCount]) => ({ day, failedSessionCount })),
  })
  const hosts = heatMapHosts(
    [
      source('mx1.example.com', 'certificate-expired', ['2026-03-01', 3]),
      source('mx2.example.com', 'starttls-not-supported', ['2026-03-03', 5], ['2026-03-03', 2]),
      source('mx2.example.com', 'certificate-expired', ['2026-03-02', 9], ['2026-02-01', 99]),
    ],
    days,
  )
  expect(hosts).toEqual([
    {
      mxHost: 'mx2.example.com',
      failedSessionCount: 16,
      rows: [
        { resultType: 'certificate-expired', failedSessionCount: 9, counts: [0, 9, 0] },
        { resultType: 'starttls-not-supported', failedSessionCount: 7, counts: [0, 0, 7] },
      ],
    },
    {
      mxHost: 'mx1.example.com',
      failedSessionCount: 3,
      rows: [{ resultType: 'certificate-expired', failedSessionCount: 3, counts: [3, 0, 0] }],
    },
  ])
})

test('a cell with a failure is never blank, and more is never lighter', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.nat(), (a, b, more) => {
      const most = Math.max(a, b) + more
      expect(heatLevel(a, most) > 0).toBe(a > 0)
      if (a <= b) expect(heatLevel(a, most)).toBeLessThanOrEqual(heatLevel(b, most))
    }),
  )
})
