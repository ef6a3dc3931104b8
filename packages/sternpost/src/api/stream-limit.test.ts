import { expect, test } from 'vitest'
import { StreamLimit } from './stream-limit.ts'

test('one cannot take the places of all, and a place given back counts once', () => {
  const limit = new StreamLimit()
  const mine = Array.from({ length: 16 }, () => limit.enter('ada'))
  expect(mine.every(Boolean)).toBe(true)
  expect(limit.enter('ada')).toBeUndefined()
  expect(limit.enter('bob')).toBeDefined()
  mine[0]?.()
  mine[0]?.()
  expect(limit.enter('ada')).toBeDefined()
  expect(limit.enter('ada')).toBeUndefined()
})

test('all together have a limit, too', () => {
  const limit = new StreamLimit()
  const places = Array.from({ length: 200 }, (_, index) => limit.enter(`user ${index}`))
  expect(places.filter(Boolean)).toHaveLength(128)
})
