import { Box } from '@mantine/core'
import { useIsFetching, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { Loading } from './loading.tsx'

/** Calls that have neither an answer nor an error yet. */
const first = {
  predicate: ({ state }: { readonly state: { readonly data: unknown; readonly error: unknown } }) =>
    state.data === undefined && state.error === null,
}

/** As wide as it will be, as charts measure themselves. */
const outOfSight = { visibility: 'hidden', height: 0, overflow: 'hidden' } as const

/**
 * Shows its children when all they ask for has come, so that what comes first is not pushed down by what comes later.
 *
 * Not for what takes seconds: the slowest of them makes the others wait.
 */
export function Together({
  height,
  label,
  children,
}: {
  /** Of what stands here meanwhile. Units: pixels. */
  readonly height: number
  readonly label: string
  readonly children: ReactNode
}) {
  const client = useQueryClient()
  const asking = useIsFetching(first)
  const [isShown, setShown] = useState(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at again whenever the number changes
  useEffect(() => {
    // The children have asked by now: their effects run before this one.
    if (client.isFetching(first) === 0) setShown(true)
  }, [client, asking])
  return (
    <>
      {isShown ? null : <Loading height={height} label={label} />}
      <Box style={isShown ? undefined : outOfSight}>{children}</Box>
    </>
  )
}
