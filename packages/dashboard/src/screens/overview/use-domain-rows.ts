import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import type { ApiOutput } from 'sternpost/api'
import { callApi } from '../../api/index.ts'
import { domainsQuery, type OverviewSearch } from './overview-search.ts'

export type DomainPage = ApiOutput<'GET /overview/domains'>
export type DomainRow = DomainPage['items'][number]

/** Rows of one page; a screen shows about twenty. */
export const PAGE_ROWS = 100

export interface DomainRows {
  /** Rows that fit; undefined as long as nothing is known. */
  readonly total: number | undefined
  /** Undefined while it is on its way. */
  readonly rowAt: (index: number) => DomainRow | undefined
  /** Tells which rows are looked at, so that theirs are the pages that are read. */
  readonly look: (first: number, last: number) => void
  /** What an older question answered stands there while the new one is on its way. */
  readonly isPrevious: boolean
  readonly page: DomainPage | undefined
  readonly error: Error | null
  readonly retry: () => void
}

/** Reads the rows of the table as they are looked at, wherever somebody jumps to. */
export function useDomainRows(search: OverviewSearch): DomainRows {
  const query = domainsQuery(search)
  const [looked, setLooked] = useState({ first: 0, last: 0 })
  const first = useQuery({ ...pageOptions(query, 0), placeholderData: keepPreviousData })
  const total = first.data?.total
  const pages = pagesBetween(looked.first, Math.min(looked.last, (total ?? 0) - 1))
  const others = useQueries({
    queries: pages.filter(page => page > 0).map(page => pageOptions(query, page)),
  })
  const byPage = new Map<number, DomainPage>()
  if (first.data !== undefined) byPage.set(0, first.data)
  for (const { data } of others) if (data !== undefined) byPage.set(data.offset / PAGE_ROWS, data)
  const key = [...byPage].map(([page, { builtAt }]) => `${page} ${builtAt}`).join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the pages are the same as long as their key is
  const known = useMemo(() => byPage, [key, first.data])
  return {
    total,
    rowAt: useCallback(
      (index: number) => known.get(Math.floor(index / PAGE_ROWS))?.items[index % PAGE_ROWS],
      [known],
    ),
    look: useCallback((from: number, to: number) => {
      setLooked(before => (before.first === from && before.last === to ? before : { first: from, last: to }))
    }, []),
    isPrevious: first.isPlaceholderData,
    page: first.data,
    error: first.error,
    retry: first.refetch,
  }
}

function pageOptions(query: ReturnType<typeof domainsQuery>, page: number) {
  const input = { query: { ...query, offset: page * PAGE_ROWS, limit: PAGE_ROWS } }
  return {
    queryKey: ['GET /overview/domains', input] as const,
    queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
      callApi('GET /overview/domains', input, { signal }),
  }
}

/** The pages that hold these rows. */
export function pagesBetween(first: number, last: number): number[] {
  if (last < first) return []
  const from = Math.floor(first / PAGE_ROWS)
  return Array.from({ length: Math.floor(last / PAGE_ROWS) - from + 1 }, (_, index) => from + index)
}
