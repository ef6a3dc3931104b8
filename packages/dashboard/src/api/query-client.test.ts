import { QueryObserver } from '@tanstack/react-query'
import { afterEach, expect, test } from 'vitest'
import { createQueryClient } from './query-client.ts'
import { type Standing, session } from './session.ts'

afterEach(() => session.leave())

const out = { kind: 'signed-out', needsSetup: false } as unknown as Standing
const as = (userId: number) => ({ kind: 'signed-in', user: { userId } }) as unknown as Standing

/** Something that is on the page, as long as the test goes. */
function shown() {
  const client = createQueryClient()
  let asked = 0
  const observer = new QueryObserver(client, {
    queryKey: ['GET /status'],
    queryFn: async () => {
      asked += 1
      if (session.hasExpired || session.standing?.kind === 'signed-out')
        throw new Error('you are not signed in')
      return asked
    },
    retry: false,
  })
  const stop = observer.subscribe(() => {})
  return { observer, asked: () => asked, [Symbol.dispose]: stop }
}

test('what was refused before a sign-in is read anew after it', async () => {
  using page = shown()
  await expect.poll(() => page.observer.getCurrentResult().data).toBe(1)
  session.learn(out)
  await page.observer.refetch()
  expect(page.observer.getCurrentResult().isError).toBe(true)
  session.learn(as(1))
  await expect.poll(() => page.observer.getCurrentResult().data).toBe(3)
})

test('and after a session ended and the same person is in again', async () => {
  session.learn(as(1))
  using page = shown()
  await expect.poll(() => page.observer.getCurrentResult().data).toBe(1)
  session.expire()
  await page.observer.refetch()
  expect(page.observer.getCurrentResult().isError).toBe(true)
  session.learn(as(1))
  await expect.poll(() => page.observer.getCurrentResult().data).toBe(3)
})

test('whoever is in from the beginning is asked for nothing twice', async () => {
  using page = shown()
  session.learn(as(1))
  await expect.poll(() => page.observer.getCurrentResult().data).toBe(1)
  session.learn(as(1))
  await new Promise(resolve => setTimeout(resolve, 20))
  expect(page.asked()).toBe(1)
})
