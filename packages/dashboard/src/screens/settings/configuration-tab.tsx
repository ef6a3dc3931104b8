import { Code, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useApi } from '../../api/index.ts'
import { DataTable, Loading, ProblemNotice, RawText, Time } from '../../parts/index.ts'

/** The settings in force, or those of one section, with where each comes from. */
export function ConfigurationTab({ section }: { readonly section?: string }) {
  const configuration = useApi('GET /configuration')
  const [words, setWords] = useState('')
  const { data } = configuration
  if (data === undefined)
    return configuration.error === null ? (
      <Loading height={480} />
    ) : (
      <ProblemNotice error={configuration.error} onRetry={() => void configuration.refetch()} />
    )
  const wanted = words.trim().toLowerCase()
  const shown = data.settings.filter(
    ({ path, description }) =>
      (section === undefined || path.startsWith(`${section}.`)) &&
      `${path} ${description}`.toLowerCase().includes(wanted),
  )
  return (
    <Stack gap="md">
      <Text size="sm">
        From <Code style={{ overflowWrap: 'anywhere' }}>{data.source}</Code>, read{' '}
        <Time at={data.readAt} relative />. Settings are changed in that file; secrets stand in files of their
        own and are not shown.
      </Text>
      <TextInput
        label="Find a setting"
        value={words}
        onChange={({ currentTarget: { value } }) => setWords(value)}
        maw={420}
      />
      <DataTable
        caption={`Settings in force (${shown.length})`}
        minWidth={760}
        rows={shown}
        rowKey={row => row.path}
        empty="No setting has these words."
        columns={[
          { key: 'path', title: 'Setting', cell: row => <Code>{row.path}</Code> },
          {
            key: 'value',
            title: 'Value',
            cell: row =>
              row.value === undefined || row.value === null ? (
                'Not set'
              ) : (
                <RawText text={asText(row.value)} shown={200} />
              ),
          },
          { key: 'origin', title: 'From', cell: row => row.origin },
          { key: 'meaning', title: 'Meaning', cell: row => row.description },
        ]}
      />
    </Stack>
  )
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
