import { describe, expect, it } from 'vitest'
import { planChanges } from './plan-changes.ts'
import type { RecordSet, RecordSetType } from './record-set.ts'
import type { WantedRecord } from './wanted-records.ts'

const NAME = '_mta-sts.example.com'
const OLD = 'v=STSv1; id=1;'
const NEW = 'v=STSv1; id=2;'

function want(type: RecordSetType, values: readonly string[]): WantedRecord {
  return { name: NAME, type, values, ttlSeconds: 300, purpose: 'policy-id', part: 'domain' }
}
function have(type: RecordSetType, values: readonly string[], ttlSeconds = 300): RecordSet {
  return { name: NAME, type, values, ttlSeconds }
}
const own = (...values: string[]) => ({
  isOwn: (_name: string, _type: RecordSetType, value: string) => values.includes(value),
})

describe('the plan of changes', () => {
  it('writes what lacks, and does nothing the second time', () => {
    const plan = planChanges([want('CNAME', []), want('TXT', [NEW])], [], own())
    expect(plan.changes).toEqual([{ name: NAME, type: 'TXT', before: [], after: [NEW], ttlSeconds: 300 }])
    expect(planChanges([want('TXT', [NEW])], [have('TXT', [NEW])], own(NEW))).toMatchObject({
      changes: [],
      conflicts: [],
    })
  })

  it('replaces only what was once written by us', () => {
    expect(planChanges([want('TXT', [NEW])], [have('TXT', [OLD])], own(OLD)).changes).toEqual([
      { name: NAME, type: 'TXT', before: [OLD], after: [NEW], ttlSeconds: 300 },
    ])
    const foreign = planChanges([want('TXT', [NEW])], [have('TXT', [OLD])], own())
    expect(foreign.changes).toEqual([])
    expect(foreign.conflicts).toMatchObject([{ code: 'dns-write/foreign-value', values: [OLD] }])
  })

  it('takes over where it was told to', () => {
    const plan = planChanges([want('TXT', [NEW])], [have('TXT', [OLD, 'other'])], {
      ...own(),
      takeOver: true,
    })
    expect(plan.changes).toMatchObject([{ before: [OLD, 'other'], after: ['other', NEW] }])
  })

  it('leaves harmless texts of others beside its own, also when its own goes', () => {
    expect(planChanges([want('TXT', [NEW])], [have('TXT', ['verify=1'])], own()).changes).toMatchObject([
      { before: ['verify=1'], after: ['verify=1', NEW] },
    ])
    expect(planChanges([want('TXT', [])], [have('TXT', ['verify=1', NEW])], own(NEW)).changes).toMatchObject([
      { before: ['verify=1', NEW], after: ['verify=1'] },
    ])
  })

  it('never removes what it did not write, not even where nothing is wanted', () => {
    const plan = planChanges([want('TXT', []), want('CNAME', [])], [have('TXT', [OLD])], {
      ...own(),
      takeOver: true,
    })
    expect(plan).toMatchObject({ changes: [], conflicts: [] })
  })

  it('a foreign alias is in the way of a text, and foreign records of an alias', () => {
    const text = planChanges([want('CNAME', []), want('TXT', [NEW])], [have('CNAME', ['x.example'])], own())
    expect(text).toMatchObject({ changes: [], conflicts: [{ code: 'dns-write/foreign-alias' }] })
    const alias = planChanges([want('CNAME', ['y.example'])], [have('TXT', ['verify=1'])], own())
    expect(alias).toMatchObject({ changes: [], conflicts: [{ code: 'dns-write/foreign-value' }] })
    const taken = planChanges([want('CNAME', ['y.example'])], [have('TXT', ['verify=1'])], {
      ...own(),
      takeOver: true,
    })
    expect(taken.changes.map(({ type, after }) => [type, after])).toEqual([
      ['TXT', []],
      ['CNAME', ['y.example']],
    ])
  })

  it('a text of our own gives way to an alias, removal first', () => {
    const plan = planChanges([want('CNAME', ['y.example']), want('TXT', [])], [have('TXT', [OLD])], own(OLD))
    expect(plan.changes.map(({ type }) => type)).toEqual(['TXT', 'CNAME'])
  })

  it('another TTL is a change of its own', () => {
    expect(planChanges([want('TXT', [NEW])], [have('TXT', [NEW], 60)], own()).changes).toMatchObject([
      { before: [NEW], after: [NEW], ttlSeconds: 300 },
    ])
  })
})
