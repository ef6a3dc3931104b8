import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { EmptyState, Screen } from '../parts/index.ts'

/** For an address that leads nowhere. */
export function NoSuchScreen() {
  return (
    <Screen title="Nothing here">
      <EmptyState
        title="This address leads to no screen"
        action={
          <Anchor component={Link} to="/">
            Go to the overview
          </Anchor>
        }
      >
        It may be mistyped, or belong to another version of Sternpost.
      </EmptyState>
    </Screen>
  )
}
