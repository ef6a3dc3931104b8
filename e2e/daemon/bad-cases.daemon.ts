// The daemon in trouble: what it says, what it still does, and that it comes back by itself.
import { chmodSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createDnsServer, createLab, type Lab, zone } from '@sternpost/lab'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nodeArguments, runCommand } from '../../tools/suite.ts'
import { DaemonProcess, type DaemonProcessOptions, eventually } from './daemon-process.ts'
import { askOnce, askTogether } from './socketmap-client.ts'

const NOBODY = 65_534
const asRoot = process.getuid?.() === 0

/** Room for the shared memory of the database and for no more than a few changes. */
const FULL_AT_BYTES = 33_000
const enforced = ['enforced.test', 'second.test', 'third.test', 'fourth.test', 'fifth.test']

let lab: Lab
const daemons: DaemonProcess[] = []

beforeEach(async () => {
  lab = await createLab({
    domains: {
      ...Object.fromEntries(enforced.map(name => [name, { policy: { mode: 'enforce' as const } }])),
      'plain.test': {},
    },
  })
})

afterEach(async () => {
  for (const daemon of daemons.splice(0)) await daemon.dispose()
  await lab.close()
})

function createDaemon(options: DaemonProcessOptions = {}): DaemonProcess {
  const daemon = new DaemonProcess({ lab, ...options })
  daemons.push(daemon)
  return daemon
}

function sternpost(...args: string[]) {
  return runCommand(process.execPath, [...nodeArguments('packages/sternpost/src/main.ts'), ...args])
}

describe('configuration', () => {
  test('with a typo is refused with its place and the word that was meant', async () => {
    const daemon = createDaemon()
    writeFileSync(daemon.configFile, 'outbound:\n  anserBudget: 5s\n')
    const { code, output } = await sternpost('serve', '--config', daemon.configFile)
    expect(code).toBe(2)
    expect(output).toMatch(/sternpost\.yaml:2:3: .*anserBudget.*answerBudget/s)
  })

  test('made bad while running changes nothing; made good it is taken over', async () => {
    const daemon = createDaemon()
    await daemon.start()
    expect(await askOnce(daemon.socket, 'enforced.test')).toMatch(/^OK secure/)
    writeFileSync(daemon.configFile, 'outbound: { dryRun: perhaps }\n')
    daemon.signal('SIGHUP')
    await eventually('the refusal', () => daemon.output.includes('the old one stays in force') || undefined)
    expect(await askOnce(daemon.socket, 'enforced.test')).toMatch(/^OK secure/)
    writeFileSync(daemon.configFile, 'log: { level: debug }\noutbound: { dryRun: true }\n')
    daemon.signal('SIGHUP')
    await eventually('the take-over', () => daemon.output.includes('configuration taken over') || undefined)
    expect(await askOnce(daemon.socket, 'enforced.test')).toBe('NOTFOUND ')
    await eventually('the line of the dry run', () => daemon.output.includes('dry run') || undefined)
    expect(await askOnce(daemon.socket, '[plain.test]')).toBe('NOTFOUND ')
    await eventually('a line only debug has', () => daemon.output.includes('"msg":"decided"') || undefined)
    expect(await daemon.stop()).toBe(0)
  })
})

test('an address that is taken is named with the setting to change', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => holder.once('listening', resolve))
  const { port } = holder.address() as { port: number }
  const daemon = createDaemon()
  writeFileSync(
    daemon.configFile,
    `outbound: { socketmap: { listen: ['127.0.0.1:${port}'] } }\nhttp: { listen: off }\n`,
  )
  const { code, output } = await sternpost('serve', '--config', daemon.configFile, '--data', daemon.dataDir)
  holder.close()
  expect(code).toBe(3)
  expect(output).toContain(`cannot listen on 127.0.0.1:${port}: another program listens there already`)
  expect(output).toContain('outbound.socketmap.listen')
})

