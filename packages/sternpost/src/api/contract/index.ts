import { auditContract } from './audit.ts'
import { certificatesContract } from './certificates.ts'
import { checksContract } from './checks.ts'
import { domainsContract } from './domains.ts'
import { liveEventsContract } from './live-events.ts'
import { oidcContract } from './oidc.ts'
import { outboundContract } from './outbound.ts'
import { overviewContract } from './overview.ts'
import { publishDomainContract } from './publish-domain.ts'
import { recordsContract } from './records.ts'
import { reportsContract } from './reports.ts'
import { rolloutContract } from './rollout.ts'
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
  ...certificatesContract,
  ...checksContract,
  ...liveEventsContract,
  ...domainsContract,
  ...oidcContract,
  ...outboundContract,
  ...overviewContract,
  ...publishDomainContract,
  ...recordsContract,
  ...reportsContract,
  ...rolloutContract,
  ...statusContract,
}
export type ApiContract = typeof contract
