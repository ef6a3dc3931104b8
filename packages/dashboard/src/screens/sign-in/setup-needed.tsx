import { List } from '@mantine/core'
import { CopyBlock, EmptyState, Screen } from '../../parts/index.ts'

/** Where there is no user yet, and whoever looks has not got the link. */
export function SetupNeeded() {
  return (
    <Screen title="An admin is needed first" lead="Nobody has a user here yet, so nobody can sign in.">
      <EmptyState title="Make the first admin in one of two ways">
        <List ta="start" spacing="sm" type="ordered">
          <List.Item>
            Open the setup link. The daemon prints it when it starts, on the terminal or in its log; it holds
            for a day and works once.
          </List.Item>
          <List.Item>Or run this on the machine of the daemon:</List.Item>
        </List>
        <CopyBlock label="Command" text="sternpost user add NAME --role admin" />
      </EmptyState>
    </Screen>
  )
}
