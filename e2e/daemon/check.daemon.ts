// `sternpost check --from-file` as a process: killed, interrupted, and with a reader that goes away.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLab, type Lab } from '@sternpost/lab'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nodeArguments, repositoryRoot } from '../../tools/suite.ts'

const DOMAINS = 40

let lab: Lab
let folder = ''
let list = ''

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-check-'))
  lab = await createLab({
    domains: {
      'signed.test': { dnssec: 'secure', policy: {} },
      'bogus.test': { dnssec: 'bogus', mx: 'null-mx' },
      'tarpit.test': { policy: {}, mx: { 'mx.tarpit.test': { fault: 'tarpit' } } },
    },
  })
  writeFileSync(join(folder, 'ca.pem'), lab.ca.caPem)
  writeFileSync(
    join(folder, 'sternpost.yaml'),
    `dns: { resolvers: ['${lab.dns.address}:${lab.ports.dns}'], signedName: signed.test, bogusName: bogus.test }
outbound:
  policyFetch: { port: ${lab.ports.https}, caFile: ca.pem, allowAddresses: ['127.0.0.0/8'] }
check:
  { heloName: probe.test, smtpPort: ${lab.ports.smtp}, allowAddresses: ['127.0.0.0/8'], controlHosts: [] }
`,
  )
  list = join(folder, 'list.txt')
  const names = [...Array.from({ length: DOMAINS }, (_, index) => `gone${index}.test`), 'signed.test']
  writeFileSync(list, `${names.join('\n')}\n`)
})
afterAll(async () => {
  await lab.close()
  rmSync(folder, { recursive: true })
})

interface Run {
  readonly child: ChildProcess
  readonly ended: Promise<{ code: number | null; signal: string | null; stdout: string; stderr: string }>
}

function start(...args: string[]): Run {
  const script = nodeArguments('packages/sternpost/src/main.ts', 'check', ...args)
  const settings = ['--config', join(folder, 'sternpost.yaml'), '--data', folder]
  const child = spawn(process.execPath, [...script, ...settings], {
    cwd: repositoryRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const texts = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    texts.stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    texts.stderr += chunk
  })
  return { child, ended: once(child, 'close').then(([code, signal]) => ({ code, signal, ...texts })) }
}

async function untilWritten(file: string): Promise<void> {
  while (!existsSync(file) || statSync(file).size === 0) await sleep(5)
}

function domainsIn(file: string): string[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map(line => (JSON.parse(line) as { domain: string }).domain)
}

test('killed at any moment, the same command goes on and does nothing twice', async () => {
  const output = join(folder, 'killed.ndjson')
  const command = ['--from-file', list, '--output', output, '--concurrency', '1', '--fail-on', 'never']
  for (let kills = 0; kills < 2; kills += 1) {
    const run = start(...command)
    await untilWritten(output)
    await sleep(20 * kills)
    run.child.kill('SIGKILL')
    await run.ended
  }
  const { code, stderr } = await start(...command).ended
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringMatching(/going on with .* done before\n$/),
  })
  const domains = domainsIn(output)
  expect(domains).toHaveLength(DOMAINS + 1)
  expect(new Set(domains).size).toBe(DOMAINS + 1)
})

test('Ctrl-C finishes what is under way, writes it and says how to go on', async () => {
  const output = join(folder, 'stopped.ndjson')
  const run = start('--from-file', list, '--output', output, '--concurrency', '1')
  await untilWritten(output)
  run.child.kill('SIGINT')
  const { code, stderr } = await run.ended
  expect(code).toBe(3)
  expect(stderr).toContain('stopped; the same command goes on with the rest')
  expect(readFileSync(output, 'utf8').endsWith('}\n')).toBe(true)
  expect(domainsIn(output).length).toBeLessThan(DOMAINS + 1)
})

test('a reader that has enough ends it without a word', async () => {
  const run = start('--from-file', list, '--concurrency', '1')
  run.child.stdout?.once('data', () => run.child.stdout?.destroy())
  const { code, stderr } = await run.ended
  expect({ code, stderr }).toEqual({ code: 141, stderr: '' })
})

test('a host that never finishes a word does not hold up a check beyond its time', async () => {
  const { code, stdout } = await start('tarpit.test', '--timeout', '3s').ended
  expect(code).not.toBe(0)
  expect(stdout).toContain('Would it arrive?')
})

test('Ctrl-C in a single check shows what was seen by then', async () => {
  const run = start('tarpit.test', 'signed.test')
  await once(run.child.stdout ?? run.child, 'data')
  run.child.kill('SIGINT')
  const { code, stdout, stderr } = await run.ended
  expect(code).toBe(3)
  expect(stderr).toContain('stopped; what is told above is what was seen by then')
  expect(stdout).toMatch(/^tarpit\.test: /m)
})
