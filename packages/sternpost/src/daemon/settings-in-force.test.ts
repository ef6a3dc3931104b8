import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadConfig } from '../config/index.ts'
import { settingsInForce } from './settings-in-force.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-settings-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function load(text: string) {
  const path = join(folder, 'sternpost.yaml')
  writeFileSync(path, text)
  const loaded = loadConfig({ path, env: {}, cwd: folder, isRoot: false, now: Date.UTC(2026, 5, 1) })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.issues))
  return loaded
}

test('what a reload does not take over is told as it was at the start, and that it waits', () => {
  const started = load('outbound:\n  dryRun: true\naccess:\n  sessions: { idle: 1h }\n')
  const readLast = load(
    '# another line\noutbound:\n  dryRun: false\n  cache: { maxDomains: 500 }\n  socketmap: { maxConnections: 100 }\naccess:\n  sessions: { idle: 2h }\nhttp: { listen: "127.0.0.1:8460" }\n',
  )
  const settings = settingsInForce(started, readLast)
  const told = (path: string) => {
    const { value, origin } = settings.find(setting => setting.path === path)!
    return { value, origin }
  }
  expect(told('outbound.dryRun')).toEqual({ value: false, origin: 'line 3' })
  expect(told('outbound.cache.maxDomains')).toEqual({ value: 500, origin: 'line 4' })
  expect(told('outbound.socketmap.maxConnections').value).toBe(4096)
  expect(told('access.sessions.idle')).toEqual({
    value: '1h',
    origin: 'line 4 at the start; another value waits for a restart',
  })
  // The same value, wherever it stands now.
  expect(told('http.listen')).toEqual({ value: '127.0.0.1:8460', origin: 'line 8' })
})
