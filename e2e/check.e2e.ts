// `sternpost check` against servers that are not ours: Postfix and Dovecot as MX hosts, nginx as policy host, NSD and
// unbound for what is signed and what is not.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CertificateAuthority, labCertificateAuthority } from '@sternpost/lab'
import { formatTlsaRecord } from '@sternpost/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  DOVECOT_ADDRESS,
  POLICY_HOST_ADDRESS,
  POSTFIX_37_ADDRESS,
  POSTFIX_310_ADDRESS,
} from './ground/addresses.ts'
import { rootsOfGround, SCRATCH } from './ground/namespace.ts'
import { createDaemon, type Daemon } from './harness/daemon.ts'
import { createDovecot, type Dovecot } from './harness/dovecot.ts'
import { type Names, startNames } from './harness/names.ts'
import { type Postfix, startPostfix } from './harness/postfix.ts'
import { type RootProcess, runInRoot, startInRoot } from './harness/root-process.ts'
import type { ZoneRecord } from './harness/zone.ts'

const roots = rootsOfGround()
const FOLDER = `${SCRATCH}/check`
const inRoot = (root: string, file: string) => join(root, FOLDER, file)

/** MX hosts that are real, by the domain whose only host each is. */
const hosts = [
  { title: 'Postfix 3.10', domain: 'postfix310.secure.test', address: POSTFIX_310_ADDRESS },
  { title: 'Postfix 3.7', domain: 'postfix37.secure.test', address: POSTFIX_37_ADDRESS },
  { title: 'Dovecot', domain: 'dovecot.secure.test', address: DOVECOT_ADDRESS },
] as const

/** Domains with the same good host and another state of their zone or policy host. */
const unsigned = 'unsigned.insecure.test'
const bogus = 'mail.bogus.test'
const otherKey = 'other-key.secure.test'
const strangeVhost = 'vhost.secure.test'
const missingFile = 'missing.secure.test'
const redirected = 'redirected.secure.test'

interface Result {
  readonly domain: string
  readonly worst: string
  readonly findings: readonly { readonly code: string; readonly severity: string; readonly message: string }[]
  readonly simulation: readonly { readonly sender: string; readonly delivery: string }[]
}

let ca: CertificateAuthority
let names: Names
let daemon: Daemon
let dovecot: Dovecot
let nginx: RootProcess
const postfixes: Postfix[] = []

beforeAll(async () => {
  ca = await labCertificateAuthority()
  for (const root of [roots.trixie, roots.bookworm]) mkdirSync(join(root, FOLDER), { recursive: true })
  const records: ZoneRecord[] = []
  for (const { domain, address } of hosts) {
    const mxHost = `mx.${domain}`
    const leaf = await ca.issue({ names: [mxHost], intermediate: true })
    const root = address === POSTFIX_37_ADDRESS ? roots.bookworm : roots.trixie
    writeFileSync(inRoot(root, `${mxHost}.pem`), `${leaf.keyPem}${leaf.chainPem}`)
    records.push(
      ...mail(domain, mxHost, address),
      { name: `_25._tcp.${mxHost}`, type: 'TLSA', data: formatTlsaRecord(leaf.tlsa('3 1 1')) },
      { name: `_25._tcp.${mxHost}`, type: 'TLSA', data: `3 1 1 ${'5a'.repeat(32)}` },
    )
    if (address === DOVECOT_ADDRESS) {
      dovecot = await createDovecot({
        root: roots.trixie,
        address,
        certificate: { chainPem: leaf.chainPem, keyPem: leaf.keyPem },
        user: 'reports',
        password: 'secret',
        submission: { name: mxHost, port: 25 },
      })
      await dovecot.start()
    } else postfixes.push(await receivingPostfix(root, address, mxHost))
  }
  const shared = `mx.${hosts[0].domain}`
  for (const domain of [unsigned, bogus, strangeVhost, missingFile, redirected]) {
    records.push(...mail(domain, shared, undefined))
  }
  records.push(...mail(otherKey, `mx.${otherKey}`, POSTFIX_310_ADDRESS), {
    name: `_25._tcp.mx.${otherKey}`,
    type: 'TLSA',
    data: `3 1 1 ${'5a'.repeat(32)}`,
  })
  names = await startNames(
    roots.trixie,
    (['secure', 'insecure', 'bogus'] as const).map(security => ({ origin: `${security}.test`, security })),
    [...records, { name: 'a.bogus.test', type: 'A', data: '127.0.0.9' }],
  )
  nginx = await startNginx()
  daemon = createDaemon({
    caPem: ca.caPem,
    more: `check: { heloName: probe.example.net, allowAddresses: ['127.0.0.0/8'], controlHosts: [] }\n`,
  })
})
afterAll(async () => {
  await daemon?.dispose()
  await nginx?.stop()
  await dovecot?.stop()
  for (const postfix of postfixes) await postfix.stop()
  await names?.stop()
})

/** What every domain here has: one host, an enforced policy, TLS reports. */
function mail(domain: string, mxHost: string, address: string | undefined): ZoneRecord[] {
  return [
    { name: domain, type: 'MX', data: `10 ${mxHost}.` },
    ...(address === undefined ? [] : [{ name: mxHost, type: 'A', data: address }]),
    { name: `_mta-sts.${domain}`, type: 'TXT', data: '"v=STSv1; id=1;"' },
    { name: `mta-sts.${domain}`, type: 'A', data: POLICY_HOST_ADDRESS },
    {
      name: `_smtp._tls.${domain}`,
      type: 'TXT',
      data: '"v=TLSRPTv1; rua=mailto:tls@postfix310.secure.test"',
    },
  ]
}

