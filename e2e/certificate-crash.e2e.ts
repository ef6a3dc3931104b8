// The daemon is killed between ordering, proving, finalizing and keeping a certificate; the next start goes on.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { nodeArguments } from '../tools/suite.ts'
import { POLICY_HOST_ADDRESS } from './ground/addresses.ts'
import { rootsOfGround } from './ground/namespace.ts'
import { authorityOf, createMovedClock, openCertificateRoom } from './harness/certificate-room.ts'
import { type Names, startNames } from './harness/names.ts'
import { type Pebble, startPebble } from './harness/pebble.ts'

/** How long another process leaves a host alone that one had when it was killed. */
const CLAIM_MS = 130_000

/** What the authority says in its log when it is that far. */
const moments = [
  ['the order is placed', 'orders in the db'],
  ['the challenge is looked at', 'Attempting to validate'],
  ['the certificate is being made', 'is fully authorized'],
  ['the certificate is there', 'Issued certificate serial'],
] as const

const domains = moments.map((_, index) => `crash${index}.insecure.test`)
let names: Names
let pebble: Pebble
let dataDir: string

beforeAll(async () => {
  names = await startNames(
    rootsOfGround().trixie,
    [{ origin: 'insecure.test', security: 'insecure' }],
    domains.map(domain => ({ name: `mta-sts.${domain}`, type: 'A', data: POLICY_HOST_ADDRESS })),
  )
  pebble = await startPebble(rootsOfGround().trixie, { port: 14_000, managementPort: 15_000 })
})
afterAll(async () => {
  await pebble.stop()
  await names.stop()
})
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sternpost-crash-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

function orderIn(aheadMs: number, domain: string): { child: ChildProcess; ended: Promise<number | null> } {
  const script = join(import.meta.dirname, 'harness', 'certificate-process.ts')
  const authority = JSON.stringify(authorityOf(pebble))
  const child = spawn(
    process.execPath,
    [...nodeArguments(script), dataDir, String(aheadMs), domain, authority],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  return { child, ended: new Promise(resolve => child.once('exit', resolve)) }
}

const times = (text: string, part: string) => text.split(part).length - 1

it.each(moments.map(([moment, line], index) => ({ moment, line, domain: domains[index] ?? '' })))(
  'killed when $moment, the next start has its certificate, at the cost of one more order at most',
  async ({ line, domain }) => {
    const before = pebble.output().length
    const logged = () => pebble.output().slice(before)
    const { child, ended } = orderIn(0, domain)
    // Sooner than the harness would look again: the next step is only some milliseconds away.
    while (!logged().includes(line) && child.exitCode === null) await sleep(1)
    child.kill('SIGKILL')
    expect(await ended).toBeNull()
    expect(await orderIn(CLAIM_MS, domain).ended).toBe(0)
    const room = await openCertificateRoom({
      dataDir,
      clock: createMovedClock(CLAIM_MS),
      settings: { authorities: [authorityOf(pebble)] },
    })
    expect(await room.certificates.state(`mta-sts.${domain}`)).toMatchObject({ condition: 'valid' })
    await room.close()
    expect(times(logged(), 'orders in the db')).toBeLessThanOrEqual(2)
    expect(times(logged(), 'accounts in memory')).toBeLessThanOrEqual(2)
  },
)