describe('the database', () => {
  test('that is corrupt is kept aside, told of and replaced', async () => {
    const daemon = createDaemon()
    writeFileSync(join(daemon.dataDir, 'sternpost.db'), 'garbage '.repeat(5_000))
    await daemon.start()
    expect(await askOnce(daemon.socket, 'enforced.test')).toMatch(/^OK secure/)
    await eventually('word of it', () => daemon.output.includes('the database was corrupt') || undefined)
    expect(readdirSync(daemon.dataDir).some(name => name.startsWith('sternpost.db.corrupt-'))).toBe(true)
    expect((await daemon.health()).parts.find(({ name }) => name === 'store')?.state).toBe('ok')
  })

  test('in a folder that is read-only has the daemon serve from memory, say so and recover', async () => {
    const daemon = createDaemon(asRoot ? { uid: NOBODY } : {})
    chmodSync(daemon.folder, 0o777)
    chmodSync(daemon.dataDir, 0o555)
    await daemon.start()
    expect(await askOnce(daemon.socket, 'enforced.test')).toMatch(/^OK secure/)
    lab.domain('enforced.test').setPolicyFault({ kind: 'reset', at: 'tls' })
    expect(await askOnce(daemon.socket, 'enforced.test')).toMatch(/^OK secure/)
    const store = async () => (await daemon.health()).parts.find(({ name }) => name === 'store')
    expect(await store()).toMatchObject({
      state: 'degraded',
      message: expect.stringContaining('1 policies are kept in memory'),
    })

    chmodSync(daemon.dataDir, 0o777)
    await eventually('the policy to be saved', async () => {
      const part = await store()
      return part?.state === 'ok' && !part.message.includes('in memory') ? true : undefined
    })
    await daemon.kill()
    await daemon.start()
    lab.zone.setState('_mta-sts.enforced.test', 'servfail')
    expect(await askOnce(daemon.socket, 'enforced.test')).toMatch(/^OK secure/)
  })

  test('on a disk that is full has the daemon serve from memory, say so and recover', async () => {
    // A limit on the size of files is what a full disk is to the program: writing fails, reading does not.
    const daemon = createDaemon({
      under: ['sh', '-c', 'trap \'\' XFSZ; exec "$@"', 'sh', 'prlimit', `--fsize=${FULL_AT_BYTES}:unlimited`],
    })
    const writer = nodeArguments('packages/sternpost/src/outbound/testing/policy-writer.ts')
    await runCommand(process.execPath, [...writer, daemon.dataDir, 'save', 'old', '500'])
    await daemon.start()
    expect(await askOnce(daemon.socket, 'old7.test')).toMatch(/^OK secure/)
    for (const name of enforced) expect(await askOnce(daemon.socket, name)).toMatch(/^OK secure/)
    const store = async () => (await daemon.health()).parts.find(({ name }) => name === 'store')
    expect(await store()).toMatchObject({ state: 'degraded' })
    await eventually(
      'word of it',
      () => daemon.output.includes('the database cannot be written') || undefined,
    )

    await runCommand('prlimit', ['--pid', String(daemon.pid), '--fsize=unlimited:unlimited'])
    await eventually('the store to recover', async () => ((await store())?.state === 'ok' ? true : undefined))
    await daemon.stop()
    const { output } = await runCommand(process.execPath, [...writer, daemon.dataDir, 'list'])
    expect(enforced.filter(name => !output.split('\n').includes(name))).toEqual([])
  })
})

test('a resolver that is down at the start has mail wait, is told of, and all is well once it is up', async () => {
  const address = '127.78.0.53'
  const port = 10_953
  const daemon = createDaemon({ resolver: `${address}:${port}` })
  await daemon.start()
  expect(await askOnce(daemon.socket, 'plain.test')).toMatch(/^TEMP dane-unknown: /)
  const dns = async () => (await daemon.health()).parts.find(({ name }) => name === 'dns')
  await eventually('the proof', async () => ((await dns())?.state === 'down' ? true : undefined))

  const server = await createDnsServer({
    address,
    port,
    source: zone({
      '.': { dnssec: 'secure', SOA: 'ns.test. hostmaster.test. 1 2 3 4 60' },
      'plain.test': { MX: ['10 mx.plain.test'] },
      'mx.plain.test': { A: ['127.78.0.54'] },
    }),
  })
  try {
    await eventually('an answer', async () =>
      (await askOnce(daemon.socket, 'plain.test')) === 'NOTFOUND ' ? true : undefined,
    )
    await eventually('good health', async () => ((await dns())?.state === 'ok' ? true : undefined))
  } finally {
    await server.close()
  }
})

test('thousands of policies that expire in one second are renewed before, and no answer is ever weaker', async () => {
  const count = 10_000
  const daemon = createDaemon()
  const writer = nodeArguments('packages/sternpost/src/outbound/testing/policy-writer.ts')
  // All of them due at once; the policy hosts are gone, so that holding on is all that can be done.
  await runCommand(process.execPath, [...writer, daemon.dataDir, 'save', 'e', String(count), '3600', '0'])
  await daemon.start()
  const weaker: string[] = []
  const names = Array.from({ length: count }, (_, index) => `e${index}.test`)
  let answered = 0
  await askTogether(daemon.socket, names, (name, reply) => {
    answered += 1
    if (!reply.startsWith('OK secure ')) weaker.push(`${name} ${reply}`)
  })
  expect(answered).toBe(count)
  expect(weaker).toEqual([])
})
