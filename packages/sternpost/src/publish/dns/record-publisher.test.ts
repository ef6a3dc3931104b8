import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualClock } from '@sternpost/lab'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Store } from '../../store/index.ts'
import type { DnsWriter } from './dns-writer.ts'
import { DnsWriteError } from './issues.ts'
import { OwnValues } from './own-values.ts'
import { RecordPublisher } from './record-publisher.ts'
import { createMemoryWriter, type MemoryWriter } from './testing/memory-writer.ts'
import type { ServerAnswer } from './verify-records.ts'
import { type WantedRecordsInput, wantedRecords } from './wanted-records.ts'

const BY_PRIMARY = { domainWriter: 'primary' }
const input: WantedRecordsInput = {
  domain: 'example.com',
  policyId: '1',
  tlsReportUris: ['mailto:tls@example.com'],
  policyHost: { kind: 'addresses', addresses: [{ family: 4, address: '192.0.2.1' }] },
  delegation: { kind: 'direct' },
  ttlSeconds: 300,
}

let dataDir: string
let store: Store
let writer: MemoryWriter
let publisher: RecordPublisher
const clock = createManualClock(Date.UTC(2026, 10, 25))

function createPublisher(writers: readonly DnsWriter[] = [writer]): RecordPublisher {
  return new RecordPublisher({
    writers,
    ownValues: new OwnValues(store, clock),
    // What the writer holds is what the one server says.
    ask: async (name, type): Promise<ServerAnswer[]> => [
      { server: 'primary', values: writer.sets.get(`${name} ${type}`)?.values ?? [] },
    ],
    // Time passes whenever somebody waits.
    clock: {
      now: () => clock.now(),
      setTimer(callback, delayMs) {
        const timer = clock.setTimer(callback, delayMs)
        queueMicrotask(() => clock.advance(delayMs))
        return timer
      },
    },
    random: () => 0.5,
    verifyTimeoutSeconds: 10,
  })
}

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sternpost-dns-'))
  store = new Store({ dataDir, clock, onNotice: () => {} })
  await store.open()
  writer = createMemoryWriter('primary', ['example.com'])
  publisher = createPublisher()
})
afterEach(async () => {
  await store.close()
  rmSync(dataDir, { recursive: true, force: true })
})

