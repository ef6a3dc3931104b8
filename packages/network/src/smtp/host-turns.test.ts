import { expect, test } from 'vitest'
import { HostTurns } from './host-turns.ts'

const soon = () => new Promise(resolve => setTimeout(resolve, 5))

test('one host is visited once at a time, others beside it up to the limit', async () => {
  const turns = new HostTurns({ maxRunning: 2, pauseMs: 0 })
  const running = new Map<string, number>()
  let most = 0
  const task = (host: string) => async () => {
    running.set(host, (running.get(host) ?? 0) + 1)
    expect(running.get(host)).toBe(1)
    most = Math.max(
      most,
      [...running.values()].reduce((a, b) => a + b),
    )
    await soon()
    running.set(host, 0)
    return host
  }
  const hosts = ['a', 'a', 'b', 'c', 'a', 'b', 'c', 'd']
  expect(await Promise.all(hosts.map(host => turns.run(host, undefined, task(host))))).toEqual(hosts)
  expect(most).toBe(2)
})

test('a failed task does not hold up the line', async () => {
  const turns = new HostTurns({ maxRunning: 1, pauseMs: 0 })
  const bad = turns.run('a', undefined, () => Promise.reject(new Error('x')))
  const good = turns.run('a', undefined, async () => 1)
  await expect(bad).rejects.toThrow('x')
  expect(await good).toBe(1)
})

test('who loses patience in the line leaves at once and is skipped; a task that runs ends by itself', async () => {
  const turns = new HostTurns({ maxRunning: 1, pauseMs: 0 })
  const controller = new AbortController()
  let finish = (_: string) => {}
  const first = turns.run('a', controller.signal, () => new Promise<string>(resolve => (finish = resolve)))
  let ran = false
  const second = turns.run('a', controller.signal, async () => (ran = true))
  await soon()
  controller.abort()
  expect(await second).toBeUndefined()
  finish('what was seen')
  expect(await first).toBe('what was seen')
  expect(await turns.run('a', undefined, async () => 2)).toBe(2)
  expect(ran).toBe(false)
})
