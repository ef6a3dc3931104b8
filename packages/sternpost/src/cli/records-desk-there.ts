import type { LiveRecord, OutcomeJson, PublishedDomain } from '../publish/index.ts'
import type { ApiClient, CallOutput } from './api-client.ts'
import { domainDeskThere } from './domain-desk-there.ts'
import { readRecord } from './domain-wire.ts'
import { exitCode } from './exit-code.ts'
import type { OfDomain, RecordsDesk, RecordsWork, WhichRecords } from './records-desk.ts'
import { ServerError } from './server-error.ts'

/** An answer is not waited for longer than servers may lag. */
const MOST_WAIT_SECONDS = 45

/** Records of domains that are published by a daemon elsewhere; it asks and writes. */
export function recordsDeskThere(api: ApiClient, now: () => number, which: WhichRecords): RecordsDesk {
  const { part, ttl, zone, takeOver = false, wait } = which
  const query = { part, ttlSeconds: ttl }

  async function order(
    { domain: name, ...rest }: PublishedDomain,
    confirm: boolean,
  ): Promise<OfDomain<RecordsWork>> {
    if (wait !== undefined && wait > MOST_WAIT_SECONDS)
      throw new ServerError(
        `a daemon elsewhere waits for name servers at most ${MOST_WAIT_SECONDS}s; what they lack then is told, and the command can be given again`,
        exitCode.usage,
      )
    const { policyId, changes, records, done } = await api.call('POST /domains/:domain/records/apply', {
      params: { domain: name },
      body: { confirm, takeOver, ...query, waitSeconds: wait },
    })
    return {
      domain: { domain: name, ...rest },
      policyId,
      told: { changes, records: records.map(readOutcome), done },
    }
  }

  return {
    domains: domainDeskThere(api, now),
    async placed(domain) {
      const { policyId, items } = await api.call('GET /domains/:domain/records', {
        params: { domain: domain.domain },
        query: { ...query, zone, absent: 'true' },
      })
      const own = new Map(items.map(({ name, type, ownValues }) => [`${name} ${type}`, ownValues]))
      const records = items.map(item => ({ ...readRecord(item), zone: item.zone }))
      return {
        domain,
        policyId,
        told: { records, ownValues: (name, type) => own.get(`${name} ${type}`) ?? [] },
      }
    },
    async live(domain) {
      const { policyId, items } = await api.call('GET /domains/:domain/records/live', {
        params: { domain: domain.domain },
        query,
      })
      const told = items.map(
        ({ state, servers, ...record }): LiveRecord => ({
          record: readRecord(record),
          state,
          servers: servers.map(({ message, ...server }) => ({
            ...server,
            ...(message === undefined ? {} : { message }),
          })),
        }),
      )
      return { domain, policyId, told }
    },
    compare: domain => order(domain, false),
    apply: domain => order(domain, true),
  }
}

/** An outcome in the same order of keys as at home, without those that are not there. */
function readOutcome(
  wire: CallOutput<'POST /domains/:domain/records/apply'>['records'][number],
): OutcomeJson {
  return JSON.parse(JSON.stringify(wire)) as OutcomeJson
}
