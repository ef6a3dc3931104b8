import { createManualClock } from '@sternpost/lab'
import { expect, test } from 'vitest'
import { createLogger } from '../log/index.ts'
import { PublishStart } from './publish-start.ts'

const log = createLogger({ level: 'silent', format: 'json' }, { isTerminal: false, color: false })
const healthy = { name: 'publish', state: 'ok', message: 'well' } as const

/** A room that begins when it is let, and the domains there are. */
function world() {
  const clock = createManualClock(0)
  const state = { domains: 0, fault: undefined as string | undefined, started: 0, closed: 0, readable: true }
  const publish = new PublishStart({
    start: async () => {
      if (state.fault !== undefined) throw new Error(state.fault)
      state.started += 1
      return {
        health: () => [healthy],
        close: async () => {
          state.closed += 1
        },
      }
    },
    isWanted: async () => {
      if (!state.readable) throw new Error('no database')
      return state.domains > 0
    },
    ...{ clock, log },
  })
  return { clock, state, publish }
}

test('publishing begins by itself when a command has added the first domain, and once only', async () => {
  const { clock, state, publish } = world()
  publish.watch()
  await clock.advance(60_000)
  expect([state.started, publish.health]).toEqual([0, []])
  state.domains = 1
  await clock.advance(60_000)
  expect([state.started, publish.health]).toEqual([1, [healthy]])
  await Promise.all([publish.begin(), publish.tryToBegin()])
  expect(state.started).toBe(1)
  await publish.close()
  expect(state.closed).toBe(1)
})

test('what could not begin is told as health, and tried again until it does', async () => {
  const { clock, state, publish } = world()
  Object.assign(state, { domains: 1, fault: 'the disk is full' })
  publish.watch()
  await publish.tryToBegin()
  expect(publish.health).toMatchObject([{ name: 'publish', state: 'degraded' }])
  expect(publish.health[0]?.message).toContain('the disk is full')
  await clock.advance(60_000)
  expect(state.started).toBe(0)
  state.fault = undefined
  await clock.advance(60_000)
  expect([state.started, publish.health]).toEqual([1, [healthy]])
})

test('whoever needs it at once is told why it cannot begin', async () => {
  const { state, publish } = world()
  state.fault = 'the port is taken'
  await expect(publish.begin()).rejects.toThrow('the port is taken')
  state.fault = undefined
  await publish.begin()
  expect(state.started).toBe(1)
})

test('a database that cannot be read stops no watch, and a closed one begins nothing', async () => {
  const { clock, state, publish } = world()
  Object.assign(state, { domains: 1, readable: false })
  publish.watch()
  await clock.advance(60_000)
  state.readable = true
  await publish.close()
  await clock.advance(60_000)
  await publish.begin()
  expect([state.started, state.closed]).toEqual([0, 0])
})
