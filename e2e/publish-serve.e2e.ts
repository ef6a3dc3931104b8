// Policies as they are fetched in the world: from our policy host, and through a real nginx with the snippet of ours.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CertificateAuthority, labCertificateAuthority } from '@sternpost/lab'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { POLICY_HOST_ADDRESS } from './ground/addresses.ts'
import { rootsOfGround, SCRATCH } from './ground/namespace.ts'
import { createDaemon, type Daemon } from './harness/daemon.ts'
import { type Names, startNames } from './harness/names.ts'
import { type RootProcess, runInRoot, startInRoot, waitFor } from './harness/root-process.ts'

const DOMAIN = 'ours.insecure.test'
const HOST = `mta-sts.${DOMAIN}`
const PLAIN_PORT = 8462
const FOLDER = `${SCRATCH}/publish-serve`
const { trixie } = rootsOfGround()

let ca: CertificateAuthority
let names: Names
const folder = mkdtempSync(join(tmpdir(), 'sternpost-serve-e2e-'))
const inRoot = join(trixie, FOLDER)

const records = (policyId: string) => [
  { name: DOMAIN, type: 'MX', data: `10 mx1.${DOMAIN}.` },
  { name: DOMAIN, type: 'MX', data: `20 mx2.${DOMAIN}.` },
  { name: HOST, type: 'A', data: POLICY_HOST_ADDRESS },
  { name: `_mta-sts.${DOMAIN}`, type: 'TXT', data: `"v=STSv1; id=${policyId};"` },
]

beforeAll(async () => {
  ca = await labCertificateAuthority()
  const certificate = await ca.issue({ names: [HOST] })
  mkdirSync(inRoot, { recursive: true })
  for (const place of [folder, inRoot]) {
    writeFileSync(join(place, 'fullchain.pem'), certificate.chainPem)
    writeFileSync(join(place, 'privkey.pem'), certificate.keyPem)
    writeFileSync(join(place, 'ca.pem'), ca.caPem)
  }
  names = await startNames(
    trixie,
    [
      { origin: 'insecure.test', security: 'insecure' },
      { origin: 'secure.test', security: 'secure' },
      { origin: 'bogus.test', security: 'bogus' },
    ],
    records('0'),
  )
})
afterAll(async () => {
  await names?.stop()
  rmSync(folder, { recursive: true })
})

/** Publishes the domain by the command line beside a running daemon, and its record; gives the text served. */
async function publishDomain(daemon: Daemon): Promise<{ readonly policyId: string; readonly text: string }> {
  const added = await daemon.command('domain', 'add', DOMAIN, '--json')
  expect(added).toMatchObject({ code: 0, stderr: '' })
  const [version] = (JSON.parse(added.stdout) as { versions: { policyId: string; text: string }[] }).versions
  if (version === undefined) throw new Error('no version was made')
  await names.publish(records(version.policyId))
  return version
}

/** What a stranger's program fetches. */
const curl = (...args: string[]) =>
  runInRoot(trixie, 'curl', ['--silent', '--show-error', '--cacert', `${FOLDER}/ca.pem`, ...args])
const policyUrl = `https://${HOST}/.well-known/mta-sts.txt`

async function expectFetchedByAll(daemon: Daemon, text: string, policyId: string): Promise<void> {
  const head = await waitFor(
    () => curl('--include', policyUrl).catch(() => undefined),
    () => `the policy cannot be fetched:\n${daemon.output()}`,
  )
  expect(head).toMatch(/^HTTP\/(2|1\.1) 200/)
  expect(head).toMatch(/content-type: text\/plain; charset=us-ascii/i)
  expect(await curl(policyUrl)).toBe(text)

  const lookedUp = await daemon.command('lookup', DOMAIN, '--json')
  expect(lookedUp.stdout).toContain(JSON.stringify(text).slice(1, -1))

  const trust = `SSL_CERT_FILE=${FOLDER}/ca.pem`
  const byResolver = await runInRoot(trixie, 'env', [trust, '/usr/bin/mta-sts-query', DOMAIN])
  expect(byResolver).toContain('STSFetchResult.VALID')
  expect(byResolver).toContain(policyId)
  expect(byResolver).toContain(`mx2.${DOMAIN}`)
}

