import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openUpdateSession } from '@sternpost/network'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWriters } from '../packages/sternpost/src/publish/index.ts'
import { BIND_ADDRESS, KNOT_ADDRESS, RESOLVER_ADDRESS } from './ground/addresses.ts'
import { rootsOfGround } from './ground/namespace.ts'
import { createDaemon, type Daemon } from './harness/daemon.ts'
import { type Names, startNames } from './harness/names.ts'
import { runInRoot } from './harness/root-process.ts'
import {
  delegationTo,
  startUpdatableServers,
  type UpdatableServers,
  type UpdateKey,
} from './harness/updatable-servers.ts'

const { trixie } = rootsOfGround()
const writerKey = keyOf('sternpost.test', 1)
const strangerKey = keyOf('stranger.test', 2)
const zones = [
  // Its secondary, Knot, does not learn of changes by itself for an hour.
  { origin: 'bind.test', primary: 'bind', notifies: false },
  { origin: 'knot.test', primary: 'knot', notifies: true },
] as const
const primaries = [
  { program: 'BIND', address: BIND_ADDRESS, zone: 'bind.test' },
  { program: 'Knot', address: KNOT_ADDRESS, zone: 'knot.test' },
] as const

let folder: string
let names: Names
let servers: UpdatableServers
let program: Daemon

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-updates-'))
  servers = await startUpdatableServers(trixie, zones, writerKey, strangerKey)
  names = await startNames(trixie, [], delegationTo(zones))
  writeFileSync(keyFile(writerKey), bindKey(writerKey))
  program = createDaemon({
    caPem: '',
    more: `publish:
  dns:
    ttl: 60s
    policyHost: [192.0.2.1, 192.0.2.2]
    operatorZone: bind.test
    verifyTimeout: 20s
    allowAddresses: [127.0.0.0/8]
    writers:
      - { name: bind, type: rfc2136, zones: [bind.test], server: ${BIND_ADDRESS}, keyFile: ${keyFile(writerKey)} }
      - { name: knot, type: rfc2136, zones: [knot.test], server: ${KNOT_ADDRESS}, keyFile: ${keyFile(writerKey)} }
`,
  })
})
afterAll(async () => {
  await program?.dispose()
  await names?.stop()
  await servers?.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe.each(primaries)('$program is written to', ({ program: server, address, zone }) => {
  it.each([
    ['a wrong secret', { ...writerKey, secret: strangerKey.secret }, 0, 'dns-write/signature'],
    ['a wrong time', writerKey, -3_600_000, 'dns-write/clock'],
    [
      'an unknown key',
      { ...writerKey, name: 'nobody.test' },
      0,
      // Knot does not say which of the two it is.
      server === 'BIND' ? 'dns-write/key-unknown' : 'dns-write/zone-unknown',
    ],
    [
      'a key that may not',
      strangerKey,
      0,
      server === 'BIND' ? 'dns-write/refused' : 'dns-write/zone-unknown',
    ],
  ] as const)('%s is told apart', async (_, key, offsetMs, code) => {
    const writer = writerAt(address, zone, key, offsetMs)
    const change = { name: `refused.${zone}`, type: 'TXT', before: [], after: ['x'], ttlSeconds: 60 } as const
    const [outcome] = await writer.apply([change])
    expect(outcome?.ok === false ? outcome.error.code : 'done').toBe(code)
    expect(JSON.stringify(outcome)).not.toContain(key.secret)
    expect(await servers.ask(address, change.name, 'TXT')).toEqual([])
  })

  it('what changed meanwhile is not overwritten, nor an alias put beside records', async () => {
    const writer = writerAt(address, zone, writerKey)
    const name = `race.${zone}`
    const set = { name, type: 'TXT', ttlSeconds: 60 } as const
    expect(await writer.apply([{ ...set, before: [], after: ['one'] }])).toMatchObject([{ ok: true }])
    for (const change of [
      { ...set, before: [], after: ['two'] },
      { ...set, before: ['zero'], after: ['two'] },
      { ...set, type: 'CNAME', before: [], after: ['elsewhere.test'] } as const,
    ]) {
      const [outcome] = await writer.apply([change])
      expect(outcome).toMatchObject({ ok: false, error: { code: 'dns-write/changed-meanwhile' } })
    }
    expect(await servers.ask(address, name, 'TXT')).toEqual(['TXT "one"'])
    // From records to an alias and back, and another TTL, in one message each.
    const alias = { ...set, type: 'CNAME', before: [], after: ['elsewhere.test'] } as const
    expect(await writer.apply([{ ...set, before: ['one'], after: [] }, alias])).toMatchObject([
      { ok: true },
      { ok: true },
    ])
    expect(await writer.read([name])).toEqual([
      { name, type: 'CNAME', ttlSeconds: 60, values: ['elsewhere.test'] },
    ])
    const back = [
      { ...alias, before: ['elsewhere.test'], after: [] },
      { ...set, ttlSeconds: 90, before: [], after: ['one', 'two'] },
    ]
    expect(await writer.apply(back)).toMatchObject([{ ok: true }, { ok: true }])
    const longer = { ...set, ttlSeconds: 120, before: ['one', 'two'], after: ['one', 'two'] }
    expect(await writer.apply([longer])).toMatchObject([{ ok: true }])
    const [standing] = await writer.read([name])
    expect(standing).toMatchObject({ ttlSeconds: 120 })
    expect(standing?.values.toSorted()).toEqual(['one', 'two'])
  })

  it('a name in no zone of its own is told', async () => {
    const [outcome] = await writerAt(address, 'other.test', writerKey).apply([
      { name: 'a.other.test', type: 'TXT', before: [], after: ['x'], ttlSeconds: 60 },
    ])
    expect(outcome).toMatchObject({
      ok: false,
      error: { code: expect.stringMatching(/refused|zone-unknown/) },
    })
  })
})

// Each command is a process of its own, and a machine may be busy.
describe('sternpost records', { timeout: 120_000 }, () => {
  it('writes, verifies at both servers, and the second time does nothing', async () => {
    const domain = 'plain.knot.test'
    await add(domain, 'knot', ...reportUris(9))
    const first = await program.command('records', domain, '--apply', '--yes')
    expect(first.code, first.stdout + first.stderr).toBe(0)
    expect(first.stdout).toContain('Every authoritative server has them.')
    for (const server of [BIND_ADDRESS, KNOT_ADDRESS]) {
      expect(await servers.ask(server, `_mta-sts.${domain}`, 'TXT')).toEqual([
        expect.stringMatching(/^TXT "v=STSv1; id=[0-9]{14};"$/),
      ])
      // Longer than one string of a record.
      const [reports] = await servers.ask(server, `_smtp._tls.${domain}`, 'TXT')
      expect(reports).toMatch(/^TXT "v=TLSRPTv1; [^"]{243}" "[^"]+;"$/)
      expect((await servers.ask(server, `mta-sts.${domain}`, 'A')).toSorted()).toEqual([
        'A 192.0.2.1',
        'A 192.0.2.2',
      ])
    }
    const serial = await servers.ask(KNOT_ADDRESS, 'knot.test', 'SOA')
    const second = await program.command('records', domain, '--apply', '--yes')
    expect(second.code, second.stdout + second.stderr).toBe(0)
    expect(second.stdout).toContain('Nothing is to be written.')
    expect(await servers.ask(KNOT_ADDRESS, 'knot.test', 'SOA')).toEqual(serial)
    expect(await codeOf('records', domain, '--check')).toBe(0)
  })

  it('names the server that lags, and waits for it where there is time', async () => {
    await add('lag.bind.test', 'bind')
    const lagging = await program.command('records', 'lag.bind.test', '--apply', '--yes', '--wait', '0s')
    expect(lagging.code, lagging.stdout + lagging.stderr).toBe(3)
    expect(lagging.stdout).toContain(`ns-knot.test (${KNOT_ADDRESS}): nothing`)
    expect(lagging.stdout).not.toContain(`ns-bind.test (${BIND_ADDRESS}):`)
    const waiting = verifyWithin('_mta-sts.lag.bind.test', 20)
    await sleep(1000)
    await servers.refresh('bind.test')
    expect(await waiting).toBe(true)
    expect(await codeOf('records', 'lag.bind.test', '--check')).toBe(0)
  })

  it('leaves what others wrote, says what is in the way, and takes over only when told', async () => {
    const domain = 'foreign.knot.test'
    await add(domain, 'knot')
    await byHand(KNOT_ADDRESS, 'knot.test', `_mta-sts.${domain}`, 'TXT', 'v=STSv1; id=theirs;')
    await byHand(KNOT_ADDRESS, 'knot.test', `_mta-sts.${domain}`, 'TXT', 'site-verification=1')
    const refused = await program.command('records', domain, '--apply', '--yes', '--wait', '0s')
    expect(refused.code, refused.stdout + refused.stderr).toBe(1)
    expect(refused.stdout).toContain('[dns-write/foreign-value]')
    expect(await servers.ask(KNOT_ADDRESS, `_mta-sts.${domain}`, 'TXT')).toContain(
      'TXT "v=STSv1; id=theirs;"',
    )
    const taken = await program.command('records', domain, '--apply', '--yes', '--take-over', '--json')
    expect(taken.code, taken.stdout + taken.stderr).toBe(0)
    expect(JSON.parse(taken.stdout)).toMatchObject({ version: 1, domains: [{ done: true }] })
    const texts = await servers.ask(KNOT_ADDRESS, `_mta-sts.${domain}`, 'TXT')
    expect(texts.toSorted()).toEqual(['TXT "site-verification=1"', expect.stringMatching(/id=[0-9]{14};"$/)])
  })

  it('an alias of others at a name is in the way, and told', async () => {
    const domain = 'alias.knot.test'
    await add(domain, 'knot')
    await byHand(KNOT_ADDRESS, 'knot.test', `mta-sts.${domain}`, 'CNAME', 'elsewhere.test')
    const refused = await program.command('records', domain, '--apply', '--yes', '--wait', '0s')
    expect(refused.code, refused.stdout + refused.stderr).toBe(1)
    expect(refused.stdout).toContain('[dns-write/foreign-alias]')
    expect(await servers.ask(KNOT_ADDRESS, `mta-sts.${domain}`, 'CNAME')).toEqual(['CNAME elsewhere.test.'])
    // The other names were written all the same.
    expect(await servers.ask(KNOT_ADDRESS, `_mta-sts.${domain}`, 'TXT')).toHaveLength(1)
  })

  it('delegated: three aliases once, by nsupdate, and all else in the operator zone', async () => {
    const domain = 'customer.knot.test'
    await add(domain, 'none', '--delegation', 'cname')
    const aliases = await program.command(
      'records',
      domain,
      '--part',
      'domain',
      '--zone',
      'knot.test',
      '--format',
      'nsupdate',
    )
    await pipeInRoot('knsupdate', aliases.stdout, KNOT_ADDRESS)
    const written = await program.command('records', domain, '--apply', '--yes', '--wait', '0s')
    expect(written.stdout).toContain(`${domain}._mta-sts.bind.test TXT, by bind`)
    await servers.refresh('bind.test')
    expect(await verifyWithin(`${domain}._mta-sts.bind.test`, 20)).toBe(true)
    expect(await codeOf('records', domain, '--check')).toBe(0)
    // As a sender sees it.
    const seen = await runInRoot(trixie, 'drill', [`_mta-sts.${domain}`, `@${RESOLVER_ADDRESS}`, 'TXT'])
    expect(seen).toContain('"v=STSv1; id=')
    const host = await runInRoot(trixie, 'drill', [`mta-sts.${domain}`, `@${RESOLVER_ADDRESS}`, 'A'])
    expect(host).toContain('192.0.2.1')
  })

  it('writes down what the nsupdate of BIND takes', async () => {
    const domain = 'paper.bind.test'
    await add(domain, 'none', ...reportUris(9))
    const text = (await program.command('records', domain, '--zone', 'bind.test', '--format', 'nsupdate'))
      .stdout
    await pipeInRoot('nsupdate', text, BIND_ADDRESS)
    expect(await servers.ask(BIND_ADDRESS, `_smtp._tls.${domain}`, 'TXT')).toHaveLength(1)
    expect(await servers.ask(BIND_ADDRESS, `mta-sts.${domain}`, 'A')).toHaveLength(2)
  })
})

/** The exit status of a command that prints nothing of interest. */
async function codeOf(...args: readonly string[]): Promise<number> {
  return (await program.command(...args)).code
}

function keyOf(name: string, fill: number): UpdateKey {
  return { name, algorithm: 'hmac-sha256', secret: Buffer.alloc(32, fill).toString('base64') }
}

function bindKey({ name, algorithm, secret }: UpdateKey): string {
  return `key "${name}" {\n\talgorithm ${algorithm};\n\tsecret "${secret}";\n};\n`
}

function keyFile({ name }: UpdateKey): string {
  return join(folder, `${name}.key`)
}

function writerAt(address: string, zone: string, key: UpdateKey, offsetMs = 0) {
  const settings = {
    type: 'rfc2136',
    name: 'tried',
    zones: [zone],
    server: { address, port: 53 },
    keyVariable: 'KEY',
    timeoutSeconds: 5,
  } as const
  const world = { env: { KEY: bindKey(key) }, now: () => Date.now() + offsetMs, ask: async () => [] }
  const [writer] = createWriters([settings], world)
  if (writer === undefined) throw new Error('no writer was made')
  return writer
}

async function add(domain: string, writer: string, ...more: readonly string[]): Promise<void> {
  const added = await program.command(
    'domain',
    'add',
    domain,
    '--mx',
    `mx.${domain}`,
    '--dns-writer',
    writer,
    ...more,
  )
  if (added.code !== 0) throw new Error(`domain add ${domain}: ${added.stderr}`)
}

/** So many addresses that the record does not fit into one string. */
function reportUris(count: number): readonly string[] {
  return Array.from({ length: 8 }, (_, i) => [
    '--rua',
    `mailto:tls-reports-${i}@reports-${count}.example.com`,
  ]).flat()
}

/** What somebody else writes. */
async function byHand(
  address: string,
  zone: string,
  name: string,
  type: 'TXT' | 'CNAME',
  value: string,
): Promise<void> {
  const session = openUpdateSession({
    server: { address, port: 53 },
    key: { name: writerKey.name, algorithm: 'hmac-sha256', secret: Buffer.from(writerKey.secret, 'base64') },
    timeoutMs: 5000,
    now: Date.now,
  })
  try {
    await session.update({
      zone,
      prerequisites: [],
      steps: [{ kind: 'add', name, type, value, ttlSeconds: 60 }],
    })
  } finally {
    session.close()
  }
}

/** Whether both servers have a text within so many seconds. */
async function verifyWithin(name: string, seconds: number): Promise<boolean> {
  const deadline = Date.now() + seconds * 1000
  while (Date.now() < deadline) {
    const answers = await Promise.all(
      [BIND_ADDRESS, KNOT_ADDRESS].map(server => servers.ask(server, name, 'TXT')),
    )
    if (answers.every(({ length }) => length > 0)) return true
    await sleep(100)
  }
  return false
}

/** Gives a text to a program of the root that makes updates. */
async function pipeInRoot(command: 'nsupdate' | 'knsupdate', text: string, server: string): Promise<void> {
  const { name, algorithm, secret } = writerKey
  const key = ['-y', `${algorithm}:${name}:${secret}`]
  const child = spawn('chroot', [trixie, command, ...key], { stdio: ['pipe', 'pipe', 'pipe'] })
  const said: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => said.push(piece))
  child.stdin.end(`server ${server}\n${text}`)
  const code = await new Promise(resolve => child.on('close', resolve))
  const output = Buffer.concat(said).toString()
  if (code !== 0 || /fail|error/i.test(output))
    throw new Error(`${command} ended with ${String(code)}: ${output}\n${text}`)
}
