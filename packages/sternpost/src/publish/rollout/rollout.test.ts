import { describe, expect, it } from 'vitest'
import { hosts, policy } from './testing/policies.ts'
import { createRolloutWorld, goodReports, type RolloutWorld } from './testing/rollout-world.ts'

const wanted = policy('testing', ['mx1.example.com', 'mx2.example.com'])
const order = { by: 'test', reason: 'a test' }

async function verdictOf(world: RolloutWorld) {
  const [newest] = await world.rollout.evidence.gates(world.domain, 1)
  return newest
}

async function advance(world: RolloutWorld, override?: string) {
  const answer = await world.rollout.control.advance(world.domain, await verdictOf(world), order, override)
  await world.settle()
  return answer
}

/** As far as the gate, which is open. */
async function readyWorld(): Promise<RolloutWorld> {
  const world = await createRolloutWorld(wanted)
  await world.settle()
  await world.pass(15, 6)
  expect(await world.stage()).toBe('ready')
  return world
}

async function enforcedWorld(): Promise<RolloutWorld> {
  const world = await readyWorld()
  expect(await advance(world)).toMatchObject({ ok: true })
  expect(await world.stage()).toBe('enforced')
  return world
}

describe('the roll-out', () => {
  it('leads from an added domain to enforce, serving each policy before its id is announced', async () => {
    await using world = await createRolloutWorld(wanted)
    await world.settle()
    expect(await world.stage()).toBe('gathering')
    await world.pass(13, 6)
    expect(await world.stage()).toBe('gathering')
    await world.pass(2, 6)
    expect(await world.stage()).toBe('ready')
    await advance(world)
    expect(await world.stage()).toBe('enforced')

    const ids = (await world.rollout.publish.versions(world.domain)).map(({ policyId }) => policyId)
    expect(world.seen).toEqual(ids.flatMap(id => [`serve ${id}`, `record ${id}`]))
    expect((await world.rollout.publish.get(world.domain))?.wanted.mode).toBe('enforce')
    const history = await world.rollout.rollouts.transitions(world.domain, 10)
    expect(history.map(({ from, to }) => `${from} → ${to}`).reverse()).toEqual([
      'planned → published',
      'published → gathering',
      'gathering → ready',
      'ready → enforced',
    ])
    await world.pass(30, 24)
    expect(world.sender.stopped).toEqual([])
  })

  it('enforces by itself only where the operator turned that on', async () => {
    await using world = await createRolloutWorld(wanted, { autoAdvance: true })
    await world.settle()
    await world.pass(15, 6)
    expect(await world.stage()).toBe('enforced')
  })

  it('stops at a failure in week two, names the MX host, and goes on after as many clean days', async () => {
    await using world = await createRolloutWorld(wanted, { autoAdvance: true })
    await world.settle()
    await world.pass(9, 6)
    world.outside.reports = {
      ...goodReports,
      failures: [
        {
          mxHost: 'mx2.example.com',
          resultType: 'certificate-expired',
          failedSessionCount: 7,
          reporters: ['Beta'],
          lastDay: '2026-11-09',
          summary: 'The certificate of the MX host had expired.',
          explainedBy: undefined,
        },
      ],
    }
    await world.pass(10, 6)
    expect(await world.stage()).toBe('gathering')
    const failures = (await verdictOf(world))?.criteria.find(({ name }) => name === 'failures')
    expect(failures).toMatchObject({ state: 'unmet', value: '7 failed sessions' })
    expect(failures?.missing).toContain('mx2.example.com')
    world.outside.reports = goodReports
    await world.pass(1, 6)
    expect(await world.stage()).toBe('enforced')
  })

  it('is not ready with too few reporters, and says that it does not know where nobody answers', async () => {
    await using world = await createRolloutWorld(wanted)
    world.outside.reports = { ...goodReports, reporters: ['Alpha', 'Beta'] }
    await world.settle()
    await world.pass(20, 12)
    expect(await world.stage()).toBe('gathering')
    world.outside.reports = undefined
    world.outside.badMxHosts = undefined
    world.outside.certificateDays = undefined
    await world.pass(3, 12)
    const unknown = (await verdictOf(world))?.criteria.filter(({ state }) => state === 'unknown')
    expect(unknown?.map(({ name }) => name)).toEqual([
      'sessions',
      'reporters',
      'failures',
      'mx-hosts',
      'certificates',
    ])
    expect(await advance(world)).toMatchObject({ ok: false, reason: expect.stringContaining('--override') })
    expect(await advance(world, 'all MX hosts are ours')).toMatchObject({ ok: true })
    expect(await world.stage()).toBe('enforced')
    const [last] = await world.rollout.rollouts.transitions(world.domain, 1)
    expect(last?.override).toEqual({
      reason: 'all MX hosts are ours',
      unknown: ['sessions', 'reporters', 'failures', 'mx-hosts', 'certificates'],
      unmet: [],
    })
  })

  it('closes the gate again when an MX host turns bad', async () => {
    await using world = await readyWorld()
    world.outside.badMxHosts = { 'mx1.example.com': 'STARTTLS is not offered' }
    await world.pass(2, 6)
    expect(await world.stage()).toBe('gathering')
    const [last] = await world.rollout.rollouts.transitions(world.domain, 1)
    expect(last).toMatchObject({
      kind: 'gate-closed',
      reason: expect.stringContaining('mx1.example.com: STARTTLS'),
    })
  })

  it('takes an MX host that the policy does not allow for an alarm, holds, and blesses nothing', async () => {
    await using world = await enforcedWorld()
    const before = await world.rollout.publish.servedVersion(world.domain)
    await world.moveMx('mx1.example.com', 'mx.elsewhere.test')
    expect(await world.stage()).toBe('held')
    const [alarm] = await world.rollout.rollouts.alarms(10)
    expect(alarm?.message).toContain('mx.elsewhere.test')
    await world.pass(3, 6)
    expect((await world.rollout.publish.servedVersion(world.domain))?.policyId).toBe(before?.policyId)
    await world.moveMx('mx1.example.com', 'mx2.example.com')
    expect(await world.rollout.rollouts.alarms(10)).toEqual([])
    expect(await world.stage()).toBe('held')
    expect(await advance(world)).toMatchObject({ ok: true })
    expect(await world.stage()).toBe('enforced')
  })

  it('does not begin to enforce what a change of the MX records made wrong meanwhile', async () => {
    await using world = await readyWorld()
    const verdict = await verdictOf(world)
    world.outside.mx = hosts('mx1.example.com', 'mx3.example.com')
    await world.rollout.control.advance(world.domain, verdict, order)
    await world.rollout.scheduler.runPublications()
    expect(await world.stage()).toBe('held')
    expect((await world.rollout.publish.servedVersion(world.domain))?.value.mode).toBe('testing')
  })

  it('moves to another MX host through widening and narrowing, and no sender is turned away', async () => {
    await using world = await enforcedWorld()
    await world.want({ mxHostPatterns: policy('enforce', ['new.example.com']).mxHostPatterns })
    expect((await world.rollout.publish.servedVersion(world.domain))?.value).toEqual(
      policy('enforce', ['mx1.example.com', 'mx2.example.com', 'new.example.com']),
    )
    // Until every sender has forgotten the policy without the new host.
    await world.pass(8, 12)
    await world.moveMx('new.example.com')
    await world.pass(3, 6)
    expect((await world.rollout.publish.servedVersion(world.domain))?.value).toEqual(
      policy('enforce', ['new.example.com']),
    )
    expect(await world.stage()).toBe('enforced')
    expect(world.sender.stopped).toEqual([])
  })

  it('rolls back to testing, keeps the order, and does not enforce by itself again', async () => {
    await using world = await createRolloutWorld(wanted, { autoAdvance: true })
    await world.settle()
    await world.pass(15, 6)
    expect(await world.stage()).toBe('enforced')
    const before = world.seen.length
    expect(await world.rollout.control.rollBack(world.domain, 'testing', order)).toMatchObject({ ok: true })
    expect(await world.stage()).toBe('rolling-back')
    await world.settle()
    const served = await world.rollout.publish.servedVersion(world.domain)
    expect(served?.value.mode).toBe('testing')
    expect(world.seen.slice(before)).toEqual([`serve ${served?.policyId}`, `record ${served?.policyId}`])
    await world.pass(30, 12)
    expect(await world.stage()).toBe('ready')
  })

  it('goes to mode none with a short life, and back to testing from there', async () => {
    await using world = await enforcedWorld()
    await world.rollout.control.rollBack(world.domain, 'none', order)
    await world.settle()
    expect(await world.stage()).toBe('none')
    const served = await world.rollout.publish.servedVersion(world.domain)
    expect(served?.value).toMatchObject({ mode: 'none', maxAgeSeconds: 86_400 })
    expect(await world.rollout.control.rollBack(world.domain, 'none', order)).toMatchObject({ ok: false })
    await advance(world)
    expect(await world.stage()).toBe('gathering')
  })

  it('leaves safely: none, every cache forgets, then record, then host, then domain', async () => {
    await using world = await enforcedWorld()
    await world.rollout.control.exit(world.domain, order)
    await world.settle()
    expect(await world.stage()).toBe('none')
    await world.pass(6, 12)
    expect(world.outside.recordId).not.toBeNull()
    await world.pass(2, 12)
    expect(world.outside.recordId).toBeNull()
    expect(await world.rollout.publish.servedVersion(world.domain)).toBeDefined()
    await world.pass(2, 12)
    expect(await world.stage()).toBe('removed')
    expect(await world.rollout.publish.get(world.domain)).toBeUndefined()
    expect(world.seen.slice(-2)).toEqual(['record null', 'serve nothing'])
    expect(world.sender.stopped).toEqual([])
  })

  it('waits for the person who sets the record, and for the web server that is not ours', async () => {
    await using world = await createRolloutWorld(wanted)
    world.outside.isByHand = true
    world.outside.ownWebServer = 'version: STSv1\r\nmode: none\r\nmax_age: 86400\r\n'
    await world.settle()
    await world.pass(1)
    const waiting = async () => {
      const running = await world.rollout.publications.running(world.domain)
      return running?.steps.find(({ state }) => state !== 'done')
    }
    expect(await waiting()).toMatchObject({
      kind: 'verify-served',
      note: expect.stringContaining('mode none'),
    })
    world.outside.ownWebServer = undefined
    await world.pass(0.1)
    expect(await waiting()).toMatchObject({
      kind: 'announce',
      note: expect.stringContaining('set the record'),
    })
    const [version] = await world.rollout.publish.versions(world.domain)
    world.outside.recordId = version?.policyId ?? ''
    await world.pass(0.1)
    expect(await world.stage()).toBe('gathering')
  })

  it('begins anew with a domain that was taken out by hand and added again', async () => {
    await using world = await enforcedWorld()
    const published = await world.rollout.publish.get(world.domain)
    await world.rollout.publish.remove(world.domain)
    await world.pass(1, 6)
    expect(await world.stage()).toBe('removed')
    await world.rollout.publish.add(published!)
    await world.pass(1, 6)
    expect(await world.stage()).toBe('gathering')
    expect((await world.rollout.publish.servedVersion(world.domain))?.value.mode).toBe('testing')
  })
})
