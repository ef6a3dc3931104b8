import { matchMxHost } from '@sternpost/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mayNarrow } from './may-narrow.ts'
import type { MxSighting } from './mx-covered.ts'
import { mxAlarm, nextPolicy } from './next-policy.ts'
import { DAY_MS, hosts, policy, version } from './testing/policies.ts'

const now = 100 * DAY_MS
const both = policy('enforce', ['old.example', 'new.example'], 30)
const narrower = policy('enforce', ['new.example'], 30)

function gone(mxHost: string, goneDay: number | undefined, ttlSeconds = 3600): MxSighting {
  const [name] = hosts(mxHost)
  return {
    mxHost: name!,
    lastSeenAt: (goneDay ?? 100) * DAY_MS,
    goneAt: goneDay === undefined ? undefined : goneDay * DAY_MS,
    ttlSeconds,
  }
}

describe('mayNarrow', () => {
  const liveMx = hosts('new.example')
  const versions = [version('2', both, 50)]

  it('allows it when the host is out of DNS for longer than its TTL and no older policy is held', () => {
    expect(mayNarrow({ versions, narrower, liveMx, sightings: [gone('old.example', 90)], now })).toEqual({
      ok: true,
    })
  })

  it('waits while resolvers may give out the old host', () => {
    const sightings = [gone('old.example', 99, 7 * 86_400)]
    expect(mayNarrow({ versions, narrower, liveMx, sightings, now })).toEqual({
      ok: false,
      notBefore: 106 * DAY_MS,
      because: 'resolvers may still give out old.example as an MX host until 1970-04-17',
    })
  })

  it('waits for the longest max_age served before', () => {
    const longer = [version('1', policy('enforce', ['old.example'], 90), 0, 50), ...versions]
    const verdict = mayNarrow({ versions: longer, narrower, liveMx, sightings: [], now })
    expect(verdict).toMatchObject({ ok: false, because: 'senders hold an older policy until 1970-05-22' })
  })

  it('never allows it while the host is an MX host, nor where DNS is silent', () => {
    const still = { versions, narrower, sightings: [], now }
    expect(mayNarrow({ ...still, liveMx: hosts('old.example', 'new.example') })).toEqual({
      ok: false,
      notBefore: undefined,
      because: 'old.example is an MX host still, and would not be allowed',
    })
    expect(mayNarrow({ ...still, liveMx: undefined })).toMatchObject({ ok: false, notBefore: undefined })
  })
})

describe('nextPolicy', () => {
  const sightings = [gone('old.example', undefined)]
  const liveMx = hosts('old.example')

  it('goes through the union where a change both adds and drops', () => {
    const served = policy('enforce', ['old.example'], 30)
    const versions = [version('1', served, 0)]
    const next = nextPolicy({ served, wanted: narrower, versions, liveMx, sightings, now })
    expect(next).toMatchObject({ kind: 'publish', policy: both })
  })

  it('waits with what is dropped until it may go', () => {
    const versions = [version('2', both, 50)]
    const wait = nextPolicy({ served: both, wanted: narrower, versions, liveMx, sightings, now })
    expect(wait).toMatchObject({ kind: 'wait', until: undefined })
    const later = nextPolicy({
      served: both,
      wanted: narrower,
      versions,
      liveMx: hosts('new.example'),
      sightings: [gone('old.example', 90)],
      now,
    })
    expect(later).toMatchObject({ kind: 'publish', policy: narrower })
  })

  it('leaves the mode to the roll-out', () => {
    const served = policy('testing', ['a.example'])
    const wanted = policy('enforce', ['a.example'])
    expect(nextPolicy({ served, wanted, versions: [], liveMx, sightings, now })).toEqual({
      kind: 'as-wanted',
    })
  })

  const host = fc.constantFrom('a.example', 'b.example', 'c.test')
  const some = fc.uniqueArray(host, { minLength: 1 })

  it('never publishes in mode enforce what refuses an MX host of today that is allowed now', () => {
    fc.assert(
      fc.property(some, some, some, (servedMx, wantedMx, live) => {
        const served = policy('enforce', servedMx)
        const next = nextPolicy({
          served,
          wanted: policy('enforce', wantedMx),
          versions: [version('1', served, 0)],
          liveMx: hosts(...live),
          sightings: live.map(name => gone(name, undefined)),
          now,
        })
        if (next.kind !== 'publish') return
        for (const mxHost of hosts(...live)) {
          if (!matchMxHost(mxHost, served.mxHostPatterns)) continue
          expect(matchMxHost(mxHost, next.policy.mxHostPatterns)).toBe(true)
        }
      }),
    )
  })
})

describe('mxAlarm', () => {
  it('names the MX hosts that the served policy does not allow, and is silent where nothing is known', () => {
    expect(mxAlarm(narrower, hosts('new.example', 'rogue.example'))).toEqual(['rogue.example'])
    expect(mxAlarm(narrower, undefined)).toEqual([])
    expect(mxAlarm(policy('none', []), hosts('a.example'))).toEqual([])
    expect(mxAlarm(undefined, hosts('a.example'))).toEqual([])
  })
})
