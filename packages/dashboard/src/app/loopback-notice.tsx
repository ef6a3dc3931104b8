import { Alert, Text } from '@mantine/core'
import { useSession } from '../api/index.ts'
import { TextLink, Time } from '../parts/index.ts'

/** In the first hour: that everybody at the machine is an admin, until when, and what to do before. */
export function LoopbackNotice() {
  const until = useSession()?.loopbackUntil
  if (until === null || until === undefined) return null
  return (
    <Alert color="blue" mb="md" role="note" title="No sign-in is needed yet">
      <Text size="sm">
        Until <Time at={until} /> everybody at this machine may do everything here, and nobody from elsewhere
        anything. Open the setup link that the daemon printed at its start to make an admin before then, or
        add one in the <TextLink to="/settings">settings</TextLink>.
      </Text>
    </Alert>
  )
}
