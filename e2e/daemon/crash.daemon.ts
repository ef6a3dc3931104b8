// What was acknowledged survives: the writer is killed two hundred times in the middle of its work, and the whole
// daemon while it answers.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLab } from '@sternpost/lab'
import { expect, test } from 'vitest'
import { nodeArguments, repositoryRoot, runCommand } from '../../tools/suite.ts'
import { DaemonProcess } from './daemon-process.ts'
import { askOnce, askTogether } from './socketmap-client.ts'

const KILLS = 200
const WRITERS = 2
const policyWriter = nodeArguments('packages/sternpost/src/outbound/testing/policy-writer.ts')

async function killWriters(dataDir: string, kills: number, name: string): Promise<string[]> {
  const acknowledged: string[] = []
  for (let round = 0; round < kills; round += 1) {
    const child = spawn(process.execPath, [...policyWriter, dataDir, 'forever', `${name}${round}`], {
      cwd: repositoryRoot,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      errors += chunk
    })
    const ended = new Promise(resolve => child.once('close', resolve))
    // From its first acknowledgement on it may be killed anywhere: between statements, in a commit, in a checkpoint.
    const working = new Promise<void>(resolve => {
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk
        resolve()
      })
    })
    await Promise.race([working, ended])
    await new Promise(resolve => setTimeout(resolve, (round * 7) % 40))
    child.kill('SIGKILL')
    await ended
    expect(errors).toBe('')
    const lines = output.split('\n').slice(0, -1)
    expect(lines.length).toBeGreaterThan(0)
    acknowledged.push(...lines)
  }
  return acknowledged
}

test(`no policy is lost in ${KILLS} kills in the middle of writing`, async () => {
  const folders = Array.from({ length: WRITERS }, () => mkdtempSync(join(tmpdir(), 'sternpost-crash-')))
  try {
    await Promise.all(
      folders.map(async (folder, index) => {
        const acknowledged = await killWriters(folder, KILLS / WRITERS, `w${index}r`)
        const { code, output } = await runCommand(process.execPath, [...policyWriter, folder, 'list'])
        expect(code).toBe(0)
        const stored = new Set(output.split('\n'))
        expect(acknowledged.filter(domain => !stored.has(domain))).toEqual([])
      }),
    )
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  }
})

test('a daemon killed while it answers still enforces every policy it answered with, though DNS and policy hosts are gone', async () => {
  const names = Array.from({ length: 60 }, (_, index) => `d${index}.test`)
  const lab = await createLab({
    domains: Object.fromEntries(names.map(name => [name, { policy: { mode: 'enforce' as const } }])),
  })
  const daemon = new DaemonProcess({ lab })
  try {
    const enforced = new Set<string>()
    for (let round = 0; round < 6; round += 1) {
      await daemon.start()
      const asked = names.slice(round * 10, round * 10 + 10)
      // Killed as soon as so many replies came, while it works on the others.
      await askTogether(daemon.socket, asked, (name, reply) => {
        if (reply.startsWith('OK secure')) enforced.add(name)
        if (asked.indexOf(name) >= round) daemon.signal('SIGKILL')
      })
      await daemon.kill()
    }
    expect(enforced.size).toBeGreaterThanOrEqual(21)

    for (const name of names) {
      lab.zone.setState(`_mta-sts.${name}`, 'servfail')
      lab.domain(name).setPolicyFault({ kind: 'reset', at: 'tls' })
    }
    await daemon.start()
    for (const name of enforced) expect(await askOnce(daemon.socket, name)).toMatch(/^OK secure /)
  } finally {
    await daemon.dispose()
    await lab.close()
  }
})
