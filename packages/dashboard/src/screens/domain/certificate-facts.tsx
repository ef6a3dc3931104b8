import { Badge, Code, Stack, Text } from '@mantine/core'
import { Time } from '../../parts/index.ts'

export interface ShownCertificate {
  readonly host: string
  readonly condition: 'valid' | 'expiring' | 'expired' | 'none'
  readonly notAfter?: string | null | undefined
  readonly daysLeft?: number | null | undefined
  readonly issuer?: string | null | undefined
  readonly nextTryAt?: string | null | undefined
  readonly failures: number
  readonly lastError?:
    | { readonly code: string; readonly message: string; readonly at: string }
    | null
    | undefined
}

const conditions = {
  valid: { words: 'Good', color: 'teal' },
  expiring: { words: 'Not renewed in time', color: 'orange' },
  expired: { words: 'Expired', color: 'red' },
  none: { words: 'None', color: 'gray' },
} as const

interface CertificateFactsProps {
  readonly certificate: ShownCertificate
  /** Whether certificates are ordered here. */
  readonly isOrdered: boolean
}

/** How the certificate of the policy host stands. */
export function CertificateFacts({ certificate, isOrdered }: CertificateFactsProps) {
  const { host, condition, notAfter, daysLeft, issuer, nextTryAt, failures, lastError } = certificate
  return (
    <Stack gap="xs">
      <Text>
        <Badge variant="light" tt="none" color={conditions[condition].color}>
          {conditions[condition].words}
        </Badge>{' '}
        <bdi>{host}</bdi>
        {typeof notAfter === 'string' && (
          <>
            , until <Time at={notAfter} />
            {typeof daysLeft === 'number' &&
              ` (${daysLeft.toLocaleString('en')} ${daysLeft === 1 ? 'day' : 'days'} left)`}
          </>
        )}
        {typeof issuer === 'string' && (
          <>
            , signed by <bdi>{issuer}</bdi>
          </>
        )}
      </Text>
      {isOrdered && typeof nextTryAt === 'string' && (
        <Text size="sm">
          {condition === 'none' ? 'To be ordered' : 'To be renewed'} <Time at={nextTryAt} relative />
          {failures > 0 &&
            `, after ${failures.toLocaleString('en')} failed ${failures === 1 ? 'try' : 'tries'}`}
          .
        </Text>
      )}
      {lastError !== undefined && lastError !== null && (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          The last try failed <Time at={lastError.at} relative />: {lastError.message}{' '}
          <Code>{lastError.code}</Code>
        </Text>
      )}
    </Stack>
  )
}
