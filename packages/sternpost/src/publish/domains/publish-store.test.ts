import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualClock } from '@sternpost/lab'
import type { DomainName, MtaStsPolicy } from '@sternpost/protocol'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NotDurableError, Store } from '../../store/index.ts'
import { PublishStore } from './publish-store.ts'
import type { NewDomain } from './published-domain.ts'
import { plainDomain } from './testing/plain-domain.ts'

const START = Date.UTC(2026, 10, 25, 12)
const EXAMPLE = 'example.com' as DomainName

let dataDir: string
const opened: Store[] = []

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sternpost-publish-'))
})
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close()
  rmSync(dataDir, { recursive: true, force: true })
})

async function openPublish(clock = createManualClock(START)) {
  const store = new Store({ dataDir, clock, onNotice: () => {} })
  opened.push(store)
  await store.open()
  return { clock, store, publish: new PublishStore(store, clock) }
}

/** Another program at work on the same database. */
function startWriter(...job: string[]) {
  const script = join(import.meta.dirname, 'testing/publish-writer.ts')
  return spawn(process.execPath, ['--conditions=source', script, dataDir, ...job], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

function policy(mode: MtaStsPolicy['mode'], ...mxHosts: string[]): MtaStsPolicy {
  return {
    mode,
    maxAgeSeconds: 604_800,
    mxHostPatterns: mxHosts.map(name => ({ wildcard: false, name: name as DomainName })),
  }
}

function newDomain(domain: string, wanted = policy('testing', `mx.${domain}`)): NewDomain {
  return {
    ...plainDomain(domain, wanted),
    tlsRptRua: ['mailto:tls-reports@example.com'],
  }
}

describe('PublishStore', () => {
  it('gives back what it was given, also after a restart', async () => {
    const { publish } = await openPublish()
    const domain: NewDomain = {
      ...newDomain('example.com', {
        mode: 'testing',
        maxAgeSeconds: 86_400,
        mxHostPatterns: [
          { wildcard: true, name: 'mx.example.net' as DomainName },
          { wildcard: false, name: 'mx.example.com' as DomainName },
        ],
      }),
      delegation: 'cname',
      policyIdForm: 'daily',
      dns: { writer: 'primary', apply: 'auto' },
      bimi: { selector: 'default', location: 'https://example.com/logo.svg', evidence: '' },
      tlsa: [{ mxHost: 'mx.example.com' as DomainName, records: ['3 1 1 00'] }],
    }
    expect(await publish.add(domain)).toBe(true)
    const { publish: again } = await openPublish()
    expect(await again.get(EXAMPLE)).toEqual({
      ...domain,
      servedPolicyId: undefined,
      addedAt: START,
      changedAt: START,
      revision: 1,
    })
    expect(await again.get('example.org' as DomainName)).toBeUndefined()
  })

  it('adds a domain once', async () => {
    const { publish } = await openPublish()
    await publish.add(newDomain('example.com'))
    expect(await publish.add(newDomain('example.com', policy('testing', 'other.example.com')))).toBe(false)
    expect((await publish.get(EXAMPLE))?.wanted.mxHostPatterns[0]?.name).toBe('mx.example.com')
    expect(await publish.addMany([newDomain('example.com'), newDomain('example.org')])).toEqual([
      'example.org',
    ])
    expect(await publish.count()).toBe(2)
    expect((await publish.list({ after: 'example.com', limit: 5 })).map(({ domain }) => domain)).toEqual([
      'example.org',
    ])
  })

  it('gives a policy one id for as long as its bytes are the same', async () => {
    const { publish, clock } = await openPublish()
    await publish.add(newDomain('example.com'))
    const first = await publish.newVersion(EXAMPLE, policy('testing', 'mx.example.com'))
    expect(first.policyId).toBe('20261125120000')
    await clock.advance(5_000)
    expect(await publish.newVersion(EXAMPLE, policy('testing', 'mx.example.com'))).toEqual(first)
    const second = await publish.newVersion(EXAMPLE, policy('enforce', 'mx.example.com'))
    expect(second.policyId).toBe('20261125120005')
    // Going back to old bytes is a change too: caches that hold the second must come again.
    const third = await publish.newVersion(EXAMPLE, policy('testing', 'mx.example.com'))
    expect(third.text).toBe(first.text)
    expect(third.policyId).toBe('20261125120006')
    expect((await publish.versions(EXAMPLE)).map(({ policyId }) => policyId)).toEqual([
      first.policyId,
      second.policyId,
      third.policyId,
    ])
  })

  it('knows since when and until when each version was served', async () => {
    const { publish, clock } = await openPublish()
    await publish.add(newDomain('example.com'))
    expect(await publish.servedVersion(EXAMPLE)).toBeUndefined()
    const first = await publish.newVersion(EXAMPLE, policy('testing', 'mx.example.com'))
    await publish.serve(EXAMPLE, first.policyId)
    expect((await publish.servedVersion(EXAMPLE))?.text).toBe(
      'version: STSv1\r\nmode: testing\r\nmx: mx.example.com\r\nmax_age: 604800\r\n',
    )
    await clock.advance(60_000)
    await publish.serve(EXAMPLE, first.policyId)
    const second = await publish.newVersion(EXAMPLE, policy('enforce', 'mx.example.com'))
    await publish.serve(EXAMPLE, second.policyId)
    await publish.markAnnounced(EXAMPLE, second.policyId, START + 70_000)
    await publish.markAnnounced(EXAMPLE, second.policyId, START + 90_000)
    await publish.markFetched([{ domain: EXAMPLE, policyId: second.policyId, at: START + 100_000 }])
    expect(await publish.versions(EXAMPLE)).toMatchObject([
      { firstServedAt: START, lastServedAt: START + 60_000, announcedAt: undefined },
      {
        firstServedAt: START + 60_000,
        lastServedAt: undefined,
        announcedAt: START + 70_000,
        lastFetchedAt: START,
      },
    ])
    await clock.advance(60_000)
    await publish.serve(EXAMPLE, undefined)
    expect(await publish.servedVersion(EXAMPLE)).toBeUndefined()
    expect((await publish.versions(EXAMPLE))[1]?.lastServedAt).toBe(START + 120_000)
  })

  it('keeps the history of a domain that is gone, and no id of it comes again', async () => {
    const { publish, clock } = await openPublish()
    await publish.add(newDomain('example.com'))
    const first = await publish.newVersion(EXAMPLE, policy('enforce', 'mx.example.com'))
    await publish.serve(EXAMPLE, first.policyId)
    await clock.advance(1_000)
    expect(await publish.remove(EXAMPLE)).toBe(true)
    expect(await publish.remove(EXAMPLE)).toBe(false)
    expect(await publish.versions(EXAMPLE)).toMatchObject([{ lastServedAt: START + 1_000 }])
    expect(await publish.servedVersion(EXAMPLE)).toBeUndefined()
    clock.jump(-1_000)
    await publish.add(newDomain('example.com'))
    const second = await publish.newVersion(EXAMPLE, policy('testing', 'mx.example.com'))
    expect(second.policyId).not.toBe(first.policyId)
  })

  it('serves nothing that is not there', async () => {
    const { publish } = await openPublish()
    await expect(publish.serve(EXAMPLE, '1')).rejects.toThrow(NotDurableError)
    await publish.add(newDomain('example.com'))
    await expect(publish.serve(EXAMPLE, '1')).rejects.toThrow('example.com has no policy 1')
    await expect(publish.newVersion(EXAMPLE, policy('enforce'))).rejects.toThrow(RangeError)
  })

  it('loses no change of two programs at once', async () => {
    const { publish } = await openPublish()
    await publish.add(newDomain('example.com', policy('none')))
    const writers = ['a', 'b'].map(prefix => startWriter('patterns', 'example.com', prefix, '25'))
    expect(await Promise.all(writers.map(async writer => (await once(writer, 'exit'))[0]))).toEqual([0, 0])
    const domain = await publish.get(EXAMPLE)
    expect(domain?.wanted.mxHostPatterns).toHaveLength(50)
    expect(domain?.revision).toBe(51)
  })

  it('has everything a killed program said was done', async () => {
    const writer = startWriter('forever', 'd')
    let said = ''
    for await (const chunk of writer.stdout) {
      said += String(chunk)
      if (said.split('\n').length > 20) break
    }
    writer.kill('SIGKILL')
    const { publish } = await openPublish()
    const domains = said.split('\n').slice(0, -1)
    expect(domains.length).toBeGreaterThan(10)
    for (const domain of domains) {
      const version = await publish.servedVersion(domain as DomainName)
      expect(version?.value.mxHostPatterns[0]?.name).toBe(`mx.${domain}`)
    }
  })

  it('says so when a change cannot be made durable', async () => {
    const { publish } = await openPublish()
    await publish.add(newDomain('example.com'))
    const looking = new Store({
      dataDir,
      clock: createManualClock(START),
      readOnly: true,
      onNotice: () => {},
    })
    opened.push(looking)
    await looking.open()
    const readOnly = new PublishStore(looking, createManualClock(START))
    expect(await readOnly.count()).toBe(1)
    await expect(readOnly.add(newDomain('example.org'))).rejects.toThrow(NotDurableError)
  })

  it('keeps nothing of a change that a full disk stopped, and goes on with what there is', async () => {
    const { publish, store } = await openPublish()
    await publish.add(newDomain('example.com'))
    await store.write(db => sql`pragma max_page_count = 1`.execute(db))
    const many = Array.from({ length: 500 }, (_, index) => newDomain(`d${index}.example`))
    await expect(publish.addServed(many)).rejects.toThrow(/cannot be written/)
    expect(await publish.count()).toBe(1)
    expect((await publish.get(EXAMPLE))?.revision).toBe(1)
    await store.write(db => sql`pragma max_page_count = 100000`.execute(db))
    expect(await publish.addServed(many)).toHaveLength(500)
  })

  it('adds many with their policies served, and leaves those alone that were there', async () => {
    const { publish } = await openPublish()
    await publish.add(newDomain('example.com', policy('testing', 'other.example.com')))
    const versions = await publish.addServed([newDomain('example.com'), newDomain('example.org')])
    expect(versions).toMatchObject([
      { domain: 'example.org', firstServedAt: START, lastServedAt: undefined, policyId: '20261125120000' },
    ])
    expect(await publish.servedVersion('example.org' as DomainName)).toEqual(versions[0])
    expect(await publish.servedVersion(EXAMPLE)).toBeUndefined()
  })

  it('tells of every change made through it, or through another one on the same connection', async () => {
    const { publish: watched, store, clock } = await openPublish()
    const publish = new PublishStore(store, clock)
    const told: (string | undefined)[] = []
    watched.onChange(domain => told.push(domain))
    await publish.add(newDomain('example.com'))
    await publish.add(newDomain('example.com'))
    await publish.update(EXAMPLE, () => ({ delegation: 'cname' }))
    const { policyId } = await publish.newVersion(EXAMPLE, policy('testing', 'mx.example.com'))
    await publish.serve(EXAMPLE, policyId)
    await publish.remove(EXAMPLE)
    expect(told).toEqual(['example.com', 'example.com', 'example.com', 'example.com'])
  })
})
