import { expect, test } from 'vitest'
import { readCheckResultSearch, readCheckSearch } from './check-search.ts'

test('what an address says wrongly is left out, not passed on', () => {
  expect(readCheckSearch({ domain: 'example.com', other: 1 })).toEqual({ domain: 'example.com' })
  expect(readCheckSearch({ domain: 7 })).toEqual({})
  expect(readCheckSearch({ domain: 'a'.repeat(5_000) }).domain).toHaveLength(1_000)
  expect(readCheckResultSearch({ against: 'abcdefghij_-0123' })).toEqual({ against: 'abcdefghij_-0123' })
  expect(readCheckResultSearch({ against: '../../status' })).toEqual({})
})
