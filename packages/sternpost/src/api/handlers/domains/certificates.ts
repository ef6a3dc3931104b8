import type { certificatesContract } from '../../contract/certificates.ts'
import type { Handlers } from '../../endpoint.ts'
import type { ApiServices } from '../../services.ts'
import { findDomain, momentOf, telling } from './find-domain.ts'

/** Certificates of the policy hosts of published domains. */
export function certificatesHandlers({ publish: desk }: ApiServices): Handlers<typeof certificatesContract> {
  return {
    'GET /domains/:domain/certificate': ({ params }) =>
      telling(async () => {
        const { domain } = await findDomain(desk, params.domain)
        const state = await desk.readCertificate(domain)
        const { host, condition, origin, daysLeft, issuer, failures, lastError } = state
        return {
          host,
          condition,
          origin: origin ?? null,
          notBefore: momentOf(state.notBefore),
          notAfter: momentOf(state.notAfter),
          daysLeft: daysLeft ?? null,
          issuer: issuer ?? null,
          nextTryAt: momentOf(state.nextTryAt),
          failures,
          lastError: lastError === undefined ? null : { ...lastError, at: momentOf(lastError.at) },
          isOrdered: desk.ordersCertificates,
        }
      }),
  }
}
