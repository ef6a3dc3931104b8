import { expect, test } from 'vitest'
import { everyDay, lastDays } from './shown-days.ts'

test('the last days end with today and are every one there', () => {
  const days = lastDays(Date.parse('2028-03-01T23:59:59Z'), 3)
  expect(days).toEqual({ from: '2028-02-28', to: '2028-03-01' })
  expect(everyDay(days)).toEqual(['2028-02-28', '2028-02-29', '2028-03-01'])
})
