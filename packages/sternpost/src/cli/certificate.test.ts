import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { labCertificateAuthority } from '@sternpost/lab'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSteadyClock } from '../base/index.ts'
import { Store } from '../store/index.ts'
import { runSternpost } from './testing/run-sternpost.ts'

let folder = ''
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-certificate-'))
  const live = join(folder, 'live', 'from-file.example')
  mkdirSync(live, { recursive: true })
  const ca = await labCertificateAuthority()
  const certificate = await ca.issue({ names: ['mta-sts.from-file.example'] })
  writeFileSync(join(live, 'cert.pem'), certificate.chainPem)
  writeFileSync(join(live, 'key.pem'), certificate.keyPem)
  configure('agreeTerms: true')
  for (const domain of ['a.example', 'from-file.example', 'z.example'])
    await run('domain', 'add', domain, '--mx', `mx.${domain}`)
})
afterEach(() => rmSync(folder, { recursive: true }))

function configure(terms: string): void {
  const files = `[{ certFile: '${folder}/live/{domain}/cert.pem', keyFile: '${folder}/live/{domain}/key.pem' }]`
  writeFileSync(
    join(folder, 'sternpost.yaml'),
    `data: data\npublish:\n  policyHost: { listen: ['127.0.0.1:8443'] }\n  certificates: { ${terms}, files: ${files} }\n`,
  )
}

const run = (...argv: string[]) => runSternpost(folder, argv)

/** What a try of the daemon leaves behind. */
async function fail(host: string): Promise<void> {
  const clock = createSteadyClock()
  const store = new Store({ dataDir: join(folder, 'data'), clock, onNotice: () => {} })
  await store.open()
  await store.write(db =>
    db
      .updateTable('certificate_orders')
      .set({
        failures: 2,
        last_tried_at: Date.UTC(2026, 10, 25, 12),
        next_try_at: Date.UTC(2026, 10, 25, 13),
        last_error: 'certificate/host-not-found',
        last_error_message: `${host} has no address in DNS yet\u001b[31m`,
      })
      .where('host', '=', host)
      .execute(),
  )
  await store.close()
}

test('a list says of each domain where its certificate is from and what went wrong, within 80 columns', async () => {
  expect((await run('certificate', 'renew', 'a.example')).out).toContain('is ordered within seconds')
  await fail('mta-sts.a.example')
  const { out, code } = await run('certificate', 'list')
  expect(code).toBe(0)
  expect(out).toMatch(/^Domain +Certificate +Until +Days +Last trouble\n/)
  expect(out).toMatch(/a\.example +none +- +- +host-not-found\n/)
  expect(out).toMatch(/from-file\.example +valid \(file\) +\d{4}-\d\d-\d\d +\d+ +-\n/)
  for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  expect((await run('certificate', 'list', '--failing')).out).not.toContain('from-file')
  expect((await run('certificate', 'list', '--limit', '1')).out).toContain('More: add --after a.example')
  const json = JSON.parse((await run('certificate', 'list', '--json', '--limit', '1')).out)
  expect(json).toMatchObject({
    certificates: [
      {
        domain: 'a.example',
        host: 'mta-sts.a.example',
        condition: 'none',
        nextTryAt: '2026-11-25T13:00:00.000Z',
        lastError: { code: 'certificate/host-not-found', at: '2026-11-25T12:00:00.000Z' },
      },
    ],
    next: 'a.example',
  })
})

test('domain show tells how the certificate stands, without the controls of a stranger', async () => {
  await run('certificate', 'renew', 'a.example')
  await fail('mta-sts.a.example')
  const { out } = await run('domain', 'show', 'a.example')
  expect(out).toContain(
    'Certificate of mta-sts.a.example\n  There is none yet. Tried next at 2026-11-25 13:00.',
  )
  expect(out).toContain('Tried in vain 2 times, at 2026-11-25 12:00')
  expect(out).toContain('[certificate/host-not-found]')
  expect(out).not.toContain('\u001b')
  expect((await run('domain', 'show', 'from-file.example')).out).toContain('from a file')
})

test('nothing is asked for without agreement to the terms, or for a domain that is not ours', async () => {
  expect(await run('certificate', 'renew', 'other.example')).toMatchObject({
    code: 1,
    err: 'sternpost: other.example is not published here\n',
  })
  configure('agreeTerms: false')
  const { code, err } = await run('certificate', 'renew', 'a.example')
  expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('agreeTerms') })
  expect((await run('domain', 'show', 'a.example')).out).toContain('None is ordered')
})
