import type { DnsLookup } from '@sternpost/network'
import type { DnsWriter } from '../dns/dns-writer.ts'
import type { RecordSet } from '../dns/record-set.ts'
import { type AskEveryServer, verifyRecords } from '../dns/verify-records.ts'
import { type ChallengeSolver, dnsChallengeText } from './acme/challenge-answers.ts'
import { CertificateFault } from './certificate-issues.ts'

export interface DnsChallengeOptions {
  readonly dns: Pick<DnsLookup, 'lookup'>
  readonly writers: readonly DnsWriter[]
  readonly askEveryServer: AskEveryServer
  readonly wait: (milliseconds: number) => Promise<void>
}

/** Short, as nobody asks for it twice. */
const TTL_SECONDS = 60
const MAX_ALIASES = 8
/** How long the servers of a zone may lag behind one another. */
const SPREAD_SECONDS = 120

/**
 * Answers DNS-01 challenges through the configured writers: a TXT record at `_acme-challenge.<host>`, or where a CNAME
 * there leads to.
 *
 * Shape: undefined where no writer may write that name. Values of others at the same name stay.
 * Errors: `CertificateFault` with `dns-not-written`.
 * Source: RFC 8555 §8.4.
 */
export async function dnsChallengeSolver(
  host: string,
  options: DnsChallengeOptions,
): Promise<ChallengeSolver | undefined> {
  const place = await placeOf(`_acme-challenge.${host}`, options)
  if (place === undefined) return undefined
  const { name, writer } = place
  const texts = new Map<string, string>()
  return {
    async put(_host, token, keyAuthorization) {
      const text = dnsChallengeText(keyAuthorization)
      texts.set(token, text)
      await change(writer, name, values => [...values.filter(value => value !== text), text])
      await awaitEverywhere(name, text, options)
    },
    async remove(_host, token) {
      const text = texts.get(token)
      if (text !== undefined) await change(writer, name, values => values.filter(value => value !== text))
    },
  }
}

/**
 * Finds where the record is to stand, and who writes it; undefined where nobody does.
 *
 * Shape: a name that a writer has is read from where it is written and not looked up, as resolvers remember for a while
 * that there is nothing.
 */
async function placeOf(
  name: string,
  { dns, writers }: DnsChallengeOptions,
): Promise<{ readonly name: string; readonly writer: DnsWriter } | undefined> {
  if (writers.length === 0) return undefined
  let at = name
  for (let aliases = 0; aliases < MAX_ALIASES; aliases += 1) {
    const writer = writerFor(at, writers)
    const target = writer === undefined ? await aliasInDns(at, dns) : await aliasAtWriter(at, writer)
    if (target !== undefined) at = target
    else return writer === undefined ? undefined : { name: at, writer }
  }
  return undefined
}

async function aliasInDns(name: string, dns: Pick<DnsLookup, 'lookup'>): Promise<string | undefined> {
  const answer = await dns.lookup(name, 'CNAME', { fresh: true })
  return answer.kind === 'records' ? answer.records[0] : undefined
}

/** What keeps a writer from reading will keep it from writing too, and is told then. */
async function aliasAtWriter(name: string, writer: DnsWriter): Promise<string | undefined> {
  const sets = await writer.read([name]).catch(() => [])
  return sets.find(set => set.name === name && set.type === 'CNAME')?.values[0]
}

/** The writer with the zone that holds the name most closely. */
function writerFor(name: string, writers: readonly DnsWriter[]): DnsWriter | undefined {
  const zones = writers.flatMap(writer => writer.zones.map(zone => ({ writer, zone })))
  return zones
    .filter(({ zone }) => name === zone || name.endsWith(`.${zone}`))
    .sort((a, b) => b.zone.length - a.zone.length)[0]?.writer
}

async function change(
  writer: DnsWriter,
  name: string,
  next: (values: readonly string[]) => readonly string[],
): Promise<void> {
  let why: unknown
  // Somebody may write at the same name between reading and writing.
  for (let tries = 0; tries < 3; tries += 1) {
    try {
      const before = textsAt(name, await writer.read([name]))
      const after = next(before)
      const [outcome] = await writer.apply([{ name, type: 'TXT', before, after, ttlSeconds: TTL_SECONDS }])
      if (outcome?.ok === true) return
      why = outcome?.error
      if (outcome?.error.code !== 'dns-write/changed-meanwhile') break
    } catch (error) {
      why = error
      break
    }
  }
  const message = why instanceof Error ? why.message : 'the writer did not say why'
  throw new CertificateFault('certificate/dns-not-written', `${name} TXT: ${message}`, { cause: why })
}

function textsAt(name: string, sets: readonly RecordSet[]): readonly string[] {
  return sets.find(set => set.name === name && set.type === 'TXT')?.values ?? []
}

async function awaitEverywhere(
  name: string,
  text: string,
  { askEveryServer, wait }: DnsChallengeOptions,
): Promise<void> {
  const wanted = [{ name, type: 'TXT', values: [text], gone: [] } as const]
  const [verdict] = await verifyRecords(wanted, {
    ask: askEveryServer,
    // Servers take real time, whatever the clock says.
    now: () => performance.now(),
    sleep: wait,
    timeoutSeconds: SPREAD_SECONDS,
  })
  if (verdict?.verified === true) return
  const late = verdict?.servers.find(({ verified }) => !verified)
  throw new CertificateFault(
    'certificate/dns-not-written',
    `${name} TXT was written, but ${late === undefined ? 'no authoritative server can be asked' : `${late.server} does not have it`}`,
  )
}
