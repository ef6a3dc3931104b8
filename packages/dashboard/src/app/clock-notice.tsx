import { Alert } from '@mantine/core'
import { IconClockExclamation } from '@tabler/icons-react'
import { useSyncExternalStore } from 'react'
import { daemonClock } from '../api/index.ts'
import { formatSpan } from '../parts/index.ts'

/** Beyond this a certificate that is "not yet valid" or a report "of tomorrow" may be the clock's doing. */
const WORTH_SAYING_MS = 60_000

/** Says that the clocks here and at the daemon differ. */
export function ClockNotice() {
  const offsetMs = useSyncExternalStore(daemonClock.subscribe, () => daemonClock.offsetMs)
  if (Math.abs(offsetMs) <= WORTH_SAYING_MS) return null
  return (
    <Alert color="yellow" mb="md" icon={<IconClockExclamation aria-hidden />} title="Two clocks disagree">
      The clock of the machine Sternpost runs on is {formatSpan(Math.round(Math.abs(offsetMs) / 1_000))}{' '}
      {offsetMs > 0 ? 'ahead of' : 'behind'} the one of this browser. “Minutes ago” is told by Sternpost’s
      clock; times of day are shown in your zone as Sternpost wrote them down.
    </Alert>
  )
}
