import type { certificatesContract } from '../../contract/certificates.ts'
import type { domainsContract } from '../../contract/domains.ts'
import type { publishDomainContract } from '../../contract/publish-domain.ts'
import type { recordsContract } from '../../contract/records.ts'
import type { rolloutContract } from '../../contract/rollout.ts'
import type { Handlers } from '../../endpoint.ts'
import type { ApiServices } from '../../services.ts'
import { certificatesHandlers } from './certificates.ts'
import { domainsHandlers } from './domains.ts'
import { publishDomainHandlers } from './publish-domain.ts'
import { recordsHandlers } from './records.ts'
import { rolloutHandlers } from './rollout.ts'

/** Published domains, their roll-outs, records and certificates. */
export function publishHandlers(
  services: ApiServices,
): Handlers<
  typeof certificatesContract &
    typeof domainsContract &
    typeof publishDomainContract &
    typeof recordsContract &
    typeof rolloutContract
> {
  return {
    ...certificatesHandlers(services),
    ...domainsHandlers(services),
    ...publishDomainHandlers(services),
    ...recordsHandlers(services),
    ...rolloutHandlers(services),
  }
}
