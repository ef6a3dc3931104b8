// Sockets handed over as systemd does it (sd_listen_fds(3)): bound by another, named by LISTEN_FDS and LISTEN_PID.
import { spawn } from 'node:child_process'
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nodeArguments, repositoryRoot } from '../../tools/suite.ts'
import { eventually } from './daemon-process.ts'
import { askOnce } from './socketmap-client.ts'

test('a socket that is handed over is served in place of the configured ones', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sternpost-activation-'))
  const holder = createServer()
  await new Promise<void>(resolve => holder.listen(0, '127.0.0.1', resolve))
  const { port } = holder.address() as AddressInfo
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
  // From here on the daemon's copy of the descriptor is the only one, as nobody else shall take its connections.
  holder.close()
  let log = ''
  daemon.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    log += chunk
  })
  try {
    await eventually('the daemon', () => log.includes('"msg":"serving"') || undefined)
    expect(log).toContain(`127.0.0.1:${port}`)
    expect(log).not.toContain('127.0.0.1:8461')
    expect(await askOnce({ host: '127.0.0.1', port }, '192.0.2.1')).toBe('NOTFOUND ')
  } finally {
    daemon.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
})

function writeConfig(folder: string): string {
  const file = join(folder, 'sternpost.yaml')
  writeFileSync(file, 'log: { format: json }\nhttp: { listen: off }\n')
  return file
}
