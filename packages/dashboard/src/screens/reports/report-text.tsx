import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { apiUrl, openApi } from '../../api/index.ts'
import { Loading, ProblemNotice } from '../../parts/index.ts'
import { RawReport } from './raw-report.tsx'
import { readHead } from './read-head.ts'

/** More than any honest report has; of a longer one the beginning is fetched. */
const MAX_BYTES = 1_048_576

/** The text of a kept report as it came. */
export function ReportText({ id, hasText }: { readonly id: number; readonly hasText: boolean }) {
  const text = useQuery({
    queryKey: ['report text', id],
    queryFn: async ({ signal }) => {
      const response = await openApi('GET /reports/:id/text', { params: { id } }, { signal })
      return readHead(response.body, MAX_BYTES)
    },
    enabled: hasText,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (!hasText)
    return (
      <Text size="sm">
        The text is not here any more: it is past its retention, or the report covers domains that are not
        yours to see.
      </Text>
    )
  if (text.data !== undefined)
    return (
      <RawReport
        text={text.data.text}
        isWhole={text.data.isWhole}
        downloadUrl={apiUrl('GET /reports/:id/text', { params: { id } })}
      />
    )
  return text.error === null ? (
    <Loading height={420} label="Reading the text of the report" />
  ) : (
    <ProblemNotice
      title="The text could not be read"
      error={text.error}
      onRetry={() => void text.refetch()}
    />
  )
}
