import { Stack, Text } from '@mantine/core'
import { CopyBlock, DataTable, ModeWord, Time } from '../../parts/index.ts'
import { Fold } from './fold.tsx'

export interface ShownVersion {
  readonly policyId: string
  readonly mode: 'none' | 'testing' | 'enforce'
  readonly text: string
  readonly firstServedAt: string | null
  readonly lastServedAt: string | null
  readonly announcedAt: string | null
}

/** The policy that senders get now, and every one that was before. */
export function PolicyText({
  domain,
  versions,
  servedPolicyId,
}: {
  readonly domain: string
  readonly versions: readonly ShownVersion[]
  readonly servedPolicyId: string | null
}) {
  const served = versions.find(({ policyId }) => policyId === servedPolicyId)
  const others = versions.filter(version => version !== served).toReversed()
  return (
    <Stack gap="md">
      {served === undefined ? (
        <Text>
          No policy is served: senders find nothing at https://mta-sts.{domain}/.well-known/mta-sts.txt.
        </Text>
      ) : (
        <CopyBlock
          label={`https://mta-sts.${domain}/.well-known/mta-sts.txt, id ${served.policyId}`}
          text={served.text}
        />
      )}
      {others.length > 0 && (
        <Fold
          title={`${others.length.toLocaleString('en')} other ${others.length === 1 ? 'version' : 'versions'}`}
        >
          <DataTable
            caption="Versions that are not served now, the newest first"
            rows={others}
            rowKey={({ policyId }) => policyId}
            columns={[
              { key: 'id', title: 'Id', cell: ({ policyId }) => policyId },
              { key: 'mode', title: 'Mode', cell: ({ mode }) => <ModeWord mode={mode} /> },
              { key: 'served', title: 'Served', cell: version => <Served version={version} /> },
              {
                key: 'text',
                title: 'Text',
                cell: ({ text, policyId }) => <CopyBlock label={`Policy ${policyId}`} text={text} />,
              },
            ]}
          />
        </Fold>
      )}
    </Stack>
  )
}

function Served({ version: { firstServedAt, lastServedAt } }: { readonly version: ShownVersion }) {
  if (firstServedAt === null) return 'never'
  return (
    <>
      <Time at={firstServedAt} />
      {lastServedAt !== null && (
        <>
          {' – '}
          <Time at={lastServedAt} />
        </>
      )}
    </>
  )
}
