import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rootsOfGround, SCRATCH } from './ground/namespace.ts'

const roots = rootsOfGround()
const program = join(import.meta.dirname, '..', 'packages', 'sternpost', 'src', 'main.ts')
const OWN_TABLE = 'inline:{ {a.example = none}, {b.example = may} }'

describe.each([
  { version: '3.10', root: roots.trixie, map: 'postfix310' },
  { version: '3.7', root: roots.bookworm, map: 'postfix34' },
])('setup of a real Postfix $version', ({ version, root, map }) => {
  const folder = `${SCRATCH}/setup-${version}`
  const mainFile = join(root, folder, 'main.cf')
  const setup = (...args: string[]) =>
    sternpost('setup', 'postfix', '--postconf', `chroot ${root} postconf`, '--config-dir', folder, ...args)

  it('tells what differs, sets it, and then finds nothing to change', async () => {
    layConfig()
    const before = await setup('--check')
    expect(before.code).toBe(1)
    expect(before.out).toContain(`Postfix ${version}`)

    expect(await setup('--apply', '--yes')).toMatchObject({ code: 0 })
    const main = readFileSync(mainFile, 'utf8')
    expect(main).toContain(`smtp_tls_policy_maps = ${OWN_TABLE}, socketmap:inet:127.0.0.1:8461:${map}\n`)
    expect(main).toMatch(/^smtp_tls_security_level = (dane|may)$/m)
    expect(await setup('--check')).toMatchObject({ code: 0 })
  })

  it('keeps a level stricter than its own', async () => {
    layConfig('smtp_tls_security_level = encrypt')
    await setup('--apply', '--yes')
    expect(readFileSync(mainFile, 'utf8')).toMatch(/^smtp_tls_security_level = encrypt$/m)
  })

  it('changes nothing when nobody agrees', async () => {
    layConfig()
    const before = readFileSync(mainFile, 'utf8')
    expect(await setup('--apply')).toMatchObject({ code: 1 })
    expect(readFileSync(mainFile, 'utf8')).toBe(before)
  })

  function layConfig(...lines: string[]): void {
    mkdirSync(join(root, folder), { recursive: true })
    writeFileSync(mainFile, [`smtp_tls_policy_maps = ${OWN_TABLE}`, ...lines, ''].join('\n'))
    writeFileSync(join(root, folder, 'master.cf'), 'smtp unix - - n - - smtp\n')
  }
})

function sternpost(...args: string[]): Promise<{ readonly code: number; readonly out: string }> {
  return new Promise(resolve => {
    const child = execFile(
      process.execPath,
      ['--conditions=source', program, ...args],
      { env: { ...process.env, STERNPOST_CONFIG: '' }, timeout: 50_000 },
      (error, stdout, stderr) => {
        const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : -1
        resolve({ code, out: stdout + stderr })
      },
    )
    child.stdin?.end()
  })
}