describe('publishing records', () => {
  it('writes, verifies, and does nothing the second time, also after a restart', async () => {
    const first = await publisher.apply(wantedRecords(input), BY_PRIMARY)
    expect(first.done).toBe(true)
    expect(writer.applied).toHaveLength(3)
    const second = await createPublisher().apply(wantedRecords(input), BY_PRIMARY)
    expect(second.done).toBe(true)
    expect(second.outcomes.every(({ state }) => state === 'unchanged')).toBe(true)
    expect(writer.applied).toHaveLength(3)
  })

  it('replaces its own id, and takes all of its own away again, foreign texts left', async () => {
    await publisher.apply(wantedRecords(input), BY_PRIMARY)
    const owner = { name: '_mta-sts.example.com', type: 'TXT', ttlSeconds: 300 } as const
    writer.sets.set('_mta-sts.example.com TXT', { ...owner, values: ['v=STSv1; id=1;', 'verify=1'] })
    const changed = await publisher.apply(wantedRecords({ ...input, policyId: '2' }), BY_PRIMARY)
    expect(changed.done).toBe(true)
    expect(writer.sets.get('_mta-sts.example.com TXT')?.values).toEqual(['verify=1', 'v=STSv1; id=2;'])
    const none = { ...input, policyId: null, tlsReportUris: [], policyHost: null }
    expect((await publisher.apply(wantedRecords(none), BY_PRIMARY)).done).toBe(true)
    expect([...writer.sets.values()].map(({ values }) => values)).toEqual([['verify=1']])
  })

  it('a foreign record is a conflict, told and untouched, and the others are written', async () => {
    const foreign = { name: '_mta-sts.example.com', type: 'TXT', ttlSeconds: 60, values: ['v=STSv1; id=x;'] }
    writer.sets.set('_mta-sts.example.com TXT', foreign as never)
    const result = await publisher.apply(wantedRecords(input), BY_PRIMARY)
    expect(result.done).toBe(false)
    const conflicts = result.outcomes.filter(({ state }) => state === 'conflict')
    expect(conflicts.map(({ conflict }) => conflict?.code)).toContain('dns-write/foreign-value')
    expect(writer.sets.get('_mta-sts.example.com TXT')).toEqual(foreign)
    expect(writer.sets.has('mta-sts.example.com A')).toBe(true)
    const taken = await publisher.apply(wantedRecords(input), { ...BY_PRIMARY, takeOver: true })
    expect(taken.done).toBe(true)
    expect(writer.sets.get('_mta-sts.example.com TXT')?.values).toEqual(['v=STSv1; id=1;'])
  })

  it('a record set by hand just as wanted counts as ours from then on', async () => {
    const byHand = {
      name: '_mta-sts.example.com',
      type: 'TXT',
      ttlSeconds: 300,
      values: ['v=STSv1; id=1;'],
    }
    writer.sets.set('_mta-sts.example.com TXT', byHand as never)
    await publisher.apply(wantedRecords(input), BY_PRIMARY)
    expect((await publisher.apply(wantedRecords({ ...input, policyId: '2' }), BY_PRIMARY)).done).toBe(true)
  })

  it('temporary faults are tried again, others are not', async () => {
    writer.faults.push(new DnsWriteError('dns-write/timeout', 'slow'))
    writer.faults.push(new DnsWriteError('dns-write/rate-limited', 'too many', 30))
    const started = clock.now()
    expect((await publisher.apply(wantedRecords(input), BY_PRIMARY)).done).toBe(true)
    expect(clock.now() - started).toBe(31_000)
    writer.sets.clear()
    writer.faults.push(new DnsWriteError('dns-write/refused', 'no'))
    const refused = await publisher.apply(wantedRecords(input), BY_PRIMARY)
    expect(refused.outcomes.filter(({ state }) => state === 'failed')).toHaveLength(3)
    expect(writer.faults).toEqual([])
  })

  it('who asks for a long rest is not waited for', async () => {
    writer.faults.push(new DnsWriteError('dns-write/rate-limited', 'too many', 3600))
    const started = clock.now()
    const result = await publisher.apply(wantedRecords(input), BY_PRIMARY)
    expect(result.outcomes.find(({ error }) => error !== undefined)?.error?.retryAfterSeconds).toBe(3600)
    expect(clock.now()).toBe(started)
  })

  it('writes the subset it is given and looks at nothing else', async () => {
    const onlyHost = wantedRecords(input).filter(({ purpose }) => purpose === 'policy-host')
    await publisher.apply(onlyHost, BY_PRIMARY)
    expect([...writer.sets.keys()]).toEqual(['mta-sts.example.com A'])
  })

  it('leaves to people what no writer holds, and names a writer that is not there', async () => {
    const byHand = await publisher.apply(wantedRecords(input), { domainWriter: 'none' })
    expect(byHand.outcomes.every(({ state }) => state === 'by-hand')).toBe(true)
    expect(byHand.done).toBe(false)
    const unknown = await publisher.apply(wantedRecords(input), { domainWriter: 'other' })
    expect(unknown.outcomes[0]?.error?.code).toBe('dns-write/no-writer')
  })

  it('delegated, the operator zone is written though the domain is not ours to write', async () => {
    writer = createMemoryWriter('ours', ['hosted.example.net'])
    publisher = createPublisher()
    const wanted = wantedRecords({
      ...input,
      delegation: { kind: 'cname', operatorZone: 'hosted.example.net' },
    })
    const { outcomes } = await publisher.apply(wanted, { domainWriter: 'none' })
    expect([...writer.sets.keys()].sort()).toEqual([
      'example.com._mta-sts.hosted.example.net TXT',
      'example.com._smtp._tls.hosted.example.net TXT',
      'mta-sts-host.hosted.example.net A',
    ])
    const byHand = outcomes.filter(({ state }) => state === 'by-hand')
    expect(byHand.every(({ record }) => record.part === 'domain')).toBe(true)
  })

  it('killed between writing and hearing of it, the next run knows the value as ours', async () => {
    const { apply } = writer
    const dying = {
      ...writer,
      apply: async (...given: Parameters<typeof apply>) => {
        await apply(...given)
        throw new Error('killed')
      },
    }
    await expect(createPublisher([dying]).apply(wantedRecords(input), BY_PRIMARY)).rejects.toThrow('killed')
    const next = await createPublisher().apply(wantedRecords({ ...input, policyId: '2' }), BY_PRIMARY)
    expect(next.done).toBe(true)
    expect(writer.sets.get('_mta-sts.example.com TXT')?.values).toEqual(['v=STSv1; id=2;'])
  })

  it('without a database nothing is written, as it would not be known whose it is', async () => {
    await store.close()
    const result = await publisher.apply(wantedRecords(input), BY_PRIMARY)
    expect(result.outcomes[0]?.error?.code).toBe('dns-write/not-durable')
    expect(writer.applied).toEqual([])
  })
})
