import {
  compareLive,
  formatRecordData,
  outcomeJson,
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
    'GET /domains/:domain/records': ({ params }) =>
      telling(async () => {
        const { policyId, wanted } = await wantedOf(params.domain)
        return { policyId, items: wanted.filter(({ values }) => values.length > 0).map(wireRecord) }
      }),
    'GET /domains/:domain/records/live': ({ params }) =>
      telling(async () => {
        const { wanted } = await wantedOf(params.domain)
        const isOwn = await records.ownValues.at(wanted.map(({ name }) => name))
        const live = await compareLive(wanted, records.ask, isOwn)
        return {
          items: live.map(({ record, state, servers }) => ({
            ...wireRecord(record),
            state,
            servers: servers.map(server => ({ ...server, values: [...server.values] })),
          })),
        }
      }),
    'POST /domains/:domain/records/apply': ({ params, body, audit }) =>
      telling(async () => {
        const { domain, policyId, wanted } = await wantedOf(params.domain)
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

  async function wantedOf(name: string) {
    const domain = await findDomain(desk, name)
    const policyId = await policyIdOfDomain(domain, rollout)
    return { domain, policyId, wanted: recordsOfDomain(domain, policyId, recordSettings) }
  }
}

function wireRecord({ name, type, purpose, part, ttlSeconds, values }: WantedRecord) {
  const lines = values.map(value => `${name}. ${ttlSeconds} IN ${type} ${formatRecordData(type, value)}`)
  return { name, type, purpose, part, ttlSeconds, values: [...values], text: lines.join('\n') }
}
