import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualClock } from '@sternpost/lab'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Store } from '../store/index.ts'
import { runSternpost } from './testing/run-sternpost.ts'

const NOW = Date.parse('2026-06-01T00:00:00Z')
let folder = ''
let store: Store
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-backup-'))
  writeFileSync(join(folder, 'sternpost.yaml'), 'data: state\n')
  store = new Store({ dataDir: join(folder, 'state'), clock: createManualClock(NOW), onNotice: () => {} })
  await store.open()
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

const run = (...argv: string[]) => runSternpost(folder, argv, { now: () => NOW })

test('backup writes beside a running daemon, and not over a file that is there', async () => {
  expect(await run('backup', 'copy.db')).toMatchObject({ code: 0, err: '' })
  expect(existsSync(join(folder, 'copy.db'))).toBe(true)
  const again = await run('backup', 'copy.db')
  expect(again.code).toBe(1)
  expect(again.err).toContain('copy.db is there already')
  const forced = await run('backup', 'copy.db', '--force', '--json')
  expect(JSON.parse(forced.out)).toMatchObject({ file: join(folder, 'copy.db'), bytes: expect.any(Number) })
})

test('restore waits for the daemon to be stopped, and says where the old database is', async () => {
  await run('backup', 'copy.db')
  const refused = await run('restore', 'copy.db')
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('stop the daemon first') })
  await store.close()
  const restored = await run('restore', 'copy.db', '--json')
  expect(restored.code).toBe(0)
  const { keptAs } = JSON.parse(restored.out) as { keptAs: string }
  expect(
    readdirSync(join(folder, 'state'))
      .map(name => join(folder, 'state', name))
      .sort(),
  ).toEqual([join(folder, 'state', 'sternpost.db'), keptAs])
})

test('restore of a file that is no backup changes nothing', async () => {
  await store.close()
  expect((await run('restore', 'sternpost.yaml')).err).toContain('is no sound backup')
  expect((await run('restore', 'nowhere.db')).err).toContain('there is no file')
  expect(readdirSync(join(folder, 'state'))).toEqual(['sternpost.db'])
})
