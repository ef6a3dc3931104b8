import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualClock, labCertificateAuthority } from '@sternpost/lab'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLogger } from '../../log/index.ts'
import { Store } from '../../store/index.ts'
import { CertificateContexts } from './certificate-contexts.ts'
import { CertificateFiles } from './certificate-files.ts'
import { CertificateStore } from './certificate-store.ts'

const clock = createManualClock(Date.now())
const log = createLogger({ level: 'silent', format: 'json' }, { isTerminal: false, color: false })
let dataDir: string
let store: Store
let unusable: string[]
let contexts: CertificateContexts

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sternpost-contexts-'))
  store = new Store({ dataDir, clock, onNotice: () => {} })
  await store.open()
  unusable = []
  contexts = new CertificateContexts({
    store: new CertificateStore(store, clock, 'one'),
    files: new CertificateFiles({ files: [], now: clock.now, log }),
    now: clock.now,
    maxLoaded: 3,
    onUnusable: host => unusable.push(host),
  })
})
afterEach(async () => {
  await store.close()
  rmSync(dataDir, { recursive: true, force: true })
})

async function put(host: string, issuedAt = clock.now(), chain?: string): Promise<void> {
  const { chainPem, keyPem } = await (await labCertificateAuthority()).issue({ names: [host] })
  const row = {
    chain_pem: chain ?? chainPem,
    key_pem: keyPem,
    not_before: clock.now(),
    not_after: clock.now() + 86_400_000,
    directory_url: '',
    issued_at: issuedAt,
  }
  await store.write(db =>
    db
      .insertInto('certificates')
      .values({ host, ...row })
      .onConflict(conflict => conflict.column('host').doUpdateSet(row))
      .execute(),
  )
}

it('no more are kept than may be, and a flood of strange names drives none of them out', async () => {
  const hosts = Array.from({ length: 5 }, (_, index) => `mta-sts.d${index}.example`)
  for (const host of hosts) await put(host)
  for (const host of hosts) expect(await contexts.contextFor(host)).toBeDefined()
  expect(contexts.loadedCount).toBe(3)
  const last = await contexts.contextFor(hosts[4] ?? '')
  for (let index = 0; index < 1000; index += 1) await contexts.contextFor(`strange${index}.example`)
  expect(contexts.loadedCount).toBe(3)
  expect(await contexts.contextFor(hosts[4] ?? '')).toBe(last)
  expect(await contexts.contextFor(hosts[0] ?? '')).toBeDefined()
})

it('a renewal by another process is taken over without a client waiting for it', async () => {
  await put('mta-sts.a.example', 1)
  const first = await contexts.contextFor('mta-sts.a.example')
  await put('mta-sts.a.example', 2)
  expect(await contexts.contextFor('mta-sts.a.example')).toBe(first)
  clock.jump(31_000)
  expect(await contexts.contextFor('mta-sts.a.example')).toBe(first)
  await new Promise(resolve => setTimeout(resolve, 50))
  expect(await contexts.contextFor('mta-sts.a.example')).not.toBe(first)
})

it('many clients at once load it once', async () => {
  await put('mta-sts.a.example')
  const all = await Promise.all(Array.from({ length: 50 }, () => contexts.contextFor('mta-sts.a.example')))
  expect(new Set(all).size).toBe(1)
})

it('one that is damaged in the database is told of; what was loaded before is served on', async () => {
  await put('mta-sts.a.example', 1)
  const first = await contexts.contextFor('mta-sts.a.example')
  await put('mta-sts.a.example', 2, 'damaged')
  clock.jump(31_000)
  await contexts.contextFor('mta-sts.a.example')
  await new Promise(resolve => setTimeout(resolve, 50))
  expect(await contexts.contextFor('mta-sts.a.example')).toBe(first)
  await put('mta-sts.b.example', 1, 'damaged')
  expect(await contexts.contextFor('mta-sts.b.example')).toBeUndefined()
  expect(unusable).toContain('mta-sts.b.example')
})

it('a database that does not answer takes nothing away that is loaded', async () => {
  await put('mta-sts.a.example')
  const first = await contexts.contextFor('mta-sts.a.example')
  await store.close()
  clock.jump(31_000)
  await contexts.contextFor('mta-sts.a.example')
  await new Promise(resolve => setTimeout(resolve, 20))
  expect(await contexts.contextFor('mta-sts.a.example')).toBe(first)
  expect(await contexts.contextFor('mta-sts.b.example')).toBeUndefined()
})
