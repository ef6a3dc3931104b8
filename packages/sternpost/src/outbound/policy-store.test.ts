import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualClock } from '@sternpost/lab'
import { type DomainName, parseMtaStsPolicy } from '@sternpost/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Store } from '../store/index.ts'
import { PolicyStore } from './policy-store.ts'
import { fromRow, type StoredPolicy, toRow } from './stored-policy.ts'

const ALL = { order: 'domain', descending: false, limit: 10 } as const

const NOW = Date.UTC(2026, 10, 1)
const DAY = 86_400_000
const clock = createManualClock(NOW)
let root: string
let store: Store

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'sternpost-policies-'))
  store = new Store({ dataDir: join(root, 'data'), clock, onNotice: () => {} })
  await store.open()
})

afterEach(async () => {
  await store.close()
  rmSync(root, { recursive: true, force: true })
})

function policy(
  domain: string,
  times: Partial<Pick<StoredPolicy, 'expiresAt' | 'lastUsedAt' | 'nextCheckAt'>> = {},
): StoredPolicy {
  const text = `version: STSv1\nmode: enforce\nmx: mx.${domain}\nmax_age: 604800\n`
  const parsed = parseMtaStsPolicy(text)
  if (!parsed.ok) throw new Error('the fixture is no policy')
  return {
    policyDomain: domain as DomainName,
    policyId: '1',
    document: { text, value: parsed.value, fetchedAt: clock.now() },
    expiresAt: clock.now() + 7 * DAY,
    lastUsedAt: clock.now(),
    nextCheckAt: clock.now() + DAY,
    ...times,
  }
}

test('a saved policy is in the database when the promise settles', async () => {
  const policies = new PolicyStore(store, clock)
  await Promise.all(Array.from({ length: 300 }, (_, index) => policies.save(policy(`d${index}.test`))))
  expect(policies.unsavedCount).toBe(0)
  const other = new PolicyStore(store, clock)
  expect(await other.count()).toBe(300)
  expect(await other.load('d7.test' as DomainName)).toEqual(policy('d7.test'))
})

test('a row whose text is no policy any more is not guessed at', () => {
  expect(fromRow({ ...toRow(policy('a.test')), policy_text: 'mode: enf' })).toBeUndefined()
})

test('without a database policies are kept in memory and written when there is one', async () => {
  const blocked = join(root, 'blocked')
  writeFileSync(blocked, 'a file where the folder should be')
  const broken = new Store({ dataDir: blocked, clock, onNotice: () => {} })
  await broken.open()
  const policies = new PolicyStore(broken, clock)
  await policies.save(policy('a.test'))
  expect(policies.unsavedCount).toBe(1)
  expect((await policies.load('a.test' as DomainName))?.policyId).toBe('1')
  expect(await policies.due(10)).toHaveLength(0)
  await clock.advance(2 * DAY)
  expect(await policies.due(10)).toHaveLength(1)

  rmSync(blocked)
  await clock.advance(11_000)
  await new Promise(resolve => setTimeout(resolve, 100))
  expect(policies.unsavedCount).toBe(0)
  expect(await policies.count()).toBe(1)
  await policies.close()
  await broken.close()
})

test('due policies come most overdue first, expired ones not at all', async () => {
  const policies = new PolicyStore(store, clock)
  const now = clock.now()
  await policies.save(policy('late.test', { nextCheckAt: now - 100 }))
  await policies.save(policy('later.test', { nextCheckAt: now - 900 }))
  await policies.save(policy('gone.test', { nextCheckAt: now - 500, expiresAt: now - 1 }))
  await policies.save(policy('fine.test'))
  expect((await policies.due(10)).map(({ policyDomain }) => policyDomain)).toEqual([
    'later.test',
    'late.test',
  ])
})

test('room is made from what expired or was long unused, never from a policy in use', async () => {
  const policies = new PolicyStore(store, clock)
  const now = clock.now()
  await policies.save(policy('expired.test', { expiresAt: now - DAY }))
  await policies.save(policy('long-expired.test', { expiresAt: now - 8 * DAY }))
  await policies.save(policy('unused.test', { lastUsedAt: now - 60 * DAY }))
  await policies.save(policy('used.test'))
  await policies.prune(100)
  expect((await policies.page(ALL)).map(({ policyDomain }) => policyDomain)).toEqual([
    'expired.test',
    'unused.test',
    'used.test',
  ])
  await policies.prune(0)
  expect((await policies.page(ALL)).map(({ policyDomain }) => policyDomain)).toEqual(['used.test'])
})
