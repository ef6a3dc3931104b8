import { expect, test } from 'vitest'
import { CheckListProgress } from './check-list-progress.ts'

async function* entries(count: number) {
  for (let index = 0; index < count; index += 1) yield index
}

function progress(isShown: boolean) {
  let now = 1_000
  const drawn: string[] = []
  const line = new CheckListProgress({ isShown, now: () => now, draw: text => void drawn.push(text) })
  return {
    line,
    drawn,
    later(ms: number) {
      now += ms
    },
  }
}

test('a terminal sees share, rate and the time left; what was done before counts for the share alone', async () => {
  const { line, drawn, later } = progress(true)
  await line.count(() => entries(100), 50)
  later(5_000)
  for (let done = 0; done < 25; done += 1) line.step()
  later(200)
  line.step()
  expect(drawn.at(-1)).toContain(' 76 %  76 checked, 5.0/s, 5 s left')
  line.clear()
  expect(drawn.at(-1)).toBe('\r\u001b[K')
})

test('a pipe sees nothing, and nothing is counted for it', async () => {
  const { line, drawn } = progress(false)
  await line.count(() => {
    throw new Error('nobody asked')
  }, 0)
  line.step()
  line.clear()
  expect(drawn).toEqual([])
})
