import type { Principal } from '../../../access/index.ts'
import { addDays, dayOf, type ReportFilter, type TrustFilter } from '../../../reports-received/index.ts'
import type { ApiServices } from '../../services.ts'
import { scopeOf } from '../ask.ts'

/** Long enough for a weekly pattern, short enough to be about now. */
const DEFAULT_DAYS = 30

export interface FilterQuery {
  readonly domain?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly organization?: string | undefined
  readonly resultType?: string | undefined
  readonly trust: TrustFilter
}

/** The filter of a query, kept to the domains of whoever asks. */
export function filterOf(query: FilterQuery, principal: Principal): ReportFilter {
  const { domain, from, to, organization, resultType, trust } = query
  return { domain, from, to, organization, resultType, trust, domains: scopeOf(principal) }
}

/** The same with first and last day; without them the last 30 days. */
export function rangedFilterOf(
  services: Pick<ApiServices, 'clock'>,
  query: FilterQuery,
  principal: Principal,
): ReportFilter & { readonly from: string; readonly to: string } {
  const to = query.to ?? dayOf(services.clock.now())
  return { ...filterOf(query, principal), to, from: query.from ?? addDays(to, 1 - DEFAULT_DAYS) }
}
