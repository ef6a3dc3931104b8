import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askSocketmap } from '../outbound/index.ts'
import { reportBytes } from '../reports-received/testing/index.ts'
import { readEvents } from './read-events.ts'
import { type LabDaemon, startLabDaemon } from './testing/lab-daemon.ts'

let world: LabDaemon
const gone = new AbortController()

beforeAll(async () => {
  world = await startLabDaemon(
    {
      domains: {
        'bogus.example': { dnssec: 'bogus', mx: 'null-mx' },
        'good.example': { dnssec: 'secure', policy: {} },
      },
    },
    'reportsReceived: { domains: [example.com] }\n',
  )
})
afterAll(async () => {
  gone.abort()
  await world.close()
})

const api = (path: string) => `${world.url}/api/v1${path}`

test('what happens is told to who watches: a check, a policy found, a report that came in', async () => {
  const response = await fetch(api('/events'), { signal: gone.signal })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const [host = '', port = ''] = (world.daemon.socketmapAddresses[0] ?? '').split(':')
  await askSocketmap({ kind: 'tcp', host, port: Number(port) }, 'postfix', 'good.example', 10_000)
  await fetch(api('/checks'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ domain: 'good.example' }),
  })
  await fetch(api('/reports'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: new Uint8Array(reportBytes({ success: 1, domain: 'example.com' })),
  })
  const seen: { event: string; data: unknown }[] = []
  for await (const { event, data } of readEvents(response.body ?? [])) {
    seen.push({ event, data })
    const isDone = (name: string, more: object = {}) =>
      seen.some(
        one => one.event === name && JSON.stringify(one.data).includes(JSON.stringify(more).slice(1, -1)),
      )
    if (isDone('check', { state: 'finished' }) && isDone('report-received') && isDone('outbound-event')) break
  }
  expect(seen).toContainEqual({
    event: 'report-received',
    data: expect.objectContaining({ domain: 'example.com', reportCount: 1 }),
  })
  expect(seen).toContainEqual({
    event: 'outbound-event',
    data: expect.objectContaining({ domain: 'good.example', kind: 'policy-found', isSignal: false }),
  })
})

interface Configuration {
  readonly source: string
  readonly settings: readonly { path: string; value: unknown; origin: string; description: string }[]
}
const configuration = async () => (await (await fetch(api('/configuration'))).json()) as Configuration

test('the settings in force are told with where each comes from, and a reload is seen', async () => {
  const { settings, source } = await configuration()
  expect(source).toBe(join(world.folder, 'sternpost.yaml'))
  const of = (path: string, all = settings) => all.find(setting => setting.path === path)
  expect(of('check.heloName')).toMatchObject({
    value: 'probe.example',
    origin: expect.stringMatching(/^line /),
  })
  expect(of('outbound.dryRun')).toMatchObject({ value: false, origin: 'default' })
  expect(settings.every(({ description }) => description !== '')).toBe(true)
  const secret = 'http://user:hunter2@proxy.example:3128'
  const { text } = { text: `outbound: { dryRun: true, policyFetch: { proxy: '${secret}' } }\n` }
  writeFileSync(join(world.folder, 'sternpost.yaml'), text)
  world.daemon.reload()
  const after = await configuration()
  expect(of('outbound.dryRun', after.settings)).toMatchObject({ value: true, origin: 'line 1' })
  expect(JSON.stringify(after)).not.toContain('hunter2')
})

test('the description of the API is served', async () => {
  const response = await fetch(api('/openapi.json'))
  expect(response.headers.get('content-type')).toContain('application/json')
  expect(await response.json()).toMatchObject({ openapi: '3.1.0', paths: { '/checks/{id}': {} } })
})
