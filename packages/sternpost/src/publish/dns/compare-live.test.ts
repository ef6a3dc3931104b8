import { describe, expect, it } from 'vitest'
import { compareLive } from './compare-live.ts'
import type { RecordSetType } from './record-set.ts'
import type { ServerAnswer } from './verify-records.ts'
import type { WantedRecord } from './wanted-records.ts'

const NAME = '_mta-sts.example.com'
const wanted = (type: RecordSetType, values: readonly string[]): WantedRecord => ({
  name: NAME,
  type,
  values,
  ttlSeconds: 300,
  purpose: 'policy-id',
  part: 'domain',
})
const records = [wanted('CNAME', []), wanted('TXT', ['v=STSv1; id=2;'])]

/** What each of two servers has, by type; `null` for a server that is silent. */
function asking(a: Partial<Record<RecordSetType, string[]>> | null, b = a) {
  return async (_name: string, type: RecordSetType): Promise<ServerAnswer[]> =>
    [a, b].map((zone, index) => {
      const server = `ns${index + 1}`
      return zone === null ? { server, problem: 'did not answer' } : { server, values: zone[type] ?? [] }
    })
}

async function stateOf(ask: ReturnType<typeof asking>, own: readonly string[] = []) {
  const live = await compareLive(records, ask, (_name, _type, value) => own.includes(value))
  return live.map(({ record, state, servers }) => [record.type, state, servers.map(each => each.state)])
}

describe('what is live', () => {
  it.each([
    ['as wanted', asking({ TXT: ['v=STSv1; id=2;'] }), 'live', ['live', 'live']],
    ['beside a harmless text', asking({ TXT: ['v=STSv1; id=2;', 'x=1'] }), 'live', ['live', 'live']],
    ['nowhere', asking({}), 'missing', ['missing', 'missing']],
    [
      'at one server only',
      asking({ TXT: ['v=STSv1; id=2;'] }, { TXT: ['v=STSv1; id=1;'] }),
      'differs',
      ['live', 'differs'],
    ],
    [
      'with a second text of the same kind',
      asking({ TXT: ['v=STSv1; id=2;', 'v=STSv1; id=x;'] }),
      'conflict',
      ['conflict', 'conflict'],
    ],
    ['where one server is silent', asking({ TXT: ['v=STSv1; id=2;'] }, null), 'unknown', ['live', 'unknown']],
  ] as const)('%s', async (_, ask, state, servers) => {
    expect(await stateOf(ask, ['v=STSv1; id=1;'])).toEqual([['TXT', state, servers]])
  })

  it('behind a foreign alias is a conflict', async () => {
    const states = await stateOf(asking({ CNAME: ['x.example'] }))
    expect(states).toContainEqual(['TXT', 'conflict', ['conflict', 'conflict']])
  })

  it('an own alias that shall be gone is told', async () => {
    const states = await stateOf(asking({ CNAME: ['x.example'] }), ['x.example'])
    expect(states).toContainEqual(['CNAME', 'differs', ['differs', 'differs']])
  })

  it('no server at all is unknown', async () => {
    expect(await stateOf(async () => [])).toEqual([['TXT', 'unknown', []]])
  })
})
