import type { contract } from '../contract/index.ts'
import type { Handlers } from '../endpoint.ts'
import type { ApiServices } from '../services.ts'
import { auditHandlers } from './audit.ts'
import { checksHandlers } from './checks.ts'
import { publishHandlers } from './domains/index.ts'
import { liveEventsHandlers } from './live-events.ts'
import { oidcHandlers } from './oidc.ts'
import { outboundHandlers } from './outbound.ts'
import { lookUpHandlers } from './outbound-look-up.ts'
import { overviewHandlers } from './overview.ts'
import { reportsHandlers } from './reports/index.ts'
import { sessionHandlers } from './session.ts'
import { statusHandlers } from './status.ts'
import { tokensHandlers } from './tokens.ts'
import { usersHandlers } from './users.ts'

/** A handler for each endpoint of the contract. */
export function createHandlers(services: ApiServices): Handlers<typeof contract> {
  return {
    ...auditHandlers(services),
    ...sessionHandlers(services),
    ...tokensHandlers(services),
    ...usersHandlers(services),
    ...checksHandlers(services),
    ...liveEventsHandlers(services),
    ...lookUpHandlers(services),
    ...oidcHandlers(services),
    ...outboundHandlers(services),
    ...overviewHandlers(services),
    ...publishHandlers(services),
    ...reportsHandlers(services),
    ...statusHandlers(services),
  }
}
