import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import type { ApiOutput } from 'sternpost/api'
import { callApi } from './client.ts'
import { daemonClock } from './daemon-clock.ts'

/** The daemon's status, and with it the time it is there. */
export function useStatus(): UseQueryResult<ApiOutput<'GET /status'>, Error> {
  return useQuery({
    queryKey: ['GET /status', {}],
    queryFn: async ({ signal }) => {
      const askedAt = Date.now()
      const status = await callApi('GET /status', {}, { signal })
      daemonClock.tell(status.now, askedAt, Date.now())
      return status
    },
    refetchInterval: 60_000,
  })
}
