import {
  compareLive,
  formatRecordData,
  outcomeJson,
  placeRecords,
  policyIdOfDomain,
  recordsOfDomain,
  type WantedRecord,
} from '../../../publish/index.ts'
import type { recordsContract } from '../../contract/records.ts'
import type { Handlers } from '../../endpoint.ts'
import type { ApiServices } from '../../services.ts'
import { findDomain, telling } from './find-domain.ts'

/** DNS records of published domains: as wanted, and as every name server has them. */
export function recordsHandlers({ publish: desk }: ApiServices): Handlers<typeof recordsContract> {
  const { rollout, records, recordSettings } = desk

  return {
    'GET /domains/:domain/records': ({ params, query }) =>
      telling(async () => {
        const { domain, policyId, wanted } = await wantedOf(params.domain, query)
        const zones = query.zone === undefined ? records.writers.flatMap(each => each.zones) : [query.zone]
        const { operatorZone } = recordSettings
        const placed = placeRecords(wanted, { domain: domain.domain, operatorZone, zones })
        const ownValues = await records.ownValues.listed(placed.map(({ name }) => name))
        const items = placed
          .filter(({ values }) => values.length > 0 || query.absent === 'true')
          .map(each => ({
            ...wireRecord(each),
            zone: each.zone,
            ownValues: [...ownValues(each.name, each.type)],
          }))
        return { policyId, items }
      }),
    'GET /domains/:domain/records/live': ({ params, query }) =>
      telling(async () => {
        const { policyId, wanted } = await wantedOf(params.domain, query)
        const isOwn = await records.ownValues.at(wanted.map(({ name }) => name))
        const live = await compareLive(wanted, records.ask, isOwn)
        return {
          policyId,
          items: live.map(({ record, state, servers }) => ({
            ...wireRecord(record),
            state,
            servers: servers.map(server => ({ ...server, values: [...server.values] })),
          })),
        }
      }),
    'POST /domains/:domain/records/apply': ({ params, body, audit }) =>
      telling(async () => {
        const { domain, policyId, wanted } = await wantedOf(params.domain, body)
        // The id is announced after all that it depends on.
        const ordered = wanted.toSorted(
          (a, b) => Number(a.purpose === 'policy-id') - Number(b.purpose === 'policy-id'),
        )
        const how = {
          domainWriter: domain.dns.writer,
          takeOver: body.takeOver,
          verifyTimeoutSeconds: body.waitSeconds,
        }
        const { changes, outcomes } = await records.publisher.compare(ordered, how)
        const head = {
          domain: domain.domain,
          policyId,
          delegation: domain.delegation,
          writer: domain.dns.writer,
          apply: domain.dns.apply,
          changes,
        }
        if (!body.confirm)
          return { ...head, records: outcomes.map(outcome => outcomeJson(outcome, [])), done: false }
        const applied = await records.publisher.apply(ordered, how)
        const results = applied.outcomes.map(outcome => outcomeJson(outcome, applied.verdicts))
        await audit('records.apply', domain.domain, {
          takeOver: body.takeOver,
          written: results
            .filter(({ state }) => state === 'written')
            .map(({ name, type }) => `${name} ${type}`),
          failed: results.flatMap(({ name, type, code }) =>
            code === undefined ? [] : [`${name} ${type}: ${code}`],
          ),
        })
        return { ...head, records: results, done: applied.done }
      }),
  }

  async function wantedOf(name: string, { part, ttlSeconds }: Which) {
    const domain = await findDomain(desk, name)
    const policyId = await policyIdOfDomain(domain, rollout)
    const wanted = recordsOfDomain(domain, policyId, {
      ...recordSettings,
      ttlSeconds: ttlSeconds ?? recordSettings.ttlSeconds,
    })
    return { domain, policyId, wanted: wanted.filter(record => part === 'all' || part === record.part) }
  }
}

interface Which {
  readonly part: 'domain' | 'operator' | 'all'
  readonly ttlSeconds?: number | undefined
}

function wireRecord({ name, type, purpose, part, ttlSeconds, values }: WantedRecord) {
  const lines = values.map(value => `${name}. ${ttlSeconds} IN ${type} ${formatRecordData(type, value)}`)
  return { name, type, purpose, part, ttlSeconds, values: [...values], text: lines.join('\n') }
}
