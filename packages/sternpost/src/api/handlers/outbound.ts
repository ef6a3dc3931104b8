import { formatMxHostPattern } from '@sternpost/protocol'
import * as z from 'zod'
import {
  downgradeSignals,
  type EventFilter,
  outboundEventKinds,
  type PolicyPosition,
  positionOf,
  type RecordedEvent,
  type StoredPolicy,
  type ToldAnswer,
} from '../../outbound/index.ts'
import { ApiProblem } from '../api-problem.ts'
import type { outboundContract } from '../contract/outbound.ts'
import type { Handlers } from '../endpoint.ts'
import { formatCursor, readCursorAs } from '../page.ts'
import type { ApiServices } from '../services.ts'

const DAY_MS = 86_400_000
const SIGNAL_DAYS = 7
/** Events of one domain that are read: a policy that changes every day for a third of a year. */
const MAX_EVENTS = 100

const position: z.ZodType<PolicyPosition> = z.object({
  value: z.union([z.string(), z.number()]),
  domain: z.string(),
})
const answerPosition = z.object({ value: z.union([z.string(), z.number()]), nextHop: z.string() })

const changes = outboundEventKinds.filter(kind => !isSignal(kind))

/** Answers what Postfix is told about other domains. */
export function outboundHandlers(
  services: ApiServices,
): Omit<Handlers<typeof outboundContract>, 'POST /outbound/lookup'> {
  const { outbound, daneOffBecause } = services.outbound
  const { clock } = services
  return {
    'GET /outbound': async () => {
      const { counts } = outbound.told
      const { readyReplies, ...connections } = outbound.connections
      const dns = services.health().find(({ name }) => name === 'dns')
      const signals = await outbound.history.countSince(clock.now() - SIGNAL_DAYS * DAY_MS)
      const { dryRun, whileFetching, afterFailure, minimumLevel } = outbound.settings
      return {
        startedAt: iso(services.startedAt),
        listening: outbound.addresses,
        connections,
        answers: {
          total: counts.found + counts['not-found'] + counts.temporary + counts.permanent,
          found: counts.found,
          notFound: counts['not-found'],
          temporary: counts.temporary,
          permanent: counts.permanent,
          ready: readyReplies,
        },
        policies: { count: await outbound.policies.count(), unsavedCount: outbound.policies.unsavedCount },
        signalsLast7Days: downgradeSignals.flatMap(kind => {
          const count = signals.get(kind) ?? 0
          return count === 0 ? [] : [{ kind, count }]
        }),
        resolver: { state: dns?.state ?? 'ok', message: dns?.message ?? '' },
        daneOffBecause: daneOffBecause() ?? null,
        dryRun,
        whileFetching,
        afterFailure,
        minimumLevel: minimumLevel ?? null,
      }
    },
    'GET /outbound/policies': async ({ query }) => {
      const { text, sort: order, direction, cursor, limit } = query
      const policies = await outbound.policies.page({
        text,
        order,
        descending: direction === 'desc',
        limit: limit + 1,
        after: cursor === undefined ? undefined : readCursorAs(position, cursor),
      })
      const items = policies.slice(0, limit)
      const last = items.at(-1)
      return {
        items: items.map(policy => describePolicy(policy, clock.now())),
        nextCursor:
          policies.length > limit && last !== undefined ? formatCursor(positionOf(last, order)) : null,
      }
    },
    'GET /outbound/policies/:domain': async ({ params: { domain } }) => {
      const [policy, events] = await Promise.all([
        outbound.policies.load(domain as StoredPolicy['policyDomain']),
        outbound.history.page({ policyDomain: domain }, MAX_EVENTS),
      ])
      const told = outbound.told.find(domain)
      if (policy === undefined && events.length === 0 && told === undefined)
        throw new ApiProblem('api/not-found', `nothing is known of ${domain}`, {
          remedy: 'Look it up: that asks its DNS and its policy host now.',
        })
      return {
        policy:
          policy === undefined
            ? null
            : { ...describePolicy(policy, clock.now()), text: policy.document.text },
        ids: policyIds(events),
        events: events.map(describeEvent),
        told: told === undefined ? [] : [describeAnswer(told)],
      }
    },
    'GET /outbound/events': async ({ query }) => {
      const { cursor, limit } = query
      const before = cursor === undefined ? undefined : readCursorAs(z.int(), cursor)
      const events = await outbound.history.page(eventFilter(query), limit + 1, before)
      const items = events.slice(0, limit)
      const last = items.at(-1)
      return {
        items: items.map(describeEvent),
        nextCursor: events.length > limit && last !== undefined ? formatCursor(last.eventId) : null,
      }
    },
    'GET /outbound/answers': ({ query }) => {
      const { text, rule, sort, cursor, limit } = query
      const keyOf = { recent: lastAsked, count: countOf, domain: nextHopOf }[sort]
      const downward = sort === 'domain' ? 1 : -1
      const compare = (one: ToldAnswer | AnswerPosition, other: ToldAnswer | AnswerPosition) =>
        order(place(one), place(other)) * downward || order(one.nextHop, other.nextHop)
      const place = (one: ToldAnswer | AnswerPosition) => ('value' in one ? one.value : keyOf(one))
      const after = cursor === undefined ? undefined : readCursorAs(answerPosition, cursor)
      const fitting = outbound.told
        .list()
        .filter(
          one =>
            (text === undefined || one.nextHop.includes(text.toLowerCase())) &&
            (rule === undefined || one.rule === rule) &&
            (after === undefined || compare(one, after) > 0),
        )
        .sort(compare)
      const items = fitting.slice(0, limit)
      const last = items.at(-1)
      return {
        items: items.map(describeAnswer),
        nextCursor:
          fitting.length > limit && last !== undefined
            ? formatCursor({ value: keyOf(last), nextHop: last.nextHop })
            : null,
      }
    },
  }
}

