import { setTimeout as delay } from 'node:timers/promises'
import { contract } from '../api/index.ts'
import { ApiClient, type CallOutput } from './api-client.ts'
import { type ImportDoor, NotTakenError } from './report-import-door.ts'
import type { ImportedDocument } from './report-import-line.ts'
import { ServerError } from './server-error.ts'
import type { ServerAddress } from './server-option.ts'

/** A daemon has others to serve as well. */
const MAX_UNDER_WAY = 8
/** How often a daemon that cannot store for now is asked again. */
const TRIES = 10
const RETRY_MS = 500

/** The door of a daemon elsewhere; `stop` ends trying again. */
export function doorThere(server: ServerAddress, stop: AbortSignal): ImportDoor {
  const api = new ApiClient(server)
  return {
    documentBytes: contract['POST /reports'].maxBodyBytes,
    atOnce: MAX_UNDER_WAY,
    async take({ bytes, fileName }) {
      for (let tries = 1; ; tries += 1) {
        try {
          return readAnswer(await api.call('POST /reports', { query: { fileName }, body: bytes }))
        } catch (error) {
          if (!(error instanceof ServerError)) throw error
          const retryMs = retryMsOf(error)
          if (retryMs === undefined || tries >= TRIES || stop.aborted)
            throw new NotTakenError(error.message, error.exitCode)
          await delay(retryMs, undefined, { signal: stop }).catch(() => {})
        }
      }
    },
    async close() {},
  }
}

/** How long to wait before a daemon is asked again; undefined where that helps nothing. */
function retryMsOf({ problem }: ServerError): number | undefined {
  if (problem?.status !== 503) return undefined
  return problem.retryAfterSeconds === undefined ? RETRY_MS : problem.retryAfterSeconds * 1000
}

function readAnswer({ verdict, reason, code, reports }: CallOutput<'POST /reports'>): ImportedDocument {
  return {
    verdict,
    ...(reason === undefined ? {} : { reason }),
    ...(code === undefined ? {} : { code }),
    reports: reports.map(({ isDuplicate, isQuarantined, id: _, domains: __, ...told }) => ({
      isDuplicate,
      isQuarantined,
      tell: () => told,
    })),
  }
}
