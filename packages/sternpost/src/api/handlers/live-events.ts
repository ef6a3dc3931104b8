import type { Principal } from '../../access/index.ts'
import type { LiveEvent } from '../../base/index.ts'
import {
  type LiveEventName,
  liveEventScopes,
  type liveEvents,
  type liveEventsContract,
} from '../contract/live-events.ts'
import type { EventOf, Handlers } from '../endpoint.ts'
import type { ApiServices } from '../services.ts'

/** Events that tell nothing of any domain, so that everybody may know of them. */
const ofNoDomain: ReadonlySet<string> = new Set<LiveEventName>(['domains'])
/** Events about domains of others, which only those who see all domains may know. */
const ofForeignDomains: ReadonlySet<string> = new Set<LiveEventName>(['outbound-event'])

/** Passes on what happens. */
export function liveEventsHandlers({ events }: ApiServices): Handlers<typeof liveEventsContract> {
  return {
    'GET /events': ({ principal, signal }) =>
      named(events.watch(signal, event => maySeeEvent(principal, event))),
  }
}

/** Whether somebody may be told of an event at all. */
export function maySeeEvent({ domains, scopes }: Principal, { event, domain }: LiveEvent): boolean {
  if (!Object.hasOwn(liveEventScopes, event)) return false
  if (scopes !== 'all' && !scopes.has(liveEventScopes[event as LiveEventName])) return false
  if (domains === 'all') return true
  if (domain === undefined) return ofNoDomain.has(event)
  return domains.has(domain) && !ofForeignDomains.has(event)
}

async function* named(news: AsyncIterable<LiveEvent>): AsyncGenerator<EventOf<typeof liveEvents>> {
  for await (const { event, data } of news) yield { event, data } as EventOf<typeof liveEvents>
}
