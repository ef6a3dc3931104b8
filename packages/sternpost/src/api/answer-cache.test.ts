import { createManualClock } from '@sternpost/lab'
import { beforeEach, expect, test } from 'vitest'
import { AnswerCache } from './answer-cache.ts'

const clock = createManualClock(0)
let version: number
let asked: number
let cache: AnswerCache
beforeEach(() => {
  version = 0
  asked = 0
  cache = new AnswerCache({ clock, version: () => version })
})
const ask = async () => ({ n: ++asked })

test('whoever asks the same at the same time shares one answer', async () => {
  const answers = await Promise.all([cache.get('a', ask), cache.get('a', ask), cache.get('b', ask)])
  expect(asked).toBe(2)
  expect(answers[0]).toBe(answers[1])
})

test('an answer is made anew after a change, and after ten seconds', async () => {
  expect(await cache.get('a', ask)).toEqual({ n: 1 })
  expect(await cache.get('a', ask)).toEqual({ n: 1 })
  version += 1
  expect(await cache.get('a', ask)).toEqual({ n: 2 })
  await clock.advance(10_001)
  expect(await cache.get('a', ask)).toEqual({ n: 3 })
})

test('a question that failed is asked again', async () => {
  await expect(cache.get('a', async () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await cache.get('a', ask)).toEqual({ n: 1 })
})

test('memory does not grow with what is asked', async () => {
  for (let index = 0; index < 1_000; index += 1) await cache.get(`${index}`, ask)
  await cache.get('999', ask)
  expect(asked).toBe(1_000)
  await cache.get('0', ask)
  expect(asked).toBe(1_001)
})
