import { auditContract } from './audit.ts'
import { checksContract } from './checks.ts'
import { liveEventsContract } from './live-events.ts'
import { outboundContract } from './outbound.ts'
import { overviewContract } from './overview.ts'
import { reportsContract } from './reports.ts'
import { sessionContract } from './session.ts'
import { statusContract } from './status.ts'
import { tokensContract } from './tokens.ts'
import { usersContract } from './users.ts'

/** Everything the API can do. The dashboard and clients take their types from here. */
export const contract = {
  ...auditContract,
  ...sessionContract,
  ...tokensContract,
  ...usersContract,
  ...checksContract,
  ...liveEventsContract,
  ...outboundContract,
  ...overviewContract,
  ...reportsContract,
  ...statusContract,
}
export type ApiContract = typeof contract
