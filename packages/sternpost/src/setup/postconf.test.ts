import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PostconfError, readPostfixFacts } from './postconf.ts'

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

// What a real postconf says and takes is shown by e2e/setup-postfix.e2e.ts, with two versions of Postfix.
describe('a postconf that does not do what is expected', () => {
  test('a missing one is an error that says so', async () => {
    const command = [join(folder, 'none')]
    await expect(readPostfixFacts({ command })).rejects.toThrow(/no Postfix seems to be installed/)
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
