import { expect, test } from 'vitest'
import { LatencyHistogram } from './latency-histogram.ts'

test('quantiles are those of the sorted latencies', () => {
  const histogram = new LatencyHistogram()
  for (let i = 100; i >= 1; i -= 1) histogram.record(i / 10)
  expect(histogram.total).toBe(100)
  expect(histogram.quantileMs(0.5)).toBe(5)
  expect(histogram.quantileMs(0.99)).toBe(9.9)
  expect(histogram.quantileMs(1)).toBe(10)
})

test('a latency beyond the scale counts as the end of the scale', () => {
  const histogram = new LatencyHistogram()
  histogram.record(5_000)
  expect(histogram.quantileMs(0.5)).toBe(1_000)
})

test('an empty or cleared histogram has no latency', () => {
  const histogram = new LatencyHistogram()
  expect(histogram.quantileMs(0.99)).toBe(0)
  histogram.record(3)
  histogram.clear()
  expect(histogram.total).toBe(0)
  expect(histogram.quantileMs(0.99)).toBe(0)
})
