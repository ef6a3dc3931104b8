import { checksContract } from './checks.ts'
import { outboundContract } from './outbound.ts'
import { overviewContract } from './overview.ts'
import { reportsContract } from './reports.ts'
import { statusContract } from './status.ts'

/** Everything the API can do. The dashboard and clients take their types from here. */
export const contract = {
  ...checksContract,
  ...outboundContract,
  ...overviewContract,
  ...reportsContract,
  ...statusContract,
}
export type ApiContract = typeof contract
