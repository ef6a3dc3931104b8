import { Button, Group, Stack, TextInput, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { callApi } from '../../api/index.ts'
import { Loading, ProblemNotice } from '../../parts/index.ts'
import { LookUpResult } from './look-up-result.tsx'

/** Looks a destination up afresh; which one stands in the address, so that it can be shared. */
export function LookUpBox({
  destination,
  onLookUp,
}: {
  readonly destination: string | undefined
  readonly onLookUp: (destination: string | undefined) => void
}) {
  const [text, setText] = useState(destination ?? '')
  useEffect(() => setText(destination ?? ''), [destination])
  const result = useQuery({
    queryKey: ['POST /outbound/lookup', destination],
    queryFn: ({ signal }) =>
      callApi('POST /outbound/lookup', { body: { destination: destination ?? '' } }, { signal }),
    enabled: destination !== undefined,
    // It asks the world outside: only when somebody wants it.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
  const entered = text.trim()
  return (
    <section aria-labelledby="look-up-title">
      <Title order={2} size="h4" id="look-up-title" mb="xs">
        What would Postfix be told, and why?
      </Title>
      <form
        onSubmit={event => {
          event.preventDefault()
          if (entered === '') return
          if (entered === destination) void result.refetch()
          else onLookUp(entered)
        }}
      >
        <Group align="flex-end" gap="sm">
          <TextInput
            label="Destination"
            description="A domain, or [host]:port as Postfix writes it. DNS and the policy host are asked now; nothing is stored."
            placeholder="example.com"
            value={text}
            onChange={event => setText(event.currentTarget.value)}
            flex="1 1 16rem"
            maw="32rem"
            maxLength={300}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
          <Button type="submit" loading={result.isFetching} disabled={entered === ''}>
            Look up
          </Button>
          {destination === undefined ? null : (
            <Button variant="default" onClick={() => onLookUp(undefined)}>
              Put away
            </Button>
          )}
        </Group>
      </form>
      {destination === undefined ? null : (
        <Stack mt="md" aria-live="polite">
          {result.isFetching ? (
            <Loading height={360} label={`Looking ${destination} up`} />
          ) : result.error === null && result.data !== undefined ? (
            <LookUpResult report={result.data} />
          ) : (
            <ProblemNotice
              title="It could not be looked up"
              error={result.error}
              onRetry={() => void result.refetch()}
            />
          )}
        </Stack>
      )}
    </section>
  )
}
