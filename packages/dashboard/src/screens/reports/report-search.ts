import type { ApiQuery } from 'sternpost/api'

type ReportsQuery = ApiQuery<'GET /reports'>
export type TrustChoice = NonNullable<ReportsQuery['trust']>

export const trustChoices = [
  'any',
  'counted',
  'authenticated',
  'imported',
  'unauthenticated',
  'untrusted',
] as const satisfies readonly TrustChoice[]

/** Spans to choose from. Units: days. */
export const dayChoices = [7, 30, 90, 365] as const

/** What the address of the list says of its filters; what is left out is not narrowed. */
export interface ReportSearch {
  readonly domain?: string | undefined
  readonly organization?: string | undefined
  readonly days?: number | undefined
  readonly resultType?: string | undefined
  readonly trust?: TrustChoice | undefined
  /** Only reports with failed sessions. */
  readonly failures?: true | undefined
  /** Only those about domains that are not ours. */
  readonly quarantined?: true | undefined
}

const MAX_DAYS = 3_660

/** Reads the search part of an address that a person may have typed: what is not known counts as left out. */
export function readReportSearch(search: Readonly<Record<string, unknown>>): ReportSearch {
  const { trust, failures, quarantined } = search
  const domain = textOf(search.domain, 253)?.toLowerCase().replace(/\.$/, '')
  const organization = textOf(search.organization, 320)
  const resultType = textOf(search.resultType, 64)
  const days = Number(search.days)
  const known = trustChoices.find(each => each === trust)
  return {
    ...(domain === undefined ? {} : { domain }),
    ...(organization === undefined ? {} : { organization }),
    ...(Number.isInteger(days) && days > 0 && days <= MAX_DAYS ? { days } : {}),
    ...(resultType === undefined ? {} : { resultType }),
    ...(known === undefined || known === 'any' ? {} : { trust: known }),
    ...(isTrue(failures) ? { failures: true as const } : {}),
    ...(isTrue(quarantined) ? { quarantined: true as const } : {}),
  }
}

/** The question to the API for what an address says. `today` is a UTC day. */
export function reportsQuery(search: ReportSearch, today: string): ReportsQuery {
  const { domain, organization, days, resultType, trust, failures, quarantined } = search
  return {
    ...(domain === undefined ? {} : { domain }),
    ...(organization === undefined ? {} : { organization }),
    ...(days === undefined ? {} : { from: dayBefore(today, days - 1) }),
    ...(resultType === undefined ? {} : { resultType }),
    ...(trust === undefined ? {} : { trust }),
    ...(failures === undefined ? {} : { hasFailures: 'true' as const }),
    ...(quarantined === undefined ? {} : { quarantined: 'true' as const }),
  }
}

/** Whether anything narrows the list. */
export function isNarrowed(search: ReportSearch): boolean {
  return Object.values(search).some(value => value !== undefined)
}

/** Whether a text can be the name of a domain as reports write it. */
export function isDomainName(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9_.-]+$/i.test(text)
}

function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(day) - days * 86_400_000).toISOString().slice(0, 10)
}

/** A name of digits alone comes as a number. */
function textOf(value: unknown, characters: number): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = String(value).trim().slice(0, characters)
  return text === '' ? undefined : text
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true'
}
