import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualClock, labCertificateAuthority } from '@sternpost/lab'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLogger } from '../../log/index.ts'
import { CertificateFiles } from './certificate-files.ts'
import { createCertificateWorld } from './testing/certificate-world.ts'
import { startSmallAuthority } from './testing/small-authority.ts'

const HOST = 'mta-sts.example.com'
let folder: string
let lines: string[]
const clock = createManualClock(Date.now())
const log = createLogger(
  { level: 'debug', format: 'json' },
  { isTerminal: false, color: false, write: line => lines.push(line) },
)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-files-'))
  lines = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const pattern = () => ({
  certFile: join(folder, 'live', '{host}', 'fullchain.pem'),
  keyFile: join(folder, 'live', '{host}', 'privkey.pem'),
})

const files = () => new CertificateFiles({ files: [pattern()], now: clock.now, log })

/** As certbot does: files with a number, and links of a fixed name. */
async function put(name: string, host = HOST, keyOfAnother = false): Promise<string> {
  const ca = await labCertificateAuthority()
  const certificate = await ca.issue({ names: [name] })
  const key = keyOfAnother ? (await ca.issue({ names: [name] })).keyPem : certificate.keyPem
  const live = join(folder, 'live', host)
  mkdirSync(live, { recursive: true })
  for (const [link, text] of [
    ['fullchain.pem', certificate.chainPem],
    ['privkey.pem', key],
  ] as const) {
    const target = join(folder, `${Math.random()}.pem`)
    writeFileSync(target, text, { mode: 0o600 })
    symlinkSync(target, join(live, `${link}.new`))
    renameSync(join(live, `${link}.new`), join(live, link))
  }
  return certificate.chainPem
}

describe('certificates in files', () => {
  it('are found by the host’s name and read again when another program renewed them', async () => {
    const one = files()
    expect(await one.find(HOST)).toBeUndefined()
    const first = await put(HOST)
    clock.jump(31_000)
    expect((await one.find(HOST))?.pem.chainPem).toBe(first)
    const second = await put(HOST)
    expect((await one.find(HOST))?.pem.chainPem).toBe(first)
    clock.jump(31_000)
    expect((await one.find(HOST))?.pem.chainPem).toBe(second)
    expect(await one.find('mta-sts.example.org')).toBeUndefined()
  })

  it('that do not belong together are told of once, and what was there stays', async () => {
    const one = files()
    const first = await put(HOST)
    await one.find(HOST)
    await put(HOST, HOST, true)
    for (let looks = 0; looks < 3; looks += 1) {
      clock.jump(31_000)
      expect((await one.find(HOST))?.pem.chainPem).toBe(first)
    }
    const told = lines.filter(line => line.includes('certificate/file-unfit'))
    expect(told).toHaveLength(1)
    expect(told[0]).toContain('the key belongs to another certificate')
    expect(lines.join('')).not.toContain('PRIVATE KEY')
  })

  it('that vanish are told of, and what was read of them stays in use', async () => {
    const one = files()
    const first = await put(HOST)
    await one.find(HOST)
    rmSync(join(folder, 'live'), { recursive: true })
    for (let looks = 0; looks < 3; looks += 1) {
      clock.jump(31_000)
      expect((await one.find(HOST))?.pem.chainPem).toBe(first)
    }
    expect(lines.filter(line => line.includes('are gone'))).toHaveLength(1)
  })

  it('for another name are of no use', async () => {
    await put('mta-sts.example.org')
    expect(await files().find(HOST)).toBeUndefined()
  })

  it('are served, and none is ordered for their host as long as they are good', async () => {
    await put(HOST)
    let now = Date.now
    const ca = await startSmallAuthority({ now: () => now() })
    const {
      certificates,
      addDomain,
      clock: time,
      close,
    } = await createCertificateWorld([ca], {
      files: [pattern()],
    })
    now = time.now
    time.jump(Date.now() - time.now())
    await addDomain('example.com')
    await addDomain('example.org')
    await certificates.runAll()
    expect(await certificates.state(HOST)).toMatchObject({ origin: 'file', condition: 'valid' })
    expect(await certificates.contextFor(HOST)).toBeDefined()
    expect(ca.calls.filter(({ what }) => what === 'order')).toHaveLength(1)
    time.jump(400 * 86_400_000)
    await certificates.runAll()
    expect(await certificates.state(HOST)).toMatchObject({ origin: 'acme', condition: 'valid' })
    await close()
    await ca.close()
  })
})
