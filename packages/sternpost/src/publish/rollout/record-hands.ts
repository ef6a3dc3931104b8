import { type DomainName, formatMtaStsRecord } from '@sternpost/protocol'
import type { Clock } from '../../base/index.ts'
import { type RecordSettings, recordsOfDomain } from '../dns/domain-records.ts'
import type { RecordPublisher, RecordOutcome as WrittenRecord } from '../dns/record-publisher.ts'
import { sleepOn } from '../dns/sleep.ts'
import { type AskEveryServer, type RecordVerdict, verifyRecords } from '../dns/verify-records.ts'
import type { WantedRecord } from '../dns/wanted-records.ts'
import type { PublishStore } from '../domains/publish-store.ts'
import type { PublishedDomain } from '../domains/published-domain.ts'
import type { RecordHands } from './create-publication-hands.ts'
import type { RecordOutcome } from './publication-hands.ts'

/** An attempt ends before the claim on its publication does. */
const ATTEMPT_MS = 120_000

/** Writes and sees the records of a roll-out through the DNS writers, or tells a person what to set. */
export function createRecordHands(options: {
  readonly publish: PublishStore
  readonly publisher: RecordPublisher
  readonly ask: AskEveryServer
  readonly settings: RecordSettings & { readonly ttlSeconds: number }
  readonly clock: Clock
}): RecordHands {
  const { publish, publisher, ask, settings, clock } = options

  async function apply(published: PublishedDomain, wanted: readonly WantedRecord[]): Promise<RecordOutcome> {
    const asks = published.dns.apply === 'ask'
    const { outcomes, verdicts } = await publisher.apply(wanted, {
      // Who wants to be asked sets the record himself, or says `records --apply`.
      domainWriter: asks ? 'none' : published.dns.writer,
      verifyTimeoutSeconds: 0,
      signal: AbortSignal.timeout(ATTEMPT_MS),
    })
    // What a person has set already is as good as written.
    const isSeen = ({ record }: WrittenRecord) =>
      verdicts.some(({ name, type, verified }) => verified && name === record.name && type === record.type)
    // Beside a record that is wanted, what must not be there only says that it stands alone.
    const isRemoval = wanted.every(({ values }) => values.length === 0)
    const isOpen = (outcome: WrittenRecord) =>
      outcome.state !== 'by-hand' || (!isSeen(outcome) && (isRemoval || outcome.record.values.length > 0))
    return summarize(outcomes.filter(isOpen))
  }

  return {
    ttlSeconds: settings.ttlSeconds,
    async prepare(domain) {
      const published = await publish.get(domain)
      if (published === undefined) return gone(domain)
      const all = wantedOf(published, null)
      const wanted = all.filter(({ purpose }) => purpose !== 'policy-id')
      return apply(published, wanted)
    },
    async write(domain, policyId) {
      const published = await publish.get(domain)
      if (published === undefined) return gone(domain)
      const all = wantedOf(published, policyId)
      return apply(
        published,
        all.filter(({ purpose }) => purpose === 'policy-id'),
      )
    },
    async see(domain, policyId) {
      const published = await publish.get(domain)
      if (published === undefined)
        return { isEverywhere: policyId === null, note: `${domain} is not published here` }
      const text = policyId === null ? undefined : recordText(policyId)
      const versions = await publish.versions(domain)
      const others = versions.map(version => recordText(version.policyId)).filter(other => other !== text)
      const all = wantedOf(published, policyId)
      const expected = all
        .filter(({ purpose, type }) => purpose === 'policy-id' && type === 'TXT')
        // With a CNAME in the domain's zone the text stands at the operator's name alone.
        .filter(({ part }) => published.delegation === 'direct' || part === 'operator')
        .map(({ name, type, values }) => ({ name, type, values, gone: others }))
      const verdicts = await verifyRecords(expected, {
        ask,
        now: () => clock.now(),
        sleep: (milliseconds, signal) => sleepOn(clock, milliseconds, signal),
        timeoutSeconds: 0,
        signal: AbortSignal.timeout(ATTEMPT_MS),
      })
      return {
        isEverywhere: verdicts.length > 0 && verdicts.every(({ verified }) => verified),
        note: verdicts.map(describeVerdict).join('; '),
      }
    },
    async retire(domain) {
      const published = await publish.get(domain)
      if (published === undefined) return gone(domain)
      const all = recordsOfDomain(published, null, settings, { retire: true })
      const wanted = all.filter(({ purpose }) => purpose === 'policy-host' || purpose === 'policy-id')
      return apply(published, wanted)
    },
  }

  /** Errors: DnsWriteError where the settings do not fit the domain; the attempt has failed then. */
  function wantedOf(published: PublishedDomain, policyId: string | null): readonly WantedRecord[] {
    return recordsOfDomain(published, policyId, settings)
  }
}

function gone(domain: DomainName): RecordOutcome {
  return { kind: 'written', note: `${domain} is not published here any more` }
}

function recordText(policyId: string): string {
  return formatMtaStsRecord({ policyId, extensions: [] })
}

/** One outcome for several record sets: what failed counts most, then what a person must do. */
function summarize(outcomes: readonly WrittenRecord[]): RecordOutcome {
  const failed = outcomes.find(({ state }) => state === 'failed' || state === 'conflict')
  if (failed !== undefined) {
    const note = failed.error?.message ?? failed.conflict?.message ?? 'the record could not be written'
    return { kind: 'failed', note }
  }
  const byHand = outcomes.filter(({ state, record }) => state === 'by-hand' && record.values.length > 0)
  if (byHand.length > 0) return { kind: 'by-hand', note: `set by hand: ${byHand.map(lineOf).join('; ')}` }
  const removals = outcomes.filter(({ state }) => state === 'by-hand')
  if (removals.length > 0) {
    const names = removals.map(({ record }) => `${record.name} ${record.type}`)
    return { kind: 'by-hand', note: `remove by hand, if it is there: ${names.join(', ')}` }
  }
  const written = outcomes.filter(({ state }) => state === 'written')
  const note =
    written.length === 0 ? 'the records are as wanted already' : `written: ${written.map(lineOf).join('; ')}`
  return { kind: 'written', note }
}

function lineOf({ record: { name, type, ttlSeconds, values } }: WrittenRecord): string {
  if (values.length === 0) return `${name} ${type} removed`
  return `${name}. ${ttlSeconds} IN ${type} ${type === 'TXT' ? `"${values.join(' ')}"` : values.join(' ')}`
}

function describeVerdict({ name, servers, verified }: RecordVerdict): string {
  if (servers.length === 0) return `no authoritative server of ${name} could be found`
  if (verified)
    return `${servers.length === 1 ? 'the authoritative server says' : `all ${servers.length} authoritative servers say`} so at ${name}`
  const behind = servers.filter(server => !server.verified)
  const told = behind.map(({ server, values, problem }) => {
    if (problem !== undefined) return `${server}: ${problem}`
    return `${server} says ${values === undefined || values.length === 0 ? 'nothing' : values.join(', ')}`
  })
  return `at ${name} ${told.join('; ')}`
}
