import { Box, Text, Title } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Loading, ProblemNotice } from '../../parts/index.ts'
import css from './section.module.css'

/** One part of a domain's page, which has an address of its own. */
export function Section({
  id,
  title,
  lead,
  children,
}: {
  readonly id: string
  readonly title: string
  /** What is seen here, in a sentence. */
  readonly lead?: ReactNode
  readonly children: ReactNode
}) {
  return (
    <Box component="section" id={id} aria-labelledby={`${id}-title`} className={css.section}>
      <Title order={2} size="h3" id={`${id}-title`}>
        {title}
      </Title>
      {lead !== undefined && (
        <Text c="dimmed" size="sm" maw="46rem" mb="sm">
          {lead}
        </Text>
      )}
      {children}
    </Box>
  )
}

/** What was asked for, or what stands in its place while it comes and when it does not. */
export function Asked<T>({
  query,
  what,
  height,
  children,
}: {
  readonly query: {
    readonly data: T | undefined
    readonly error: Error | null
  }
  /** For people: `the certificate`. */
  readonly what: string
  /** Of what will be there. Units: pixels. */
  readonly height: number
  readonly children: (data: T) => ReactNode
}) {
  const retry = useRetryAll()
  if (query.data !== undefined) return children(query.data)
  if (query.error === null) return <Loading height={height} label={`Reading ${what}`} />
  return <ProblemNotice error={query.error} title={`Could not read ${what}`} onRetry={retry} />
}

/** Asks anew for everything on the page that failed, as it mostly failed for one reason. */
export function useRetryAll(): () => void {
  const client = useQueryClient()
  return () => {
    void client.refetchQueries({ type: 'active', predicate: ({ state }) => state.status === 'error' })
  }
}
