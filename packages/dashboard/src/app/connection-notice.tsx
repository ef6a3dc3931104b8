import { Alert } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { useConnection } from '../api/index.ts'

/** Says that the daemon does not answer, for as long as it does not. */
export function ConnectionNotice() {
  const isAway = useConnection() === 'away'
  return (
    <div role="status">
      {isAway ? (
        <Alert
          color="yellow"
          mb="md"
          icon={<IconPlugConnectedX aria-hidden />}
          title="Sternpost does not answer"
        >
          What you see may be old. This page goes on asking and catches up by itself; nothing typed is lost.
        </Alert>
      ) : null}
    </div>
  )
}
