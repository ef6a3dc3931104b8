import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { useApi } from '../../api/index.ts'
import { CopyBlock, Loading, ProblemNotice, RawText, SeverityBadge } from '../../parts/index.ts'

/** The policy as a sender gets it now. */
export function ServedPolicy({ domain }: { readonly domain: string }) {
  const { data, error, refetch, isFetching } = useApi('GET /domains/:domain/served-policy', {
    params: { domain },
  })
  return (
    <Stack gap="sm" component="section" aria-labelledby="served-policy">
      <Group justify="space-between" gap="sm">
        <Title order={2} size="h4" id="served-policy">
          The policy as senders get it
        </Title>
        <Button variant="default" onClick={() => void refetch()} loading={isFetching}>
          Fetch it again
        </Button>
      </Group>
      {data === undefined ? (
        error === null ? (
          <Loading height={120} />
        ) : (
          <ProblemNotice
            title="The policy could not be fetched"
            error={error}
            onRetry={() => void refetch()}
          />
        )
      ) : (
        <>
          <Group gap="xs">
            {data.fault !== null ? (
              <SeverityBadge severity="warning" label="Not to be had yet" />
            ) : data.isAsPublished ? (
              <SeverityBadge severity="ok" label="As published" />
            ) : (
              <SeverityBadge severity="warning" label="Not what is published here" />
            )}
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {data.url}
            </Text>
          </Group>
          {data.fault === null ? null : (
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {data.fault.message} ({data.fault.code})
            </Text>
          )}
          {data.text === null ? null : <RawText text={data.text} block />}
          {data.isAsPublished ? null : <HowToServe domain={domain} />}
        </>
      )}
    </Stack>
  )
}

/** What is to be done so that senders get the policy. */
function HowToServe({ domain }: { readonly domain: string }) {
  const { data } = useApi('GET /domains/:domain', { params: { domain } })
  const version = data?.versions.find(({ policyId }) => policyId === data.servedPolicyId)
  if (data === undefined || version === undefined) return null
  if (data.policyHostListens)
    return (
      <Text size="sm">
        The policy host of Sternpost gives it out. Let mta-sts.{domain} lead to it: by A and AAAA records with
        its public addresses, or by a CNAME.
      </Text>
    )
  return (
    <Stack gap="sm">
      <Text size="sm">
        Let a web server give out this file at that address, with a certificate for mta-sts.{domain}, and let
        mta-sts.{domain} lead to it by an A, AAAA or CNAME record. Or let Sternpost do it: set
        publish.policyHost.listen in its configuration.
      </Text>
      <CopyBlock label="The file, byte for byte" text={version.text} />
      <CopyBlock
        label="Prints what nginx needs; apache, caddy and lighttpd are known, too"
        text={`sternpost setup nginx ${domain}`}
      />
    </Stack>
  )
}
