import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DnsChange } from './dns-writer.ts'
import { createHookWriter } from './hook-writer.ts'
import { DnsWriteError } from './issues.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-hook-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function hook(
  script: string,
  options: { readonly reads?: 'command'; readonly timeoutSeconds?: number } = {},
) {
  const file = join(folder, 'hook.sh')
  writeFileSync(file, `#!/bin/sh\n${script}\n`)
  chmodSync(file, 0o700)
  return createHookWriter({
    settings: {
      type: 'hook',
      name: 'mine',
      zones: ['example.com'],
      timeoutSeconds: options.timeoutSeconds ?? 10,
      command: [file, '$(touch injected)', '; touch injected'],
      reads: options.reads ?? 'servers',
    },
    env: process.env,
    ask: async (_name, type) =>
      type === 'TXT'
        ? [
            { server: 'a', problem: 'silent' },
            { server: 'b', values: ['x'], ttlSeconds: 60 },
          ]
        : [{ server: 'a', values: [] }],
  })
}

const change: DnsChange = {
  name: '_mta-sts.example.com',
  type: 'TXT',
  before: [],
  after: ['v=STSv1; id=1;'],
  ttlSeconds: 300,
}

async function codeOf(script: string, options: { readonly timeoutSeconds?: number } = {}) {
  const [outcome] = await hook(script, options).apply([change])
  return outcome?.ok === false ? `${outcome.error.code}: ${outcome.error.message}` : 'done'
}

describe('the hook command', () => {
  it('gets its changes as JSON, and no shell reads its arguments', async () => {
    const out = join(folder, 'seen')
    expect(await codeOf(`cat > ${out}; printf '%s\\n' "$@" > ${out}.args`)).toBe('done')
    expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual({
      version: 1,
      writer: 'mine',
      action: 'apply',
      changes: [change],
    })
    expect(readFileSync(`${out}.args`, 'utf8')).toBe('$(touch injected)\n; touch injected\n')
  })

  it.each([
    [
      'a failure, with its last word',
      'echo first >&2; echo "no such zone" >&2; exit 4',
      'dns-write/hook: .*status 4.*no such zone',
    ],
    ['a temporary failure', 'exit 75', 'dns-write/hook-temporary: '],
    ['being killed', 'kill -9 $$', 'dns-write/hook: .*SIGKILL'],
    ['printing without end', 'yes', 'dns-write/hook: .*printed too much'],
  ])('tells of %s', async (_, script, expected) => {
    expect(await codeOf(script)).toMatch(new RegExp(expected))
  })

  it('that takes too long is ended with what it started', async () => {
    expect(await codeOf('sleep 60 & sleep 60', { timeoutSeconds: 0.2 })).toMatch(/^dns-write\/timeout/)
  })

  it('that is not there is a fault of its own', async () => {
    const writer = hook('exit 0')
    rmSync(join(folder, 'hook.sh'))
    const [outcome] = await writer.apply([change])
    expect(outcome).toMatchObject({ ok: false, error: { code: 'dns-write/hook' } })
  })

  it('may tell what stands in DNS; what it tells is checked', async () => {
    const records = [
      { name: '_mta-sts.example.com', type: 'TXT', ttlSeconds: 60, values: ['v=STSv1; id=0;'] },
      { name: 'not.asked.example.com', type: 'TXT', ttlSeconds: 60, values: ['x'] },
    ]
    const writer = hook(`cat > /dev/null; echo '${JSON.stringify({ records })}'`, { reads: 'command' })
    expect(await writer.read(['_mta-sts.example.com'])).toEqual([records[0]])
    for (const bad of [
      'nonsense',
      '{"records":[{"name":"a b","type":"TXT","ttlSeconds":1,"values":[]}]}',
      '{}',
    ])
      await expect(hook(`echo '${bad}'`, { reads: 'command' }).read(['a'])).rejects.toBeInstanceOf(
        DnsWriteError,
      )
  })

  it('otherwise the first server that answers tells', async () => {
    expect(await hook('exit 0').read(['_mta-sts.example.com'])).toEqual([
      { name: '_mta-sts.example.com', type: 'TXT', ttlSeconds: 60, values: ['x'] },
    ])
  })
})
