import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualClock } from '@sternpost/lab'
import { type Kysely, sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { QuestionError } from './question-error.ts'
import type { Schema } from './schema.ts'
import { Store } from './store.ts'

const clock = createManualClock(Date.UTC(2026, 10, 1))
let dataDir: string
let store: Store
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sternpost-questions-'))
  store = new Store({ dataDir, clock, onNotice: () => {} })
  await store.open()
})
afterEach(async () => {
  await store.close()
  rmSync(dataDir, { recursive: true, force: true })
})

/** Counts so far in SQL, which takes the longer the farther it is. */
const countTo = (limit: number) => (db: Kysely<Schema>) =>
  sql<{ n: number }>`with recursive c(n) as (select 1 union all select n + 1 from c where n < ${limit})
    select max(n) as n from c`
    .execute(db)
    .then(({ rows }) => rows[0]?.n)
const TAKES_A_SECOND = 2_000_000

async function addPolicies(count: number): Promise<void> {
  const row = (index: number) => ({
    policy_domain: `d${String(index).padStart(5, '0')}.test`,
    policy_id: '1',
    policy_text: '',
    fetched_at: 1,
    expires_at: 2,
    last_used_at: 1,
    next_check_at: 1,
  })
  for (let from = 0; from < count; from += 100)
    await store.write(db =>
      db
        .insertInto('mta_sts_policies')
        .values(Array.from({ length: Math.min(100, count - from) }, (_, index) => row(from + index)))
        .execute(),
    )
}
const countPolicies = (db: Kysely<Schema>) =>
  db
    .selectFrom('mta_sts_policies')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .executeTakeFirst()
    .then(row => row?.count)

test('the event loop goes on while a question runs', async () => {
  let ticks = 0
  const timer = setInterval(() => (ticks += 1), 1)
  const answer = store.question(countTo(TAKES_A_SECOND))
  expect(await answer).toBe(TAKES_A_SECOND)
  clearInterval(timer)
  // On the main thread it would be none; how many there are is up to the machine.
  expect(ticks).toBeGreaterThan(20)
})

test('a question sees what was written before it, and text, numbers, blobs and nothing as they are', async () => {
  await addPolicies(3)
  expect(await store.question(countPolicies)).toBe(3)
  const { rows } = await store.question(db =>
    sql`select 'Ä' as t, 1.5 as n, x'00ff' as b, null as gap`.execute(db),
  )
  expect(rows).toEqual([{ t: 'Ä', n: 1.5, b: new Uint8Array([0, 255]), gap: null }])
})

test('a question cannot write', async () => {
  await expect(store.question(db => db.deleteFrom('mta_sts_policies').execute())).rejects.toThrow(
    QuestionError,
  )
  await expect(store.question(db => db.transaction().execute(async () => {}))).rejects.toThrow()
})

test('many questions at once are all answered, each with its own', async () => {
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) => store.question(countTo(index + 1))),
  )
  expect(answers).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
})

test('queries of one question may run side by side', async () => {
  const answer = await store.question(db => Promise.all([countTo(3)(db), countTo(4)(db), countTo(5)(db)]))
  expect(answer).toEqual([3, 4, 5])
})

test('beyond what may wait, questions are refused and those before are answered', async () => {
  const asked = Array.from({ length: 700 }, () => store.question(countTo(10)))
  const outcomes = await Promise.allSettled(asked)
  const refused = outcomes.filter(({ status }) => status === 'rejected')
  expect(refused.length).toBeGreaterThan(0)
  for (const outcome of refused) expect(outcome).toMatchObject({ reason: { reason: 'busy' } })
  expect(outcomes.length - refused.length).toBeGreaterThan(400)
  expect(await store.question(countTo(7))).toBe(7)
})

test('a question that takes too long is given up, and others are answered meanwhile', async () => {
  expect(await store.question(countTo(1))).toBe(1)
  const long = store.question(countTo(TAKES_A_SECOND), { timeLimitMs: 1_000 })
  const outcome = expect(long).rejects.toMatchObject({ name: 'QuestionError', reason: 'too-long' })
  // So that it is under way: the thread that runs is the one asked before.
  await new Promise(resolve => setTimeout(resolve, 20))
  await clock.advance(1_001)
  await outcome
  expect(await store.question(countTo(3))).toBe(3)
})

test('rows come in chunks, and whoever stops early holds up nobody', async () => {
  await addPolicies(1_000)
  const all = (db: Kysely<Schema>) =>
    db.selectFrom('mta_sts_policies').select('policy_domain').orderBy('policy_domain')
  const read = await store.question(async db => {
    const domains: string[] = []
    for await (const { policy_domain } of all(db).stream(64)) domains.push(policy_domain)
    return domains
  })
  expect(read).toHaveLength(1_000)
  expect(read).toEqual([...read].sort())
  const first = await store.question(async db => {
    for await (const row of all(db).stream(10)) return row.policy_domain
    return undefined
  })
  expect(first).toBe('d00000.test')
  const answers = await Promise.all([1, 2, 3, 4].map(n => store.question(countTo(n))))
  expect(answers).toEqual([1, 2, 3, 4])
})

test('SQL that is wrong is told as it is, and says nothing of the database', async () => {
  const wrong = store.question(db => sql`select nothing_of_the_kind from reports`.execute(db))
  await expect(wrong).rejects.toThrow(/nothing_of_the_kind/)
  await expect(wrong).rejects.not.toBeInstanceOf(QuestionError)
  expect(store.state.kind).toBe('ok')
})

test('a corrupt database is replaced, and questions are answered from the new one', async () => {
  await addPolicies(1_000)
  expect(await store.question(countPolicies)).toBe(1_000)
  await store.close()
  writeFileSync(join(dataDir, 'sternpost.db'), Buffer.alloc(100_000, 0xa5))
  store = new Store({ dataDir, clock, onNotice: () => {} })
  await store.open()
  expect(await store.question(countPolicies)).toBe(0)
})

test('without a database a question is refused, and answered once there is one', async () => {
  await store.close()
  await expect(store.question(countTo(1))).rejects.toMatchObject({ reason: 'unavailable' })
  renameSync(join(dataDir, 'sternpost.db'), join(dataDir, 'elsewhere'))
  rmSync(join(dataDir, 'sternpost.db-wal'), { force: true })
  writeFileSync(join(dataDir, 'not-a-folder'), '')
  store = new Store({ dataDir: join(dataDir, 'not-a-folder'), clock, onNotice: () => {} })
  await store.open()
  await expect(store.question(countTo(1))).rejects.toMatchObject({ reason: 'unavailable' })
})

test('what is asked while the store closes is refused, not left without an answer', async () => {
  const asked = [1, 2, 3, 4].map(() => store.question(countTo(TAKES_A_SECOND)))
  const outcomes = Promise.allSettled(asked)
  await new Promise(resolve => setImmediate(resolve))
  await store.close()
  for (const outcome of await outcomes) expect(outcome.status).toBe('rejected')
})
