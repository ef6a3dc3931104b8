import type { ApiQuery } from 'sternpost/api'

type PoliciesQuery = ApiQuery<'GET /outbound/policies'>
type EventsQuery = ApiQuery<'GET /outbound/events'>
type AnswersQuery = ApiQuery<'GET /outbound/answers'>
export type PolicySort = NonNullable<PoliciesQuery['sort']>
export type AnswerSort = NonNullable<AnswersQuery['sort']>
export type EventChoice = NonNullable<EventsQuery['only']>

export const views = ['policies', 'answers', 'events'] as const
export type View = (typeof views)[number]
export const policySorts = [
  'domain',
  'expires',
  'used',
  'fetched',
  'checked',
] as const satisfies readonly PolicySort[]
export const answerSorts = ['recent', 'count', 'domain'] as const satisfies readonly AnswerSort[]

/** What the address of the outbound screen says; what is left out is as usual. */
export interface OutboundSearch {
  readonly view?: View | undefined
  /** A part of a domain's name. */
  readonly text?: string | undefined
  readonly sort?: PolicySort | undefined
  readonly order?: 'asc' | 'desc' | undefined
  /** Order of what Postfix was told. */
  readonly by?: AnswerSort | undefined
  readonly only?: EventChoice | undefined
  /** A destination that is looked up. */
  readonly lookup?: string | undefined
}

/** Reads the search part of an address that a person may have typed: what is not known counts as left out. */
export function readOutboundSearch(search: Readonly<Record<string, unknown>>): OutboundSearch {
  const text = textOf(search.text, 253)?.toLowerCase()
  const lookup = textOf(search.lookup, 300)
  return {
    ...wordOf('view', views, search.view),
    ...(text === undefined ? {} : { text }),
    ...wordOf('sort', policySorts, search.sort),
    ...wordOf('order', ['asc', 'desc'] as const, search.order),
    ...wordOf('by', answerSorts, search.by),
    ...wordOf('only', ['signals', 'changes'] as const, search.only),
    ...(lookup === undefined ? {} : { lookup }),
  }
}

/** In which order the policies stand. */
export function policyOrder({ sort = 'domain', order = 'asc' }: OutboundSearch): {
  readonly sort: PolicySort
  readonly order: 'asc' | 'desc'
} {
  return { sort, order }
}

/** The order after a column was chosen: the other way round where it is chosen already. */
export function nextOrder(search: OutboundSearch, sort: PolicySort): Pick<OutboundSearch, 'sort' | 'order'> {
  const before = policyOrder(search)
  return { sort, order: before.sort === sort && before.order === 'asc' ? 'desc' : 'asc' }
}

function wordOf<Name extends string, Word extends string>(
  name: Name,
  words: readonly Word[],
  value: unknown,
): Partial<Record<Name, Word>> {
  const word = words.find(each => each === value)
  return word === undefined ? {} : ({ [name]: word } as Record<Name, Word>)
}

/** A name of digits alone comes as a number. */
function textOf(value: unknown, characters: number): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = String(value).trim().slice(0, characters)
  return text === '' ? undefined : text
}
