import * as z from 'zod'
import { maySeeDomain, type Principal, personBehind } from '../../access/index.ts'
import {
  type CheckNews,
  type CheckResult,
  compareResults,
  findingPages,
  type KeptCheck,
  readCheckInput,
} from '../../check/index.ts'
import { ApiProblem } from '../api-problem.ts'
import type { checksContract } from '../contract/checks.ts'
import type { Handlers } from '../endpoint.ts'
import { formatCursor, readCursorAs } from '../page.ts'
import type { ApiServices } from '../services.ts'

const position = z.object({ requestedAt: z.number(), checkId: z.string() })

/** Checks domains and tells what came of it. */
export function checksHandlers({ checks }: ApiServices): Handlers<typeof checksContract> {
  return {
    'POST /checks': async ({ body, principal }) => {
      const read = readCheckInput(body.domain)
      if (!read.ok) throw new ApiProblem('api/unprocessable', read.message)
      if (!maySeeDomain(principal, read.domain))
        throw new ApiProblem('api/forbidden', 'only domains of your own can be checked')
      const accepted = await checks.request({
        domain: read.domain,
        input: body.domain,
        timeoutMs: body.timeoutSeconds * 1000,
        rcpt: body.rcpt,
        requestedBy: principal.name,
        countedFor: personBehind(principal),
      })
      if (accepted.ok) return describeCheck(accepted.check, principal)
      const { retryAfterSeconds } = accepted
      if (accepted.reason === 'not-kept')
        throw new ApiProblem('api/unavailable', 'the database cannot be written: no result could be kept', {
          retryAfterSeconds,
        })
      const words = {
        'queue-full': 'too many checks are waiting already',
        'too-many': 'you have asked for 60 checks in an hour, which is the limit',
      }
      throw new ApiProblem('api/too-many-requests', words[accepted.reason], { retryAfterSeconds })
    },
    'GET /checks': async ({ query, principal }) => {
      const { domain, cursor, limit } = query
      if (domain !== undefined && !maySeeDomain(principal, domain)) return { items: [], nextCursor: null }
      const domains = principal.domains === 'all' || domain !== undefined ? undefined : principal.domains
      const after = cursor === undefined ? undefined : readCursorAs(position, cursor)
      const found = await checks.archive.page({ domain, domains }, limit + 1, after)
      const items = found.slice(0, limit)
      const last = items.at(-1)
      return {
        items: items.map(check => describeCheck(check, principal)),
        nextCursor:
          found.length > limit && last !== undefined
            ? formatCursor({ requestedAt: last.requestedAt, checkId: last.checkId })
            : null,
      }
    },
    'GET /checks/:id': async ({ params: { id }, principal }) => {
      const check = await find(id, principal)
      const result = check.state === 'finished' ? await checks.archive.result(id) : undefined
      return { ...describeCheck(check, principal), result: result ?? null }
    },
    'GET /checks/:id/events': async ({ params: { id }, principal, signal, header }) => {
      const check = await find(id, principal)
      const after = /^[0-9]{1,6}$/.exec(header('last-event-id') ?? '')
      const news = checks.watch(id, signal, after === null ? 0 : Number(after[0]))
      return news === undefined ? onlyState(check, principal) : described(news, principal)
    },
    'GET /checks/compare': async ({ query: { a, b }, principal }) => {
      const [before, after] = await Promise.all([finished(a, principal), finished(b, principal)])
      if (before.domain !== after.domain)
        throw new ApiProblem('api/unprocessable', 'the two are of different domains', {
          remedy: 'Choose two checks of one domain.',
        })
      return compareResults(before, after)
    },
    'GET /findings': ({ query: { code } }) => {
      const wanted = code === undefined ? undefined : new Set([code].flat())
      return {
        items: Object.entries(findingPages).flatMap(([each, page]) =>
          wanted === undefined || wanted.has(each) ? [{ ...page, code: each }] : [],
        ),
      }
    },
  }

  async function find(id: string, principal: Principal): Promise<KeptCheck> {
    const check = await checks.find(id)
    // As if it did not exist: what others check is nobody's business.
    if (check === undefined || !maySeeDomain(principal, check.domain))
      throw new ApiProblem('api/not-found', 'there is no such check here')
    return check
  }

  async function finished(id: string, principal: Principal): Promise<CheckResult> {
    const { state } = await find(id, principal)
    const result = state === 'finished' ? await checks.archive.result(id) : undefined
    if (result === undefined) throw new ApiProblem('api/unprocessable', `check ${id} has no result`)
    return result
  }
}

async function* onlyState(check: KeptCheck, principal: Principal) {
  yield { event: 'state' as const, data: describeCheck(check, principal) }
}

async function* described(news: AsyncIterable<CheckNews>, principal: Principal) {
  for await (const each of news) {
    const id = String(each.eventNumber)
    switch (each.kind) {
      case 'state':
        yield { event: 'state' as const, id, data: describeCheck(each.check, principal) }
        break
      case 'part': {
        const { part, what, state } = each
        yield { event: 'part' as const, id, data: { part, what, state } }
        break
      }
      case 'finding':
        yield { event: 'finding' as const, id, data: each.finding }
    }
  }
}

/** A check as the API tells of it. */
export function describeCheck(check: KeptCheck, principal: Pick<Principal, 'domains'>) {
  const { checkId, requestedAt, requestedBy, finishedAt, worst, summary, ...rest } = check
  return {
    ...rest,
    id: checkId,
    requestedAt: new Date(requestedAt).toISOString(),
    requestedBy: principal.domains === 'all' ? requestedBy : null,
    finishedAt: finishedAt === undefined ? null : new Date(finishedAt).toISOString(),
    worst: worst ?? null,
    summary: summary ?? null,
  }
}
