import { contract } from '../contract/index.ts'
import type { statusContract } from '../contract/status.ts'
import type { Handlers } from '../endpoint.ts'
import { formatOpenApi } from '../open-api.ts'
import type { ApiServices } from '../services.ts'

/** Answers how the daemon does. */
export function statusHandlers(services: ApiServices): Handlers<typeof statusContract> {
  let openApi: string | undefined
  return {
    'GET /status': () => {
      const parts = services.health()
      const state = (['down', 'degraded'] as const).find(each => parts.some(part => part.state === each))
      return {
        version: services.version,
        now: new Date(services.clock.now()).toISOString(),
        startedAt: new Date(services.startedAt).toISOString(),
        state: state ?? 'ok',
        parts: [...parts],
      }
    },
    'GET /configuration': () => {
      const { readAt, ...rest } = services.configuration()
      return { ...rest, readAt: new Date(readAt).toISOString() }
    },
    'GET /openapi.json': () => (openApi ??= JSON.stringify(formatOpenApi(contract, services.version))),
  }
}
