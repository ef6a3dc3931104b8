import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exitCode } from './exit-code.ts'
import { runSternpost } from './testing/run-sternpost.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-cli-rollout-'))
  // Nobody answers there: what needs the world says that it cannot be told.
  writeFileSync(
    join(folder, 'sternpost.yaml'),
    "data: state\ndns: { resolvers: ['127.0.0.1:9'], timeout: 1s }\n",
  )
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const run = (...argv: string[]) => runSternpost(folder, argv, { env: { USER: 'robin' } })

const addDomain = () => run('domain', 'add', 'example.com', '--mx', 'mx1.example.com')

describe('rollout', () => {
  it('says how a roll-out begins where none has', async () => {
    await addDomain()
    expect(await run('rollout')).toMatchObject({ out: 'No roll-out has begun.\n', code: exitCode.fine })
    const status = await run('rollout', 'example.com')
    expect(status.code).toBe(exitCode.findings)
    expect(status.err).toContain('sternpost rollout advance example.com')
    const unknown = await run('rollout', 'other.example')
    expect(unknown.err).toContain('sternpost domain add other.example')
  })

  it('publishes as far as it can without a daemon, and says what it waits for', async () => {
    await addDomain()
    const advanced = await run('rollout', 'advance', 'example.com', '--no-wait')
    expect(advanced).toMatchObject({ code: exitCode.fine, err: '' })
    expect(advanced.out).toContain('A policy in mode testing is being published for example.com.')
    const status = await run('rollout', 'example.com')
    expect(status.out).toContain('waiting verify-served')
    expect(status.out).toContain('No daemon runs on this database')
    for (const line of status.out.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })

  it('does not enforce without evidence', async () => {
    await addDomain()
    await run('rollout', 'advance', 'example.com', '--no-wait')
    const again = await run('rollout', 'advance', 'example.com', '--no-wait')
    expect(again).toMatchObject({ code: exitCode.findings, out: '' })
    expect(again.err).toContain('is being published; this must end first')
    expect(await run('rollout', 'advance', 'example.com', '--override', ' ')).toMatchObject({
      code: exitCode.usage,
      err: expect.stringContaining('--override needs a reason'),
    })
  })

  it('holds, and keeps who and why', async () => {
    await addDomain()
    await run('rollout', 'advance', 'example.com', '--no-wait')
    const held = await run('rollout', 'hold', 'example.com', '--reason', 'holidays', '--json')
    expect(JSON.parse(held.out)).toMatchObject({
      domain: 'example.com',
      stage: 'held',
      heldFrom: 'planned',
      publication: { purpose: 'start', state: 'running' },
      history: [{ from: 'planned', to: 'held', by: 'cli:robin', reason: 'holidays' }],
      daemonRuns: false,
    })
    const all = JSON.parse((await run('rollout', '--json')).out)
    expect(all).toMatchObject({ byStage: { held: 1 }, alarms: 0, domains: [{ stage: 'held' }] })
    expect((await run('rollout', '--stage', 'ready')).out).not.toContain('example.com')
    expect(await run('rollout', '--stage', 'nonsense')).toMatchObject({ code: exitCode.usage })
  })

  it('refuses what is not possible, with the reason', async () => {
    await addDomain()
    const back = await run('rollout', 'rollback', 'example.com')
    expect(back).toMatchObject({ code: exitCode.findings, out: '' })
    expect(back.err).toContain('is served in mode testing already')
    const plan = await run('rollout', 'plan', 'example.com', '--mx', 'mx2.example.com')
    expect(plan).toMatchObject({ code: exitCode.temporary })
    expect(plan.err).toContain('could not be looked up')
  })

  it('keeps criteria of one domain', async () => {
    await addDomain()
    const set = await run(
      'rollout',
      'set',
      'example.com',
      '--min-sessions',
      '5',
      '--auto-advance',
      'on',
      '--json',
    )
    expect(JSON.parse(set.out)).toEqual({
      domain: 'example.com',
      settings: { minSessions: 5 },
      autoAdvance: true,
    })
    const reset = await run('rollout', 'set', 'example.com', '--defaults')
    expect(reset.out).toBe('example.com: criteria as configured; automatic advance as configured.\n')
  })
})
