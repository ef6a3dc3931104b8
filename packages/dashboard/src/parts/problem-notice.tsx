import { Alert, Button, Code, Group, List, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { ApiError, UnreachableError } from '../api/index.ts'

export interface ProblemNoticeProps {
  readonly error: unknown
  /** What could not be done, such as "The reports could not be read". */
  readonly title?: string
  readonly onRetry?: () => void
}

/** An error as it is: what was seen, its code, what to do, and another try. */
export function ProblemNotice({ error, title, onRetry }: ProblemNoticeProps) {
  const problem = error instanceof ApiError ? error.problem : undefined
  const detail =
    error instanceof UnreachableError
      ? 'Sternpost does not answer. It may be restarting; this page goes on asking.'
      : error instanceof Error
        ? error.message
        : String(error)
  return (
    <Alert
      color="red"
      role="alert"
      icon={<IconAlertTriangle aria-hidden />}
      title={title ?? 'This could not be done'}
    >
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {capitalized(detail)}
      </Text>
      {problem?.issues === undefined ? null : (
        <List size="sm" mt="xs">
          {problem.issues.map(issue => (
            <List.Item key={`${issue.path} ${issue.message}`}>
              <Code>{issue.path}</Code> {issue.message}
            </List.Item>
          ))}
        </List>
      )}
      {problem?.remedy === undefined ? null : (
        <Text size="sm" mt="xs" fw={500}>
          {problem.remedy}
        </Text>
      )}
      {problem === undefined && onRetry === undefined ? null : (
        <Group mt="sm" gap="md">
          {problem === undefined ? null : (
            <Text size="xs">
              Code <Code>{problem.code}</Code>
            </Text>
          )}
          {onRetry === undefined ? null : (
            <Button size="compact-sm" variant="default" onClick={onRetry}>
              Try again
            </Button>
          )}
        </Group>
      )}
    </Alert>
  )
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
