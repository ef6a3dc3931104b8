// What a release holds runs on plain Node, without the sources: the bundle, its later parts and the web side.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nodeArguments, repositoryRoot, runCommand } from '../../tools/suite.ts'
import { eventually } from './daemon-process.ts'
import { askOnce } from './socketmap-client.ts'

const program = 'packages/sternpost/dist/main.js'

test('the release is built, tells its version, answers Postfix, takes a report and shows the dashboard', async () => {
  const build = await runCommand(process.execPath, nodeArguments('tools/build.ts'))
  expect(build).toMatchObject({ code: 0 })
  expect((await runCommand(process.execPath, [program, 'version'])).output).toMatch(/^sternpost \d/)

  const folder = mkdtempSync(join(tmpdir(), 'sternpost-release-'))
  const socket = join(folder, 'socketmap')
  const config = join(folder, 'sternpost.yaml')
  writeFileSync(
    config,
    `log: { format: json }\nhttp: { listen: 127.0.0.1:0 }\noutbound: { socketmap: { listen: ['unix:${socket}'] } }\n`,
  )
  const daemon = spawn(
    process.execPath,
    [program, 'serve', '--config', config, '--data', join(folder, 'data')],
    {
      cwd: repositoryRoot,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let log = ''
  daemon.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    log += chunk
  })
  try {
    const address = await eventually('the daemon', () => /"http":"([^"]+)"/.exec(log)?.[1])
    expect(await askOnce(socket, '192.0.2.1')).toBe('NOTFOUND ')
    const body = JSON.stringify({
      'organization-name': 'Example',
      'report-id': 'release',
      'date-range': { 'start-datetime': '2026-11-01T00:00:00Z', 'end-datetime': '2026-11-01T23:59:59Z' },
      policies: [
        {
          policy: { 'policy-type': 'no-policy-found', 'policy-domain': 'example.com' },
          summary: { 'total-successful-session-count': 1, 'total-failure-session-count': 0 },
        },
      ],
    })
    const posted = await fetch(`http://${address}/v1/tlsrpt`, {
      method: 'POST',
      headers: { 'content-type': 'application/tlsrpt+json' },
      body,
    })
    expect(posted.status).toBe(201)

    const page = await (await fetch(`http://${address}/`, { headers: { accept: 'text/html' } })).text()
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1]
    expect(script, page).toBeDefined()
    const asset = await fetch(`http://${address}${script}`)
    expect([asset.status, asset.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('javascript'),
    ])
    // By the thread that reads, whose file lies beside the bundle.
    const reports = await (await fetch(`http://${address}/api/v1/reports`)).json()
    expect(reports).toMatchObject({ items: [{ reportId: 'release' }] })
  } finally {
    daemon.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
})
