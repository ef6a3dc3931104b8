import { expect, test } from 'vitest'
import { nextOrder, readOutboundSearch } from './outbound-search.ts'

test('an address says the same after it was read, and what nobody could mean is left out', () => {
  const search = {
    view: 'events',
    text: 'example',
    sort: 'expires',
    order: 'desc',
    by: 'count',
    only: 'signals',
    lookup: '[mx.example.com]:587',
  } as const
  expect(readOutboundSearch(search)).toEqual(search)
  expect(
    readOutboundSearch({ view: 'x', text: {}, sort: 1, order: 'up', by: '', only: true, lookup: ' ' }),
  ).toEqual({})
  expect(readOutboundSearch({ text: 163 })).toEqual({ text: '163' })
})

test('choosing a column twice turns its order round', () => {
  expect(nextOrder({}, 'expires')).toEqual({ sort: 'expires', order: 'asc' })
  expect(nextOrder({ sort: 'expires', order: 'asc' }, 'expires')).toEqual({ sort: 'expires', order: 'desc' })
  expect(nextOrder({ sort: 'expires', order: 'desc' }, 'expires')).toEqual({ sort: 'expires', order: 'asc' })
  expect(nextOrder({}, 'domain')).toEqual({ sort: 'domain', order: 'desc' })
})
