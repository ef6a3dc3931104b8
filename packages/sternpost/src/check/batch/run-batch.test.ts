import { describe, expect, test } from 'vitest'
import { runBatch } from './run-batch.ts'

async function* numbers(count: number, onTake: (n: number) => void = () => {}) {
  for (let n = 1; n <= count; n += 1) {
    onTake(n)
    yield n
  }
}

const never = new AbortController().signal

describe('a run over many', () => {
  test('everything is checked once and written, no more at a time than allowed', async () => {
    let [running, most] = [0, 0]
    const written: number[] = []
    await runBatch({
      items: numbers(100),
      concurrency: 7,
      check: async n => {
        running += 1
        most = Math.max(most, running)
        await new Promise(resolve => setImmediate(resolve))
        running -= 1
        return n
      },
      write: async n => void written.push(n),
      stop: never,
    })
    expect(written.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
    expect(most).toBe(7)
  })

  test('a reader that takes nothing stops the checks, and memory with them', async () => {
    let [taken, written] = [0, 0]
    let release = () => {}
    const blocked = new Promise<void>(resolve => {
      release = resolve
    })
    const run = runBatch({
      items: numbers(1_000, () => {
        taken += 1
      }),
      concurrency: 5,
      check: async n => n,
      write: async () => {
        await blocked
        written += 1
      },
      stop: never,
    })
    await new Promise(resolve => setTimeout(resolve, 20))
    expect([taken, written]).toEqual([5, 0])
    release()
    await run
    expect(written).toBe(1_000)
  })

  test('when told to stop, what is under way is finished and written, and nothing more begun', async () => {
    const stop = new AbortController()
    const [begun, written]: [number[], number[]] = [[], []]
    await runBatch({
      items: numbers(100),
      concurrency: 3,
      check: async n => {
        begun.push(n)
        if (n === 5) stop.abort()
        await new Promise(resolve => setImmediate(resolve))
        return n
      },
      write: async n => void written.push(n),
      stop: stop.signal,
    })
    expect(written.sort()).toEqual(begun.sort())
    expect(begun.length).toBeLessThan(10)
  })

  test('where nothing can be written any more the run ends with that error', async () => {
    const run = runBatch({
      items: numbers(100),
      concurrency: 3,
      check: async n => n,
      write: async n => {
        if (n === 10) throw new Error('disk full')
      },
      stop: never,
    })
    await expect(run).rejects.toThrow('disk full')
  })
})
