import type { ApiQuery } from 'sternpost/api'

type DomainsQuery = ApiQuery<'GET /overview/domains'>
export type DomainSort = NonNullable<DomainsQuery['sort']>
export type ModeFilter = NonNullable<DomainsQuery['mode']>

/** What the address of the overview says of its table; what is left out is as usual. */
export interface OverviewSearch {
  readonly sort?: DomainSort | undefined
  readonly order?: 'asc' | 'desc' | undefined
  readonly text?: string | undefined
  readonly mode?: ModeFilter | undefined
  /** Only domains with open problems. */
  readonly problems?: true | undefined
}

export const domainSorts = ['domain', 'mode', 'daysInMode', 'sessions', 'failedShare', 'problems'] as const
export const modeFilters = ['enforce', 'testing', 'none', 'unpublished'] as const

const MAX_TEXT = 253

/** Reads the search part of an address that a person may have typed: what is not known counts as left out. */
export function readOverviewSearch(search: Readonly<Record<string, unknown>>): OverviewSearch {
  const { sort, order, text, mode, problems } = search
  return {
    ...wordOf('sort', domainSorts, sort),
    ...wordOf('order', ['asc', 'desc'] as const, order),
    // A name of digits alone comes as a number.
    ...(typeof text === 'string' || typeof text === 'number' ? textOf(String(text).slice(0, MAX_TEXT)) : {}),
    ...wordOf('mode', modeFilters, mode),
    ...(problems === true || problems === 'true' ? { problems: true as const } : {}),
  }
}

/** The question to the API for what an address says. */
export function domainsQuery(search: OverviewSearch): DomainsQuery {
  const { sort, order } = sortOf(search)
  return {
    sort,
    order,
    ...(search.text === undefined ? {} : { text: search.text }),
    ...(search.mode === undefined ? {} : { mode: search.mode }),
    ...(search.problems === undefined ? {} : { hasProblems: 'true' as const }),
  }
}

/** In which order the table stands. */
export function sortOf({ sort = 'problems', order }: OverviewSearch): {
  readonly sort: DomainSort
  readonly order: 'asc' | 'desc'
} {
  return { sort, order: order ?? firstOrder(sort) }
}

/** A column that is chosen first shows what matters: names from A, figures from the largest. */
export function nextSort(current: OverviewSearch, sort: DomainSort): Pick<OverviewSearch, 'sort' | 'order'> {
  const before = sortOf(current)
  if (before.sort !== sort) return { sort, order: firstOrder(sort) }
  return { sort, order: before.order === 'asc' ? 'desc' : 'asc' }
}

function firstOrder(sort: DomainSort): 'asc' | 'desc' {
  return sort === 'domain' ? 'asc' : 'desc'
}

function wordOf<Name extends string, Word extends string>(
  name: Name,
  words: readonly Word[],
  value: unknown,
): Partial<Record<Name, Word>> {
  const word = words.find(each => each === value)
  return word === undefined ? {} : ({ [name]: word } as Record<Name, Word>)
}

function textOf(text: string): { readonly text?: string } {
  const trimmed = text.trim().toLowerCase()
  return trimmed === '' ? {} : { text: trimmed }
}
