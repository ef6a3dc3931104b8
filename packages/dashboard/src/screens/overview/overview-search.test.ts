import { describe, expect, test } from 'vitest'
import { domainsQuery, nextSort, readOverviewSearch, sortOf } from './overview-search.ts'

describe('the address of the overview', () => {
  test.each([
    [{}, {}],
    [
      { sort: 'sessions', order: 'asc', text: ' Example ', mode: 'testing', problems: true },
      { sort: 'sessions', order: 'asc', text: 'example', mode: 'testing', problems: true },
    ],
    [{ text: 163 }, { text: '163' }],
    [{ sort: 'constructor', order: 1, text: ['x'], mode: 'enforced', problems: 'no' }, {}],
    [{ text: 'x'.repeat(1000) }, { text: 'x'.repeat(253) }],
  ])('%j is read as %j', (search, read) => {
    expect(readOverviewSearch(search)).toEqual(read)
  })

  test('without words asks for the worst first', () => {
    expect(domainsQuery({})).toEqual({ sort: 'problems', order: 'desc' })
    expect(domainsQuery({ problems: true, mode: 'none' })).toEqual({
      sort: 'problems',
      order: 'desc',
      mode: 'none',
      hasProblems: 'true',
    })
  })
})

describe('a column', () => {
  test('that is chosen anew begins with what matters, and turns round when chosen again', () => {
    expect(nextSort({}, 'domain')).toEqual({ sort: 'domain', order: 'asc' })
    expect(nextSort({ sort: 'domain' }, 'domain')).toEqual({ sort: 'domain', order: 'desc' })
    expect(nextSort({}, 'problems')).toEqual({ sort: 'problems', order: 'asc' })
    expect(nextSort({ sort: 'problems', order: 'asc' }, 'sessions')).toEqual({
      sort: 'sessions',
      order: 'desc',
    })
    expect(sortOf({ sort: 'domain' })).toEqual({ sort: 'domain', order: 'asc' })
  })
})