type AnswerPosition = z.output<typeof answerPosition>

const lastAsked = ({ lastAskedAt }: ToldAnswer): string | number => lastAskedAt
const countOf = ({ count }: ToldAnswer): string | number => count
const nextHopOf = ({ nextHop }: ToldAnswer): string | number => nextHop

function order(one: string | number, other: string | number): number {
  return one < other ? -1 : one > other ? 1 : 0
}

function eventFilter(query: {
  readonly text?: string | undefined
  readonly domain?: string | undefined
  readonly kind?: string | undefined
  readonly only?: 'signals' | 'changes' | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}): EventFilter {
  const { text, domain, kind, only, from, to } = query
  const wanted = only === undefined ? undefined : only === 'signals' ? downgradeSignals : changes
  return {
    text,
    policyDomain: domain,
    kinds: kind === undefined ? wanted : (wanted ?? [kind]).filter(each => each === kind),
    from: from === undefined ? undefined : Date.parse(from),
    to: to === undefined ? undefined : Date.parse(to),
  }
}

function describePolicy(policy: StoredPolicy, now: number) {
  const { mode, maxAgeSeconds, mxHostPatterns } = policy.document.value
  return {
    domain: policy.policyDomain,
    policyId: policy.policyId,
    mode,
    mx: mxHostPatterns.map(formatMxHostPattern),
    maxAgeSeconds,
    sourceUrl: `https://mta-sts.${policy.policyDomain}/.well-known/mta-sts.txt`,
    fetchedAt: iso(policy.document.fetchedAt),
    expiresAt: iso(policy.expiresAt),
    isExpired: now >= policy.expiresAt,
    lastUsedAt: iso(policy.lastUsedAt),
    nextCheckAt: iso(policy.nextCheckAt),
  }
}

/** An event as the API tells it; what it does not know of an event of another version is left out. */
export function describeEvent({ eventId, at, policyDomain, kind, detail }: HistoricEvent) {
  return {
    ...(detail as object),
    id: eventId,
    at: iso(at),
    domain: policyDomain,
    kind: kind as (typeof outboundEventKinds)[number],
    isSignal: isSignal(kind),
  }
}

type HistoricEvent = RecordedEvent & { readonly eventId: number }

/** The policies one after the other, as the events tell of them. */
function policyIds(events: readonly HistoricEvent[]) {
  let until: string | null = null
  return events.flatMap(({ at, kind, detail }) => {
    if (kind === 'policy-expired') {
      until = iso(at)
      return []
    }
    const { to } = detail as { readonly to?: { readonly policyId: string; readonly mode: string } }
    if (to === undefined) return []
    const entry = { policyId: to.policyId, mode: to.mode, since: iso(at), until }
    until = iso(at)
    return [entry]
  })
}

function describeAnswer({ decidedAt, lastAskedAt, countedSince, ...told }: ToldAnswer) {
  return {
    ...told,
    decidedAt: iso(decidedAt),
    lastAskedAt: iso(lastAskedAt),
    countedSince: iso(countedSince),
  }
}

function isSignal(kind: string): boolean {
  return downgradeSignals.some(signal => signal === kind)
}

/** Bounded to what a `Date` holds: the times of a damaged row must not fail a whole page. */
function iso(at: number): string {
  return new Date(Math.min(at, 8.64e15)).toISOString()
}
