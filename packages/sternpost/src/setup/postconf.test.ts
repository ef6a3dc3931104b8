import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PostconfError, readPostfixFacts, writePostfixSettings } from './postconf.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-postconf-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function script(body: string): string {
  const file = join(folder, 'postconf')
  writeFileSync(file, `#!/bin/sh\n${body}\n`)
  chmodSync(file, 0o755)
  return file
}

/** A machine without Postfix leaves these out; the e2e suite has real ones of two versions. */
const installed = installedPostconf()

describe.skipIf(installed === undefined)('an installed Postfix', () => {
  test('tells version and settings, and keeps what is written', async () => {
    writeFileSync(join(folder, 'main.cf'), 'smtp_tls_policy_maps = hash:$config_directory/tls\n')
    const master = join('/usr/share/postfix', 'master.cf.dist')
    if (existsSync(master)) cpSync(master, join(folder, 'master.cf'))
    else writeFileSync(join(folder, 'master.cf'), 'smtp unix - - y - - smtp\n')
    const options = { command: [installed!], configDirectory: folder }
    const before = await readPostfixFacts(options)
    expect(before.version.major).toBeGreaterThanOrEqual(3)
    expect(before.written.smtp_tls_policy_maps).toBe('hash:$config_directory/tls')
    expect(before.effective.smtp_tls_policy_maps).toBe(`hash:${folder}/tls`)

    await writePostfixSettings(options, [{ parameter: 'smtp_tls_security_level', value: 'may' }])
    expect(readFileSync(join(folder, 'main.cf'), 'utf8')).toContain('smtp_tls_security_level = may')
    const after = await readPostfixFacts(options)
    expect(after.effective.smtp_tls_security_level).toBe('may')
  })
})

describe('a postconf that does not do what is expected', () => {
  test('a missing one is an error that says so', async () => {
    const command = [join(folder, 'none')]
    await expect(readPostfixFacts({ command })).rejects.toThrow(/is Postfix installed here/)
  })

  test('its last words are passed on when it fails', async () => {
    const command = [script('echo "postconf: fatal: no such folder" >&2; exit 1')]
    await expect(readPostfixFacts({ command })).rejects.toThrow(/fatal: no such folder/)
    await expect(readPostfixFacts({ command })).rejects.toBeInstanceOf(PostconfError)
  })

  test('a program that is something else is not taken for a Postfix', async () => {
    await expect(readPostfixFacts({ command: [script('echo hello')] })).rejects.toThrow(/no version/)
  })

  test('a parameter the version does not know is absent, not empty', async () => {
    const command = [script('case "$1" in -dh) echo 3.7.11;; *) echo "smtp_tls_CAfile = ";; esac')]
    const facts = await readPostfixFacts({ command })
    expect(facts.effective).toEqual({ smtp_tls_CAfile: '' })
  })

  test('words before it are kept, so that it can be run in another root', async () => {
    const command = ['/usr/bin/env', script('case "$1" in -dh) echo 3.10.5;; esac')]
    expect((await readPostfixFacts({ command })).version.text).toBe('3.10.5')
  })
})

function installedPostconf(): string | undefined {
  try {
    execFileSync('postconf', ['-dh', 'mail_version'], { stdio: 'ignore' })
    return 'postconf'
  } catch {
    return undefined
  }
}
