import {
  CertificateFault,
  certificateJson,
  listCertificates,
  requestCertificate,
} from '../../../publish/index.ts'
import { ApiProblem } from '../../api-problem.ts'
import type { certificatesContract } from '../../contract/certificates.ts'
import type { Handlers } from '../../endpoint.ts'
import type { ApiServices } from '../../services.ts'
import { findDomain, telling } from './find-domain.ts'

/** Certificates of the policy hosts of published domains. */
export function certificatesHandlers({
  publish: desk,
  store,
  clock,
}: ApiServices): Handlers<typeof certificatesContract> {
  return {
    'GET /domains/:domain/certificate': ({ params }) =>
      telling(async () => {
        const { domain } = await findDomain(desk, params.domain)
        const state = await desk.readCertificate(domain)
        return {
          ...certificateJson(state),
          isOrdered: desk.ordersCertificates,
          isNeeded: desk.policyHostServesHttps,
        }
      }),
    'POST /domains/:domain/certificate/renew': ({ params, audit }) =>
      telling(async () => {
        const { domain } = await findDomain(desk, params.domain)
        if (!desk.ordersCertificates)
          throw new ApiProblem('api/conflict', 'no certificate is ordered here', {
            remedy:
              'Agree to the terms of the authorities by publish.certificates.agreeTerms, and let the policy host listen (publish.policyHost.listen).',
          })
        try {
          await requestCertificate(store, clock, domain)
        } catch (error) {
          if (!(error instanceof CertificateFault)) throw error
          throw new ApiProblem('api/unavailable', error.message, {
            foreignCode: error.code,
            remedy: 'Nothing was ordered. See the health of the daemon, then try again.',
          })
        }
        await audit('certificate.renew', domain)
        return { domain, requested: true as const }
      }),
    'GET /certificates': ({ query: { after, limit, failing }, principal }) =>
      telling(async () => {
        const among = principal.domains === 'all' ? undefined : principal.domains
        const { page, next } = await listCertificates(desk.rollout.publish, desk.readCertificate, {
          ...{ after, limit, among },
          failing: failing === 'true',
        })
        return {
          items: page.map(({ domain, state }) => ({ domain, ...certificateJson(state) })),
          next: next ?? null,
        }
      }),
  }
}