describe('the policy host', () => {
  let daemon: Daemon
  beforeAll(async () => {
    daemon = createDaemon({
      caPem: ca.caPem,
      more: `publish:
  policyHost: { listen: ['${POLICY_HOST_ADDRESS}:443'] }
  certificates: { files: [{ certFile: '${folder}/fullchain.pem', keyFile: '${folder}/privkey.pem' }] }
`,
    })
    await daemon.start()
  })
  afterAll(() => daemon.dispose())

  it('serves a domain added beside it to curl, to our outbound and to postfix-mta-sts-resolver', async () => {
    const { policyId, text } = await publishDomain(daemon)
    await expectFetchedByAll(daemon, text, policyId)
    for (const version of ['--http1.1', '--http2', '--tls-max=1.2', '--tlsv1.3'])
      expect(await curl(...version.split('='), policyUrl)).toBe(text)
    expect(await curl(`https://${HOST}/`)).toBe('Only /.well-known/mta-sts.txt is served here (RFC 8461).\n')
    await expect(curl('--tls-max', '1.1', policyUrl)).rejects.toThrow()
    await expect(
      curl('--resolve', `mta-sts.other.test:443:${POLICY_HOST_ADDRESS}`, 'https://mta-sts.other.test/'),
    ).rejects.toThrow(/alert|unrecognized/)
  })

  it('serves it again after a power cut', async () => {
    const before = await curl(policyUrl)
    await daemon.kill()
    await daemon.start()
    const after = await waitFor(
      () => curl(policyUrl).catch(() => undefined),
      () => daemon.output(),
    )
    expect(after).toBe(before)
  })

  it('serves it no longer when it is removed', async () => {
    expect(await daemon.command('domain', 'remove', DOMAIN)).toMatchObject({ code: 0 })
    await waitFor(
      async () => {
        const answer = await curl('--include', policyUrl)
        return / 404/.test(answer) ? true : undefined
      },
      () => 'the policy is still served',
    )
  })
})

describe('nginx, with the snippet of sternpost setup nginx', () => {
  let daemon: Daemon
  let nginx: RootProcess | undefined
  beforeAll(async () => {
    daemon = createDaemon({
      caPem: ca.caPem,
      more: `publish: { policyHost: { plainHttp: ['127.0.0.1:${PLAIN_PORT}'] } }\n`,
    })
    await daemon.start()
  })
  afterAll(() => daemon.dispose())

  async function startNginx(...options: string[]): Promise<void> {
    const snippet = await daemon.command('setup', 'nginx', DOMAIN, ...options)
    expect(snippet.code).toBe(0)
    const server = snippet.stdout.replaceAll(`/etc/letsencrypt/live/${HOST}`, FOLDER)
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    writeFileSync(
      join(inRoot, 'nginx.conf'),
      `user root;
daemon off;
pid ${FOLDER}/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  ${temporary.map(name => `${name}_temp_path ${FOLDER}/${name};`).join(' ')}
  types { text/plain txt; }
${server}}
`,
    )
    await runInRoot(trixie, 'nginx', ['-t', '-c', `${FOLDER}/nginx.conf`])
    nginx = startInRoot(trixie, 'nginx', ['-c', `${FOLDER}/nginx.conf`])
  }

  it('in front of the policy host', async () => {
    await startNginx()
    const { policyId, text } = await publishDomain(daemon)
    await expectFetchedByAll(daemon, text, policyId)
    expect(await curl('--write-out', '%{http_code}', '--output', '/dev/null', `https://${HOST}/`)).toBe('404')
    await nginx?.stop()
  })

  it('with the files of domain export', async () => {
    const site = join(inRoot, 'site')
    expect(await daemon.command('domain', 'export', '--static', site)).toMatchObject({ code: 0 })
    await startNginx('--files', `${FOLDER}/site`)
    const shown = await daemon.command('domain', 'show', DOMAIN, '--json')
    const [version] = (JSON.parse(shown.stdout) as { versions: { policyId: string; text: string }[] })
      .versions
    await expectFetchedByAll(daemon, version?.text ?? '', version?.policyId ?? '')
    await nginx?.stop()
  })
})
