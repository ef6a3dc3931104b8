// A domain from `domain add` to mode enforce and back: our daemon, a real BIND and a Knot that follows it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CertificateAuthority, labCertificateAuthority } from '@sternpost/lab'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { BIND_ADDRESS, KNOT_ADDRESS, POLICY_HOST_ADDRESS } from './ground/addresses.ts'
import { rootsOfGround } from './ground/namespace.ts'
import { createDaemon, type Daemon } from './harness/daemon.ts'
import { type Names, startNames } from './harness/names.ts'
import { waitFor } from './harness/root-process.ts'
import { delegationTo, startUpdatableServers, type UpdatableServers } from './harness/updatable-servers.ts'

const DOMAIN = 'rolled.test'
const zones = [{ origin: DOMAIN, primary: 'bind', notifies: true }] as const
const key = { name: 'writer', algorithm: 'hmac-sha256', secret: Buffer.alloc(32, 7).toString('base64') }
const stranger = { ...key, name: 'stranger', secret: Buffer.alloc(32, 9).toString('base64') }
const folder = mkdtempSync(join(tmpdir(), 'sternpost-rollout-e2e-'))
const { trixie } = rootsOfGround()

let ca: CertificateAuthority
let names: Names
let servers: UpdatableServers
let daemon: Daemon

beforeAll(async () => {
  ca = await labCertificateAuthority()
  const certificate = await ca.issue({ names: [`mta-sts.${DOMAIN}`] })
  writeFileSync(join(folder, 'fullchain.pem'), certificate.chainPem)
  writeFileSync(join(folder, 'privkey.pem'), certificate.keyPem)
  const { name, algorithm, secret } = key
  const text = `key "${name}" {\n  algorithm ${algorithm};\n  secret "${secret}";\n};\n`
  writeFileSync(join(folder, 'writer.key'), text, { mode: 0o600 })
  servers = await startUpdatableServers(trixie, zones, key, stranger)
  names = await startNames(trixie, [], delegationTo(zones))
  daemon = createDaemon({
    caPem: ca.caPem,
    more: `publish:
  policyHost: { listen: ['${POLICY_HOST_ADDRESS}:443'] }
  certificates: { files: [{ certFile: '${folder}/fullchain.pem', keyFile: '${folder}/privkey.pem' }] }
  dns:
    ttl: 60s
    policyHost: [${POLICY_HOST_ADDRESS}]
    allowAddresses: [127.0.0.0/8]
    writers:
      - { name: bind, type: rfc2136, zones: [${DOMAIN}], server: ${BIND_ADDRESS}, keyFile: ${folder}/writer.key }
`,
  })
  await daemon.start()
})
afterAll(async () => {
  await daemon?.dispose()
  await names?.stop()
  await servers?.stop()
  rmSync(folder, { recursive: true, force: true })
})

interface Status {
  readonly stage: string
  readonly served: { readonly policyId: string; readonly mode: string } | null
  readonly publication: object | null
  readonly daemonRuns: boolean
}

async function status(): Promise<Status | undefined> {
  const { stdout } = await daemon.command('rollout', DOMAIN, '--json')
  return stdout === '' ? undefined : (JSON.parse(stdout) as Status)
}

/** Waits until the daemon has led the domain to a stage, with nothing under way; gives the policy that is served. */
async function reached(stages: readonly string[]): Promise<NonNullable<Status['served']>> {
  let seen: Status | undefined
  return waitFor(
    async () => {
      seen = await status()
      const isThere = seen !== undefined && stages.includes(seen.stage) && seen.publication === null
      return isThere ? (seen?.served ?? undefined) : undefined
    },
    () => `${JSON.stringify(seen, null, 1)}\n${daemon.output()}`,
  )
}

async function expectAnnounced(policyId: string): Promise<void> {
  for (const server of [BIND_ADDRESS, KNOT_ADDRESS])
    expect(await servers.ask(server, `_mta-sts.${DOMAIN}`, 'TXT')).toEqual([`TXT "v=STSv1; id=${policyId};"`])
}

const testing = ['published', 'gathering']

it('publishes an added domain by itself: host record, policy, id at every server', async () => {
  const added = await daemon.command(
    ...['domain', 'add', DOMAIN, '--mx', `mx.${DOMAIN}`, '--rua', 'tls@example.test'],
    ...['--dns-writer', 'bind', '--dns-apply', 'auto'],
  )
  expect(added).toMatchObject({ code: 0, stderr: '' })
  const { policyId, mode } = await reached(testing)
  expect(mode).toBe('testing')
  await expectAnnounced(policyId)
  expect(await servers.ask(KNOT_ADDRESS, `mta-sts.${DOMAIN}`, 'A')).toEqual([`A ${POLICY_HOST_ADDRESS}`])
  expect(await servers.ask(KNOT_ADDRESS, `_smtp._tls.${DOMAIN}`, 'TXT')).toEqual([
    'TXT "v=TLSRPTv1; rua=mailto:tls@example.test;"',
  ])
})

it('does not enforce without evidence, and does with an override, beside the daemon', async () => {
  const refused = await daemon.command('rollout', 'advance', DOMAIN)
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr).toContain('is not ready to be enforced')
  const advanced = await daemon.command('rollout', 'advance', DOMAIN, '--override', 'a test')
  expect(advanced).toMatchObject({ code: 0, stderr: '' })
  expect(advanced.stdout).toContain('The daemon goes on with it')
  const { policyId, mode } = await reached(['enforced'])
  expect(mode).toBe('enforce')
  await expectAnnounced(policyId)
})

it('is what our own outbound applies', async () => {
  const lookedUp = await daemon.command('lookup', DOMAIN, '--json')
  expect(lookedUp.stdout).toContain('mode: enforce')
})

it('goes back to testing after a power cut in the middle', async () => {
  const back = await daemon.command('rollout', 'rollback', DOMAIN)
  expect(back).toMatchObject({ code: 0 })
  expect(back.stdout.replace(/\s+/g, ' ')).toContain('Caches forget the last policy in mode enforce by')
  await daemon.kill()
  await daemon.start()
  const { policyId, mode } = await reached(testing)
  expect(mode).toBe('testing')
  await expectAnnounced(policyId)
})
