import type { ErrorComponentProps } from '@tanstack/react-router'
import { ProblemNotice, Screen } from '../parts/index.ts'

/** In place of a screen that failed: after an upgrade of the daemon its files have other names, so loading anew helps. */
export function RouteProblem({ error }: ErrorComponentProps) {
  return (
    <Screen title="This screen failed">
      <ProblemNotice
        title="The screen could not be shown"
        error={error}
        onRetry={() => window.location.reload()}
      />
    </Screen>
  )
}
