import type { contract } from '../contract/index.ts'
import type { Handlers } from '../endpoint.ts'
import type { ApiServices } from '../services.ts'

/** Answers how the daemon does. */
export function statusHandlers(services: ApiServices): Pick<Handlers<typeof contract>, 'GET /status'> {
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
  }
}
