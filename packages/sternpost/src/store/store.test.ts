import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualClock } from '@sternpost/lab'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Store, type StoreNotice, type StoreOptions } from './store.ts'

const clock = createManualClock(Date.UTC(2026, 10, 1))
let dataDir: string
let notices: StoreNotice[]
const opened: Store[] = []

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sternpost-store-'))
  notices = []
})

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close()
  rmSync(dataDir, { recursive: true, force: true })
})

async function openStore(options: Partial<StoreOptions> = {}): Promise<Store> {
  const store = new Store({ dataDir, clock, onNotice: notice => notices.push(notice), ...options })
  opened.push(store)
  await store.open()
  return store
}

/** Enough rows to fill many pages. */
async function fill(store: Store, count: number): Promise<void> {
  for (let from = 0; from < count; from += 100) {
    const saved = await store.write(db =>
      db
        .insertInto('mta_sts_policies')
        .values(Array.from({ length: 100 }, (_, index) => row(`d${from + index}.test`)))
        .execute(),
    )
    expect(saved).toBe(true)
  }
}

/** Overwrites the page of the closed database that holds the policy of a domain; header and schema stay whole. */
function damagePageOf(policyDomain: string): void {
  const file = join(dataDir, 'sternpost.db')
  const bytes = readFileSync(file)
  const pageBytes = bytes.readUInt16BE(16)
  const at = bytes.indexOf(row(policyDomain).policy_text)
  expect(at).toBeGreaterThan(0)
  const page = Math.floor(at / pageBytes)
  bytes.fill(0xa5, page * pageBytes, (page + 1) * pageBytes)
  writeFileSync(file, bytes)
}

function row(policyDomain: string) {
  return {
    policy_domain: policyDomain,
    policy_id: '1',
    policy_text: `version: STSv1\nmode: enforce\nmx: mx.${policyDomain}\nmax_age: 604800\n`,
    fetched_at: 1,
    expires_at: 2,
    last_used_at: 1,
    next_check_at: 1,
  }
}

async function domains(store: Store): Promise<number | undefined> {
  const rows = await store.read(db => db.selectFrom('mta_sts_policies').selectAll().execute())
  return rows?.length
}

test('what was written is there after opening again, and only its owner may read it', async () => {
  const store = await openStore()
  await fill(store, 100)
  await store.close()
  expect(statSync(join(dataDir, 'sternpost.db')).mode & 0o777).toBe(0o600)
  expect(await domains(await openStore())).toBe(100)
})

describe('a corrupt database', () => {
  test('that is no database at all is kept aside and replaced', async () => {
    writeFileSync(
      join(dataDir, 'sternpost.db'),
      'this is no database, it is a letter to the editor\n'.repeat(100),
    )
    const store = await openStore()
    expect(store.state).toEqual({ kind: 'ok' })
    expect(notices).toContainEqual(expect.objectContaining({ kind: 'replaced', salvagedRows: 0 }))
    await fill(store, 100)
    const aside = readdirSync(dataDir).find(name => name.includes('.corrupt-'))
    expect(readFileSync(join(dataDir, aside ?? ''), 'utf8')).toContain('letter to the editor')
  })

  test('with damaged pages gives up what can still be read', async () => {
    const store = await openStore()
    await fill(store, 2_000)
    await store.close()
    damagePageOf('d1000.test')

    const again = await openStore()
    await domains(again)
    await again.write(db => db.insertInto('mta_sts_policies').values(row('new.test')).execute())
    const replaced = notices.find(notice => notice.kind === 'replaced')
    expect(replaced).toMatchObject({ kind: 'replaced' })
    const left = (await domains(again)) ?? 0
    expect(left).toBeGreaterThan(1_000)
    expect(left).toBeLessThan(2_001)
  })

  test('that many find so at once is replaced once, and nothing of it is lost on the way', async () => {
    const store = await openStore()
    await fill(store, 2_000)
    await store.close()
    damagePageOf('d1000.test')

    const again = await openStore()
    const asked = [
      ...Array.from({ length: 4 }, () =>
        again.question(db => db.selectFrom('mta_sts_policies').selectAll().execute()),
      ),
      ...Array.from({ length: 4 }, () => domains(again)),
    ]
    await Promise.allSettled(asked)
    expect(notices.filter(({ kind }) => kind === 'replaced')).toHaveLength(1)
    expect(readdirSync(dataDir).filter(name => /\.corrupt-.*Z$/.test(name))).toHaveLength(1)
    expect(await domains(again)).toBeGreaterThan(1_000)
    expect(again.state).toEqual({ kind: 'ok' })
  })
})

test('rows of every table are taken over from a corrupt database', async () => {
  const store = await openStore()
  await fill(store, 2_000)
  const event = { at: 1, policy_domain: 'a.test', kind: 'k', detail: '{}' }
  const daily = { day: '2026-10-31', organization: 'o', policy_type: 'sts', trust: 'imported' }
  const sums = { reports: 1, success: 2, failure: 3, counted_success: 2, counted_failure: 3 }
  await store.write(async db => {
    await db.insertInto('outbound_events').values(event).execute()
    await db
      .insertInto('report_daily')
      .values({ policy_domain: 'a.test', ...daily, ...sums })
      .execute()
  })
  await store.close()
  damagePageOf('d1000.test')

  const again = await openStore()
  await domains(again)
  await again.write(db => db.insertInto('mta_sts_policies').values(row('new.test')).execute())
  expect(notices).toContainEqual(expect.objectContaining({ kind: 'replaced' }))
  expect(await again.read(db => db.selectFrom('report_daily').selectAll().execute())).toMatchObject([sums])
  expect(await again.read(db => db.selectFrom('outbound_events').selectAll().execute())).toHaveLength(1)
})

describe('a database that cannot be used', () => {
  test('is said to be so, and is used as soon as it can be', async () => {
    const blocked = join(dataDir, 'state')
    writeFileSync(blocked, 'a file where the folder should be')
    const store = await openStore({ dataDir: blocked })
    expect(store.state.kind).toBe('unavailable')
    expect(await store.write(db => db.insertInto('mta_sts_policies').values(row('a.test')).execute())).toBe(
      false,
    )
    expect(await domains(store)).toBeUndefined()

    rmSync(blocked)
    mkdirSync(blocked)
    expect(await domains(store)).toBeUndefined()
    await clock.advance(10_000)
    expect(await domains(store)).toBe(0)
    expect(notices.map(notice => notice.kind === 'state' && notice.state.kind)).toEqual(['unavailable', 'ok'])
  })

  test('opened only to look is neither made nor mended', async () => {
    const store = await openStore({ readOnly: true })
    expect(await domains(store)).toBeUndefined()
    expect(existsSync(join(dataDir, 'sternpost.db'))).toBe(false)
    writeFileSync(join(dataDir, 'sternpost.db'), 'x'.repeat(8192))
    await (await openStore({ readOnly: true })).read(db =>
      db.selectFrom('mta_sts_policies').selectAll().execute(),
    )
    expect(readdirSync(dataDir)).toEqual(['sternpost.db'])
  })

  test('opened only to look beside a writer sees what was written', async () => {
    const writer = await openStore()
    await fill(writer, 100)
    expect(await domains(await openStore({ readOnly: true }))).toBe(100)
  })
})

test('a mistake in a query is thrown, not taken for a broken disk', async () => {
  const store = await openStore()
  await expect(
    store.read(async () => {
      throw new TypeError('a mistake of ours')
    }),
  ).rejects.toThrow('a mistake of ours')
  expect(store.state).toEqual({ kind: 'ok' })
})
