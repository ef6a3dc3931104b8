import { type AddressFamily, addressFamilyOf } from './address-family.ts'
import {
  countLeftOut,
  type LeftOut,
  type ReportFilter,
  type ReportsDb,
  selectFailures,
  total,
} from './report-filter.ts'

export interface FamilyFailures {
  /** Of the receiving address; undefined where reports name none. */
  readonly family: AddressFamily | undefined
  readonly failedSessionCount: number
  /** Most failed sessions first, at most 20. */
  readonly addresses: readonly { readonly address: string; readonly failedSessionCount: number }[]
}

export interface AddressFamilies {
  readonly families: readonly FamilyFailures[]
  readonly leftOut: LeftOut
}

const MAX_ADDRESSES = 20
const MAX_ROWS = 5_000

/**
 * Answers how failures divide between IPv4 and IPv6.
 *
 * Unclear: reports give addresses for failures only, so there is no rate of success for a family.
 */
export async function addressFamilies(db: ReportsDb, filter: ReportFilter): Promise<AddressFamilies> {
  const rows = await selectFailures(db, filter)
    .select(['receiving_ip', total('failed').as('sessions')])
    .groupBy('receiving_ip')
    .orderBy('sessions', 'desc')
    .orderBy('receiving_ip')
    .limit(MAX_ROWS)
    .execute()
  const groups = Map.groupBy(rows, row => addressFamilyOf(row.receiving_ip))
  return {
    families: (['ipv4', 'ipv6', undefined] as const).flatMap(family => {
      const members = groups.get(family)
      if (members === undefined) return []
      return {
        family,
        failedSessionCount: members.reduce((sum, row) => sum + Number(row.sessions), 0),
        addresses: members
          .slice(0, MAX_ADDRESSES)
          .map(row => ({ address: row.receiving_ip ?? '', failedSessionCount: Number(row.sessions) }))
          .filter(({ address }) => address !== ''),
      }
    }),
    leftOut: await countLeftOut(db, filter),
  }
}
