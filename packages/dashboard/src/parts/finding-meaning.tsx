import { Button, Code, Collapse, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useId } from 'react'
import { useApi } from '../api/index.ts'
import { Loading } from './loading.tsx'
import { ProblemNotice } from './problem-notice.tsx'

/** What the code of a finding means and how it is mended, from the catalogue, when somebody asks. */
export function FindingMeaning({ code }: { readonly code: string }) {
  const [isOpen, { toggle }] = useDisclosure(false)
  const id = useId()
  return (
    <div>
      <Button size="compact-xs" variant="subtle" onClick={toggle} aria-expanded={isOpen} aria-controls={id}>
        {isOpen ? 'Hide the explanation' : 'What does this mean?'}
      </Button>
      <Collapse expanded={isOpen} id={id}>
        {isOpen ? <Explanation code={code} /> : null}
      </Collapse>
    </div>
  )
}

function Explanation({ code }: { readonly code: string }) {
  const { data, error, refetch } = useApi('GET /findings', { query: { code } })
  if (data === undefined)
    return error === null ? (
      <Loading height={80} />
    ) : (
      <ProblemNotice title="The explanation could not be read" error={error} onRetry={() => void refetch()} />
    )
  const [page] = data.items
  if (page === undefined)
    return (
      <Text size="sm" mt="xs">
        This version of Sternpost has no explanation of this code; it may come from another version.
      </Text>
    )
  return (
    <Stack gap="xs" mt="xs">
      <Text size="sm" fw={600}>
        {page.title}
      </Text>
      <Text size="sm">{page.meaning}</Text>
      <Text size="sm">{page.remedy}</Text>
      {page.example === undefined ? null : (
        <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {page.example}
        </Code>
      )}
    </Stack>
  )
}
