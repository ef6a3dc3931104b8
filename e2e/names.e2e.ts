import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RESOLVER_ADDRESS } from './ground/addresses.ts'
import { rootsOfGround } from './ground/namespace.ts'
import { type Names, startNames } from './harness/names.ts'
import { runInRoot } from './harness/root-process.ts'
import type { Zone, ZoneRecord } from './harness/zone.ts'

const { trixie } = rootsOfGround()
let names: Names

/** What a validating client reads in the header of an answer; drill is not our own code. */
async function drill(
  name: string,
  type: string,
): Promise<{ rcode: string; authenticated: boolean; text: string }> {
  const text = await runInRoot(trixie, 'drill', ['-D', name, `@${RESOLVER_ADDRESS}`, type])
  return {
    rcode: /rcode: (\w+)/.exec(text)?.[1] ?? '',
    authenticated: /^;; flags:[^;]* ad /m.test(text),
    text,
  }
}

const zones: Zone[] = (['secure', 'insecure', 'bogus', 'lame'] as const).map(security => ({
  origin: `${security}.test`,
  security,
}))
const records: ZoneRecord[] = zones.map(({ origin }) => ({
  name: `a.${origin}`,
  type: 'A',
  data: '127.0.25.1',
}))

beforeAll(async () => {
  names = await startNames(trixie, zones, records)
})
afterAll(() => names.stop())

describe('the ground: names', () => {
  it('a signed zone is authenticated, its denials too', async () => {
    expect(await drill('a.secure.test', 'A')).toMatchObject({ rcode: 'NOERROR', authenticated: true })
    expect(await drill('none.secure.test', 'A')).toMatchObject({ rcode: 'NXDOMAIN', authenticated: true })
    expect(await drill('a.secure.test', 'TLSA')).toMatchObject({ rcode: 'NOERROR', authenticated: true })
  })

  it('an insecure delegation answers without authentication', async () => {
    expect(await drill('a.insecure.test', 'A')).toMatchObject({ rcode: 'NOERROR', authenticated: false })
  })

  it('a bogus zone and a lame delegation give SERVFAIL', async () => {
    expect(await drill('a.bogus.test', 'A')).toMatchObject({ rcode: 'SERVFAIL' })
    expect(await drill('a.lame.test', 'A')).toMatchObject({ rcode: 'SERVFAIL' })
  })

  it('a changed record is seen at once and stays signed', async () => {
    await names.publish([{ name: 'a.secure.test', type: 'A', data: '127.0.25.9' }])
    const changed = await drill('a.secure.test', 'A')
    expect(changed).toMatchObject({ rcode: 'NOERROR', authenticated: true })
    expect(changed.text).toContain('127.0.25.9')
    expect(await drill('a.insecure.test', 'A')).toMatchObject({ rcode: 'NXDOMAIN', authenticated: false })
  })

  it('a blocked name is gone for the client until the blockade ends', async () => {
    await names.block('a.secure.test', 'always_nxdomain')
    expect(await drill('a.secure.test', 'A')).toMatchObject({ rcode: 'NXDOMAIN' })
    await names.unblock('a.secure.test')
    expect(await drill('a.secure.test', 'A')).toMatchObject({ rcode: 'NOERROR', authenticated: true })
  })
})
