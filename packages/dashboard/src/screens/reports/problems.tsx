import { Button, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { ProblemCard, type ShownProblem } from './problem-card.tsx'

const SHOWN_AT_FIRST = 10

/** The kinds of failure of a report; a flood of them step by step. */
export function Problems({
  problems,
  failedSessionCount,
}: {
  readonly problems: readonly ShownProblem[]
  readonly failedSessionCount: number
}) {
  const [shown, setShown] = useState(SHOWN_AT_FIRST)
  if (problems.length === 0)
    return (
      <Text>
        {failedSessionCount === 0
          ? 'Nothing failed.'
          : 'The reporter counts failures and does not say what failed. Ask the contact it names.'}
      </Text>
    )
  return (
    <Stack gap="sm">
      {problems.slice(0, shown).map(problem => (
        <ProblemCard
          key={JSON.stringify([problem.domain, problem.policyType, problem.resultType, problem.mxHost])}
          problem={problem}
        />
      ))}
      {problems.length > shown ? (
        <Button variant="default" onClick={() => setShown(shown + SHOWN_AT_FIRST)}>
          Show more of {problems.length.toLocaleString('en')} kinds of failure
        </Button>
      ) : null}
    </Stack>
  )
}
