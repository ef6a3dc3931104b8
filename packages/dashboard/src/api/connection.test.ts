import { expect, test } from 'vitest'
import { Connection } from './connection.ts'

/** A connection whose waiting is done by hand. */
function byHand(answers: boolean[]) {
  const waits: number[] = []
  let next: (() => void) | undefined
  const connection = new Connection(
    async () => answers.shift() ?? false,
    (run, ms) => {
      waits.push(ms)
      next = run
    },
  )
  const pass = async () => {
    const run = next
    next = undefined
    run?.()
    await new Promise(setImmediate)
  }
  return { connection, waits, pass }
}

test('a daemon that is away is asked at growing intervals, up to a limit', async () => {
  const { connection, waits, pass } = byHand([])
  connection.tell('away')
  for (let n = 0; n < 7; n++) await pass()
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000, 15_000])
  expect(connection.state).toBe('away')
})

test('its return is told once, and the next absence begins with a short wait again', async () => {
  const { connection, waits, pass } = byHand([false, true])
  const told: string[] = []
  connection.subscribe(() => told.push(connection.state))
  connection.tell('away')
  connection.tell('away')
  await pass()
  await pass()
  expect(told).toEqual(['away', 'here'])
  connection.tell('away')
  expect(waits).toEqual([1_000, 2_000, 1_000])
})

test('an answer to another call ends the asking', async () => {
  const { connection, waits, pass } = byHand([])
  connection.tell('away')
  connection.tell('here')
  await pass()
  expect(waits).toEqual([1_000])
  expect(connection.state).toBe('here')
})
