import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualClock } from '@sternpost/lab'
import type { DomainName } from '@sternpost/protocol'
import { expect, it, onTestFinished } from 'vitest'
import { Store } from '../../store/index.ts'
import { PublishStore } from '../domains/publish-store.ts'
import { plainDomain } from '../domains/testing/plain-domain.ts'
import { EvidenceStore } from './evidence-store.ts'
import { PublicationStore } from './publication-store.ts'
import { RolloutScheduler } from './rollout-scheduler.ts'
import { BEGUN_PER_SECOND, RolloutStore } from './rollout-store.ts'

const COUNT = 2_100

it('begins the roll-outs of many new domains at a bounded rate, each once', async () => {
  const dataDir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'sternpost-scheduler-'))
  const clock = createManualClock(Date.UTC(2026, 10, 1))
  const store = new Store({ dataDir, clock, onNotice: () => {} })
  await store.open()
  onTestFinished(async () => {
    await store.close()
    rmSync(dataDir, { recursive: true, force: true })
  })
  const rollouts = new RolloutStore(store, clock)
  const begun: DomainName[] = []
  const scheduler = new RolloutScheduler({
    name: 'test',
    rollouts,
    publications: new PublicationStore(store, clock),
    evidence: new EvidenceStore(store, clock),
    executor: { run: async () => ({ kind: 'done' }) },
    look: async domain => {
      begun.push(domain)
      await rollouts.lookAgainAt(domain, clock.now() + 86_400_000, 1)
    },
    clock,
    onError: error => {
      throw error
    },
  })
  await new PublishStore(store, clock).addMany(
    Array.from({ length: COUNT }, (_, index) => ({
      ...plainDomain(`d${index}.example`, { mode: 'testing', maxAgeSeconds: 604_800, mxHostPatterns: [] }),
      dns: { writer: 'none', apply: 'auto' },
    })),
  )
  const seconds = Math.ceil(COUNT / BEGUN_PER_SECOND) + 5
  for (let second = 0; second < seconds; second += 1) {
    // Said again and again, as while an import goes on, it makes nothing begin sooner.
    scheduler.domainsChanged()
    const before = begun.length
    await scheduler.runLooks()
    expect(begun.length - before).toBeLessThanOrEqual(BEGUN_PER_SECOND)
    clock.jump(1_000)
  }
  expect(begun).toHaveLength(COUNT)
  expect(new Set(begun).size).toBe(COUNT)
})
