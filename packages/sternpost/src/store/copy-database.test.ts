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
import { afterEach, beforeEach, expect, test } from 'vitest'
import { copyDatabase, DatabaseCopyError } from './copy-database.ts'
import { restoreDatabase } from './restore-database.ts'
import { Store } from './store.ts'

const clock = createManualClock(Date.UTC(2026, 10, 1))
let folder: string
let store: Store
let copy: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-copy-'))
  copy = join(folder, 'copy.db')
  store = new Store({ dataDir: join(folder, 'data'), clock, onNotice: () => {} })
  await store.open()
  await add('first')
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

async function add(kind: string): Promise<void> {
  const event = { at: 1, policy_domain: 'a.test', kind, detail: '{}' }
  expect(await store.write(db => db.insertInto('outbound_events').values(event).execute())).toBe(true)
}

async function kinds(dataDir: string): Promise<string[] | undefined> {
  const opened = new Store({ dataDir, clock, onNotice: () => {} })
  await opened.open()
  const rows = await opened.read(db => db.selectFrom('outbound_events').select('kind').execute())
  await opened.close()
  return rows?.map(row => row.kind)
}

test('a backup is made while the daemon writes, is one file and only its owner may read it', async () => {
  await copyDatabase(store.file, copy, { overwrite: false })
  await add('second')
  expect(readdirSync(folder).sort()).toEqual(['copy.db', 'data'])
  expect(statSync(copy).mode & 0o777).toBe(0o600)
  const elsewhere = join(folder, 'elsewhere', 'sternpost.db')
  expect(await restoreDatabase(copy, elsewhere, clock.now())).toEqual({ keptAs: undefined })
  expect(await kinds(join(folder, 'elsewhere'))).toEqual(['first'])
})

test('a file that is there is not overwritten unless that is asked for', async () => {
  writeFileSync(copy, 'precious')
  await expect(copyDatabase(store.file, copy, { overwrite: false })).rejects.toThrow('is there already')
  expect(readFileSync(copy, 'utf8')).toBe('precious')
  await copyDatabase(store.file, copy, { overwrite: true })
  expect(readFileSync(copy, 'latin1')).toContain('SQLite format 3')
})

test('a backup that cannot be made leaves nothing behind', async () => {
  const bytes = readFileSync(store.file)
  const damaged = join(folder, 'damaged.db')
  bytes.fill(0xa5, bytes.readUInt16BE(16) * 2)
  writeFileSync(damaged, bytes)
  await expect(copyDatabase(damaged, copy, { overwrite: false })).rejects.toThrow()
  await expect(copyDatabase(join(folder, 'none.db'), copy, { overwrite: false })).rejects.toThrow(
    DatabaseCopyError,
  )
  expect(readdirSync(folder).filter(name => name.startsWith('copy'))).toEqual([])
})

test('restoring while the database is in use changes nothing', async () => {
  await copyDatabase(store.file, copy, { overwrite: false })
  await add('second')
  await expect(restoreDatabase(copy, store.file, clock.now())).rejects.toThrow('stop the daemon first')
  await add('third')
  await store.close()
  expect(await kinds(join(folder, 'data'))).toEqual(['first', 'second', 'third'])
})

test('restoring keeps what was there aside, with all that was written last', async () => {
  await copyDatabase(store.file, copy, { overwrite: false })
  await add('second')
  await store.close()
  const { keptAs = '' } = await restoreDatabase(copy, store.file, clock.now())
  expect(await kinds(join(folder, 'data'))).toEqual(['first'])
  const aside = join(folder, 'aside')
  mkdirSync(aside)
  writeFileSync(join(aside, 'sternpost.db'), readFileSync(keptAs))
  expect(await kinds(aside)).toEqual(['first', 'second'])
})

test.each([
  ['no database', 'a letter to the editor\n'.repeat(1000)],
  ['nothing', ''],
])('a backup that is %s is not restored', async (_name, content) => {
  await store.close()
  writeFileSync(copy, content)
  await expect(restoreDatabase(copy, store.file, clock.now())).rejects.toThrow('no sound backup')
  expect(await kinds(join(folder, 'data'))).toEqual(['first'])
})

test('a damaged database is replaced by the backup and kept aside', async () => {
  await copyDatabase(store.file, copy, { overwrite: false })
  await store.close()
  writeFileSync(store.file, 'x'.repeat(8192))
  const { keptAs = '' } = await restoreDatabase(copy, store.file, clock.now())
  expect(existsSync(keptAs)).toBe(true)
  expect(await kinds(join(folder, 'data'))).toEqual(['first'])
})