async function receivingPostfix(root: string, address: string, mxHost: string): Promise<Postfix> {
  return await startPostfix({
    root,
    address,
    caPem: ca.caPem,
    settings: {
      myhostname: mxHost,
      smtpd_tls_security_level: 'may',
      smtpd_tls_chain_files: `${FOLDER}/${mxHost}.pem`,
      mynetworks: '',
      smtpd_relay_restrictions: 'reject_unauth_destination',
      relay_domains: 'secure.test',
    },
  })
}

/** A web server as people set it up: good sites, one without the file, one that redirects, one that is not there. */
async function startNginx(): Promise<RootProcess> {
  const served = [...hosts.map(({ domain }) => domain), unsigned, bogus, otherKey]
  const servers = [
    // The first one answers for every name that no other has.
    await site('www.secure.test', 'location / { return 200 "<html>welcome</html>"; }'),
    ...(await Promise.all(
      served.map(domain => {
        const host =
          hosts.some(known => known.domain === domain) || domain === otherKey
            ? `mx.${domain}`
            : `mx.${hosts[0].domain}`
        const text = `version: STSv1\\nmode: enforce\\nmx: ${host}\\nmax_age: 1209600\\n`
        return site(
          `mta-sts.${domain}`,
          `location = /.well-known/mta-sts.txt { default_type text/plain; return 200 "${text}"; }`,
        )
      }),
    )),
    await site(`mta-sts.${missingFile}`, `root ${FOLDER}/nowhere;`),
    await site(`mta-sts.${redirected}`, `return 301 https://www.secure.test$request_uri;`),
  ]
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  const config = `user root;
daemon off;
pid ${FOLDER}/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  server_names_hash_bucket_size 128;
  ${temporary.map(name => `${name}_temp_path ${FOLDER}/${name};`).join(' ')}
${servers.join('')}}
`
  writeFileSync(inRoot(roots.trixie, 'nginx.conf'), config)
  await runInRoot(roots.trixie, 'nginx', ['-t', '-c', `${FOLDER}/nginx.conf`])
  return startInRoot(roots.trixie, 'nginx', ['-c', `${FOLDER}/nginx.conf`])
}

async function site(name: string, what: string): Promise<string> {
  const leaf = await ca.issue({ names: [name] })
  writeFileSync(inRoot(roots.trixie, `${name}.crt`), leaf.chainPem)
  writeFileSync(inRoot(roots.trixie, `${name}.key`), leaf.keyPem)
  return `  server {
    listen ${POLICY_HOST_ADDRESS}:443 ssl;
    server_name ${name};
    ssl_certificate ${FOLDER}/${name}.crt;
    ssl_certificate_key ${FOLDER}/${name}.key;
    ${what}
  }
`
}

async function check(...args: string[]): Promise<{ code: number; results: Map<string, Result> }> {
  const { code, stdout, stderr } = await daemon.command('check', '--json', ...args)
  expect(stderr).toBe('')
  const results = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Result)
  return { code, results: new Map(results.map(result => [result.domain, result])) }
}

const codesOf = (result: Result | undefined, ...severities: string[]) =>
  (result?.findings ?? []).filter(({ severity }) => severities.includes(severity)).map(({ code }) => code)

describe('sternpost check and servers that are not ours', () => {
  let checked: Awaited<ReturnType<typeof check>>
  beforeAll(async () => {
    const others = [unsigned, bogus, otherKey, strangeVhost, missingFile, redirected]
    checked = await check('--rcpt', ...hosts.map(({ domain }) => domain), ...others)
  })

  it.each(hosts)(
    '$title as MX host is found healthy, and every sender that looks is served',
    ({ domain }) => {
      const result = checked.results.get(domain)
      expect(codesOf(result, 'error', 'warning', 'unknown')).toEqual([])
      const deliveries = result?.simulation.filter(({ sender }) => sender !== 'opportunistic')
      expect(deliveries?.map(({ delivery }) => delivery)).toEqual(new Array(3).fill('delivered-verified'))
    },
  )

  it.each([
    [unsigned, 'dnssec/unsigned'],
    [bogus, 'dnssec/bogus'],
    [otherKey, 'dane/mismatch'],
    [strangeVhost, 'policy-host/certificate-name'],
    [missingFile, 'policy-host/http-status'],
    [redirected, 'policy-host/redirect'],
  ])('%s has the finding %s', (domain, code) => {
    expect(checked.results.get(domain)?.findings.map(finding => finding.code)).toContain(code)
  })

  it('ends with 1, and no Postfix has mail from it', () => {
    expect(checked.code).toBe(1)
    for (const postfix of postfixes)
      expect(postfix.log()).not.toMatch(/postfix\/(cleanup|qmgr)\[\d+\]: .*message-id/)
  })

  it('says it to people', async () => {
    const { stdout, code } = await daemon.command('check', redirected)
    expect(code).toBe(1)
    expect(stdout).toContain('policy-host/redirect')
    expect(stdout).toContain('Would it arrive?')
    expect(stdout).not.toContain('\u001b')
  })
})
