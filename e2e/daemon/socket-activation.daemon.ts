// Sockets handed over as systemd does it (sd_listen_fds(3)): bound by another, named by LISTEN_FDS and LISTEN_PID.
import { spawn } from 'node:child_process'
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nodeArguments, repositoryRoot } from '../../tools/suite.ts'
import { eventually } from './daemon-process.ts'
import { askOnce } from './socketmap-client.ts'

test('a socket that is handed over is served in place of the configured ones', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sternpost-activation-'))
  const path = join(folder, 'inherited')
  const holder = createServer()
  await new Promise<void>(resolve => holder.listen(path, resolve))
  // The descriptor that Node listens on; there is no public way to it.
  const { fd } = (holder as unknown as { _handle: { fd: number } })._handle
  const script = nodeArguments('packages/sternpost/src/main.ts', 'serve', '--data', join(folder, 'data'))
  // LISTEN_PID is that of the process which execs, so the shell sets it as its own.
  const daemon = spawn(
    'sh',
    ['-c', 'LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"', 'sh', process.execPath, ...script],
    {
      cwd: repositoryRoot,
      env: { ...process.env, STERNPOST_CONFIG: writeConfig(folder) },
      stdio: ['ignore', openSync('/dev/null', 'w'), 'pipe', fd],
    },
  )
  let log = ''
  daemon.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    log += chunk
  })
  try {
    await eventually('the daemon', () => log.includes('"msg":"serving"') || undefined)
    expect(log).toContain('descriptor 3 from systemd')
    expect(log).not.toContain('127.0.0.1:8461')
    expect(await askOnce(path, '192.0.2.1')).toBe('NOTFOUND ')
  } finally {
    daemon.kill('SIGKILL')
    holder.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

function writeConfig(folder: string): string {
  const file = join(folder, 'sternpost.yaml')
  writeFileSync(file, 'log: { format: json }\nhttp: { listen: off }\n')
  return file
}
