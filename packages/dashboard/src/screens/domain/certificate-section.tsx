import { Text } from '@mantine/core'
import { useApi } from '../../api/index.ts'
import { CertificateFacts } from './certificate-facts.tsx'
import { Asked, Section } from './section.tsx'

/** The certificate that senders see when they fetch the policy. */
export function CertificateSection({ domain }: { readonly domain: string }) {
  const query = useApi('GET /domains/:domain/certificate', { params: { domain } })
  return (
    <Section
      id="certificate"
      title="Certificate of the policy host"
      lead="Senders fetch the policy over HTTPS and take it only with a valid certificate for this name."
    >
      <Asked query={query} what="the certificate" height={80}>
        {certificate => (
          <>
            <CertificateFacts certificate={certificate} isOrdered={certificate.isOrdered} />
            {!certificate.isOrdered && certificate.origin === null && (
              <Text size="sm" mt="xs">
                None is ordered here: another web server serves the policy, or the terms of the authority are
                not agreed to (publish.certificates.agreeTerms).
              </Text>
            )}
          </>
        )}
      </Asked>
    </Section>
  )
}
