// A publication that is killed between any two of its steps goes on, and no id is announced before its policy.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDnsServer, type DnsServer, labCertificateAuthority, zone } from '@sternpost/lab'
import { createDnsClient, createPolicyFetcher } from '@sternpost/network'
import type { DomainName } from '@sternpost/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSteadyClock } from '../../packages/sternpost/src/base/index.ts'
import { createRegistry } from '../../packages/sternpost/src/metrics/index.ts'
import { ChangeWatch, PolicyHost, PublishStore } from '../../packages/sternpost/src/publish/index.ts'
import { Store } from '../../packages/sternpost/src/store/index.ts'
import { nodeArguments, repositoryRoot } from '../../tools/suite.ts'
import type { RunnerOptions } from './publication-runner.ts'

/** Two publications of four steps, and three moments of each: begun, happened, written down. */
const MOMENTS = 2 * 4 * 3
const domain = 'example.test' as DomainName

const world = zone({
  'mta-sts.example.test': { A: ['127.0.0.1'] },
  'example.test': { MX: ['10 mx.example.test'] },
})
let dnsServer: DnsServer
let caPem = ''
let context: Awaited<ReturnType<Awaited<ReturnType<typeof labCertificateAuthority>>['issue']>>

beforeAll(async () => {
  dnsServer = await createDnsServer({ address: '127.0.0.1', port: 0, source: world })
  const ca = await labCertificateAuthority()
  caPem = ca.caPem
  context = await ca.issue({ names: ['mta-sts.example.test'] })
})
afterAll(() => dnsServer.close())

/** The world outside the process: a real policy host on the database, a zone, and who watches both. */
async function startWorld() {
  const dataDir = mkdtempSync(join(tmpdir(), 'sternpost-rollout-kill-'))
  const clock = createSteadyClock()
  const store = new Store({ dataDir, clock, onNotice: () => {} })
  await store.open()
  const publish = new PublishStore(store, clock)
  const host = new PolicyHost({
    settings: {
      listen: [{ host: '127.0.0.1', port: 0, text: '127.0.0.1:0' }],
      http: [],
      plainHttp: [],
      trustedProxies: [],
    },
    publish,
    certificates: {
      contextFor: async () => context.secureContext,
      challengeContextFor: async () => undefined,
      httpChallenge: () => undefined,
      async state() {
        throw new Error('the policy host does not ask for it')
      },
    },
    clock,
    registry: createRegistry('0'),
  })
  await host.start()
  const httpsPort = Number(/:([0-9]+)$/.exec(host.addresses[0] ?? '')?.[1])
  const watch = new ChangeWatch(store, clock, () => publish.changed(undefined))
  watch.start()
  await publish.add({
    domain,
    wanted: {
      mode: 'testing',
      maxAgeSeconds: 604_800,
      mxHostPatterns: [{ wildcard: false, name: 'mx.example.test' as DomainName }],
    },
    tlsRptRua: [],
    dns: { writer: 'none', apply: 'auto' },
    delegation: 'direct',
    policyIdForm: 'utc',
    bimi: undefined,
    tlsa: [],
  })
  world.remove('_mta-sts.example.test')
  const resolver = `127.0.0.1:${dnsServer.port}`
  const dns = createDnsClient({ servers: [resolver], maxCachedAnswers: 0 })
  const fetcher = createPolicyFetcher({
    dns,
    port: httpsPort,
    ca: [caPem],
    allowAddresses: ['127.0.0.0/8'],
  })
  /** What senders got at the very moment when an id was announced. */
  const announced: { readonly policyId: string; readonly served: string | undefined }[] = []
  const recorder = createServer((request, response) => {
    let policyId = ''
    request.setEncoding('utf8').on('data', (chunk: string) => {
      policyId += chunk
    })
    request.on('end', async () => {
      const fetched = await fetcher.fetch(domain)
      announced.push({ policyId, served: fetched.ok ? fetched.document.text : undefined })
      world.set('_mta-sts.example.test', 'TXT', [`v=STSv1; id=${policyId};`])
      response.end()
    })
  })
  const options = {
    dataDir,
    domain,
    resolver,
    httpsPort,
    caPem,
    recorder: await listen(recorder),
  }
  return {
    options,
    publish,
    announced,
    async close() {
      watch.stop()
      recorder.close()
      recorder.closeAllConnections()
      await host.close()
      dns.close()
      await store.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

/** Runs the roll-out in a process of its own; gives the signal that ended it, or the exit code. */
function run(options: RunnerOptions): Promise<string | number | null> {
  const command = [...nodeArguments('e2e/daemon/publication-runner.ts'), JSON.stringify(options)]
  const child = spawn(process.execPath, command, {
    cwd: repositoryRoot,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return new Promise(resolve => child.once('close', (code, signal) => resolve(signal ?? code)))
}

test.each(Array.from({ length: MOMENTS }, (_, index) => index + 1))(
  'killed at moment %i, the next run goes on in the same order',
  async killAt => {
    const { options, publish, announced, close } = await startWorld()
    try {
      expect(await run({ ...options, killAt })).toBe('SIGKILL')
      expect(await run({ ...options, killAt: 0 })).toBe(0)
      const versions = await publish.versions(domain)
      expect(versions.map(({ value }) => value.mode)).toEqual(['testing', 'enforce'])
      for (const { policyId, served } of announced)
        expect(served).toBe(versions.find(version => version.policyId === policyId)?.text)
      // A step may be done twice, but never again after a later one.
      const ids = announced.map(({ policyId }) => policyId)
      expect([...new Set(ids)]).toEqual(versions.map(({ policyId }) => policyId))
      expect(ids).toEqual(ids.toSorted())
      expect((await publish.servedVersion(domain))?.value.mode).toBe('enforce')
    } finally {
      await close()
    }
  },
)
