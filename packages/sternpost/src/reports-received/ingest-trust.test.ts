import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualClock } from '@sternpost/lab'
import { createDnsClient } from '@sternpost/network'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createLogger } from '../log/index.ts'
import { Store } from '../store/index.ts'
import type { IntakeChannel } from './document.ts'
import { ReportIntake } from './ingest.ts'
import { ReportNotStoredError } from './report-store.ts'
import { keyRecord, reportMail, serveKeys, signMail } from './testing/signed-mail.ts'

const clock = createManualClock(Date.parse('2026-11-02T04:00:00Z'))
/** Nobody listens there. */
const noDns = createDnsClient({ servers: ['127.0.0.1:9'], tries: 1, timeoutsMs: [200] })
let world: Awaited<ReturnType<typeof serveKeys>>
let signed: string
let folder: string
let store: Store
beforeAll(async () => {
  world = await serveKeys({ 'sel._domainkey.example.test': keyRecord() })
  signed = await signMail(reportMail({ from: 'tls@example.test' }), { domain: 'example.test' })
})
afterAll(async () => {
  noDns.close()
  await world.close()
})
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-trust-'))
  store = new Store({ dataDir: folder, clock, onNotice: () => {} })
  await store.open()
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

function createIntake(dns = world.dns): ReportIntake {
  return new ReportIntake({
    store,
    clock,
    dns,
    limits: { documentBytes: 1 << 20, unpackedBytes: 4 << 20, ratio: 200, members: 100, nesting: 3 },
    ourDomains: () => true,
    log: createLogger({ level: 'silent', format: 'json' }, { isTerminal: false, color: false }),
  })
}

async function trustOf(intake: ReportIntake, channel: IntakeChannel, mail: string) {
  const verdict = await intake.take({ channel, bytes: Buffer.from(mail), receivedAt: clock.now() })
  return verdict.reports[0]?.authentication.trust
}

test.each([
  ['smtp', 'authenticated'],
  ['imap', 'authenticated'],
  ['folder', 'authenticated'],
  ['import', 'imported'],
  ['https', 'unauthenticated'],
] as const)('a signed mail that comes by %s is %s', async (channel, trust) => {
  expect(await trustOf(createIntake(), channel, signed)).toBe(trust)
})

test.each(['smtp', 'folder'] as const)('a mail changed on its way to %s is untrusted', async channel => {
  const changed = signed.replace('Subject: ', 'Subject: x')
  expect(changed).not.toBe(signed)
  expect(await trustOf(createIntake(), channel, changed)).toBe('untrusted')
})

test('a mail whose key cannot be looked up is put off, and taken without proof only after hours', async () => {
  const intake = createIntake(noDns)
  await expect(trustOf(intake, 'smtp', signed)).rejects.toThrow(ReportNotStoredError)
  await clock.advance(3_600_000)
  await expect(trustOf(intake, 'smtp', signed)).rejects.toThrow(ReportNotStoredError)
  await clock.advance(4 * 3_600_000)
  expect(await trustOf(intake, 'smtp', signed)).toBe('untrusted')
  // The same mail with a working DNS takes its place.
  expect(await trustOf(createIntake(), 'smtp', signed)).toBe('authenticated')
  const stored = await store.read(db => db.selectFrom('reports').select('trust').execute())
  expect(stored).toEqual([{ trust: 'authenticated' }])
})
