import type { ErrorComponentProps } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { connection, useConnection } from '../api/index.ts'
import { ProblemNotice, Screen } from '../parts/index.ts'

/**
 * In place of a screen that failed.
 *
 * Mostly its files could not be had. While the daemon is away nothing helps, and its return is not waited for by hand;
 * after an upgrade the files have other names. Loading anew helps in both cases.
 */
export function RouteProblem({ error }: ErrorComponentProps) {
  const state = useConnection()
  const wasAway = useRef(false)
  useEffect(() => {
    void connection.askNow()
  }, [])
  useEffect(() => {
    if (state === 'away') wasAway.current = true
    else if (wasAway.current) window.location.reload()
  }, [state])
  return (
    <Screen title={state === 'away' ? 'This screen cannot be had for now' : 'This screen failed'}>
      {state === 'away' ? null : (
        <ProblemNotice
          title="The screen could not be shown"
          error={error}
          onRetry={() => window.location.reload()}
        />
      )}
    </Screen>
  )
}
