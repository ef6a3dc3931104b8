import { useQueryClient } from '@tanstack/react-query'
import { useReducer } from 'react'
import type { ApiEvents } from 'sternpost/api'
import { useApi, useEvents } from '../../api/index.ts'
import { advanceProgress, type Progress, type ProgressEvent } from './live-progress.ts'

type Finding = ApiEvents<'GET /checks/:id/events'>['finding']

/** A check, and what it tells while it runs. */
export function useRunningCheck(id: string) {
  const client = useQueryClient()
  const check = useApi('GET /checks/:id', { params: { id } })
  const isRunning = check.data?.state === 'waiting' || check.data?.state === 'running'
  const [progress, tell] = useReducer<Progress<Finding>, [ProgressEvent<Finding>]>(advanceProgress, {
    parts: [],
    findings: [],
  })
  const readAnew = () => {
    void client.invalidateQueries({ queryKey: ['GET /checks/:id', { params: { id } }] })
    void client.invalidateQueries({ queryKey: ['GET /checks'] })
  }
  useEvents(
    'GET /checks/:id/events',
    { params: { id } },
    {
      enabled: isRunning,
      handlers: {
        part: part => tell({ kind: 'part', part }),
        finding: finding => tell({ kind: 'finding', finding }),
        state: ({ state }) => {
          if (state !== check.data?.state) readAnew()
        },
      },
      onReconnect: () => {
        tell({ kind: 'again' })
        readAnew()
      },
    },
  )
  return { check, isRunning, progress }
}
