import * as z from 'zod'
import { type ApiAnswer, apiError, askApi } from './api-request.ts'
import { applyByName } from './apply-by-name.ts'
import type { DnsChange, DnsWriter } from './dns-writer.ts'
import { cloudflareRecord } from './formats/cloudflare-json.ts'
import { readQuotedStrings } from './formats/quoted-text.ts'
import { DnsWriteError } from './issues.ts'
import { type Environment, readSecret } from './read-secret.ts'
import {
  type RecordSet,
  type RecordSetType,
  recordSetKey,
  recordSetTypes,
  sameValues,
  zoneHolding,
} from './record-set.ts'
import type { CloudflareSettings } from './writer-settings.ts'

const PAGE = 100
const MAX_PAGES = 50
/** What Cloudflare serves where a TTL of 1 ("automatic") is set. */
const AUTOMATIC_TTL_SECONDS = 300

const envelope = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number().optional(), message: z.string() })).default([]),
  result: z.unknown(),
  result_info: z.object({ total_pages: z.number().optional() }).nullish(),
})
const zonesSchema = z.array(z.object({ id: z.string().regex(/^[0-9a-f]{32}$/), name: z.string() }))
const recordsSchema = z.array(
  z.object({
    id: z.string().regex(/^[0-9a-zA-Z]{1,64}$/),
    type: z.string(),
    name: z.string(),
    content: z.string().optional(),
    ttl: z.number(),
    data: z
      .object({
        usage: z.number(),
        selector: z.number(),
        matching_type: z.number(),
        certificate: z.string(),
      })
      .partial()
      .nullish(),
  }),
)

interface StandingRecord {
  readonly id: string
  readonly type: RecordSetType
  readonly value: string
  readonly ttlSeconds: number
}

export interface CloudflareWriterOptions {
  readonly settings: CloudflareSettings
  readonly env: Environment
}

/**
 * Writes records by the API of Cloudflare, version 4.
 *
 * Changes at one name are one batch, which it makes in one transaction. It knows no condition on what stood there
 * before, so that is read again right before the batch.
 * Source: https://developers.cloudflare.com/api/resources/dns/subresources/records/
 */
export function createCloudflareWriter({ settings, env }: CloudflareWriterOptions): DnsWriter {
  const zoneIds = new Map<string, string>()

  async function call(
    method: string,
    path: string,
    body: object | undefined,
    signal: AbortSignal | undefined,
  ): Promise<z.output<typeof envelope>> {
    const token = readSecret({ file: settings.tokenFile, variable: 'CLOUDFLARE_API_TOKEN' }, env)
    const label = 'the API of Cloudflare'
    const request = new Request(`${settings.apiUrl.replace(/\/$/, '')}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${firstLine(token)}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const answer = await askApi(request, { label, timeoutMs: settings.timeoutSeconds * 1000, signal })
    const parsed = envelope.safeParse(parseJson(answer))
    const said = parsed.success
      ? parsed.data.errors.map(({ code, message }) => `${message}${code === undefined ? '' : ` (${code})`}`)
      : []
    if (answer.status !== 200 || (parsed.success && !parsed.data.success))
      throw apiError(label, answer, said.join('; '))
    if (!parsed.success) throw malformed()
    return parsed.data
  }

  async function zoneIdOf(name: string, signal: AbortSignal | undefined): Promise<string> {
    const zone = zoneHolding(name, settings.zones)
    if (zone === undefined) throw zoneUnknown(name, settings.name)
    const known = zoneIds.get(zone)
    if (known !== undefined) return known
    const { result } = await call('GET', `/zones?${new URLSearchParams({ name: zone })}`, undefined, signal)
    const zones = zonesSchema.safeParse(result)
    if (!zones.success) throw malformed()
    const found = zones.data.find(each => each.name.toLowerCase() === zone)
    if (found === undefined)
      throw new DnsWriteError('dns-write/zone-unknown', `the token of ${settings.name} sees no zone ${zone}`)
    zoneIds.set(zone, found.id)
    return found.id
  }

  async function recordsAt(
    zoneId: string,
    name: string,
    signal: AbortSignal | undefined,
  ): Promise<readonly StandingRecord[]> {
    const standing: StandingRecord[] = []
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const query = new URLSearchParams({ 'name.exact': name, page: String(page), per_page: String(PAGE) })
      const answer = await call('GET', `/zones/${zoneId}/dns_records?${query}`, undefined, signal)
      const records = recordsSchema.safeParse(answer.result)
      if (!records.success) throw malformed()
      standing.push(...records.data.flatMap(record => standingRecord(record, name)))
      if (page >= (answer.result_info?.total_pages ?? 1)) break
    }
    return standing
  }

  async function applyAt(
    name: string,
    changes: readonly DnsChange[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const zoneId = await zoneIdOf(name, signal)
    const standing = await recordsAt(zoneId, name, signal)
    const ofType = (type: RecordSetType) => standing.filter(record => record.type === type)
    for (const { type, before } of changes) {
      const now = ofType(type).map(({ value }) => value)
      if (sameValues([...new Set(now)], before)) continue
      const message = `${name} ${type} has changed since it was read`
      throw new DnsWriteError('dns-write/changed-meanwhile', message)
    }
    const deletes: { readonly id: string }[] = []
    const posts: object[] = []
    for (const { type, after, ttlSeconds } of changes) {
      const stays = (record: StandingRecord) =>
        after.includes(record.value) && record.ttlSeconds === ttlSeconds
      const here = ofType(type)
      deletes.push(...here.filter(record => !stays(record)).map(({ id }) => ({ id })))
      const lacking = after.filter(value => !here.some(record => record.value === value && stays(record)))
      posts.push(...lacking.map(value => cloudflareRecord(name, type, value, ttlSeconds)))
    }
    // Deletes come before posts, whatever their order in the request.
    await call('POST', `/zones/${zoneId}/dns_records/batch`, { deletes, posts }, signal)
  }

  return {
    name: settings.name,
    kind: 'cloudflare',
    zones: settings.zones,

    async read(names, signal) {
      const sets: RecordSet[] = []
      for (const name of names)
        sets.push(...asSets(name, await recordsAt(await zoneIdOf(name, signal), name, signal)))
      return sets
    },

    apply: (changes, signal) => applyByName(changes, (name, together) => applyAt(name, together, signal)),
  }
}

function standingRecord(
  record: z.output<typeof recordsSchema>[number],
  name: string,
): readonly StandingRecord[] {
  const type = recordSetTypes.find(each => each === record.type)
  if (type === undefined || record.name.toLowerCase() !== name) return []
  const value = plainValue(type, record)
  if (value === undefined) return []
  const ttlSeconds = record.ttl === 1 ? AUTOMATIC_TTL_SECONDS : record.ttl
  return [{ id: record.id, type, value, ttlSeconds }]
}

function plainValue(
  type: RecordSetType,
  { content, data }: z.output<typeof recordsSchema>[number],
): string | undefined {
  switch (type) {
    case 'TXT':
      return content === undefined ? undefined : readQuotedStrings(content)
    case 'CNAME':
      return content?.toLowerCase().replace(/\.$/, '')
    case 'TLSA':
      return data === undefined || data === null
        ? content?.toLowerCase()
        : `${data.usage} ${data.selector} ${data.matching_type} ${data.certificate?.toLowerCase()}`
    case 'A':
    case 'AAAA':
      return content?.toLowerCase()
  }
}

function asSets(name: string, records: readonly StandingRecord[]): readonly RecordSet[] {
  const sets = Map.groupBy(records, ({ type }) => recordSetKey({ name, type }))
  return [...sets.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return []
    const values = [...new Set([first, ...others].map(({ value }) => value))]
    return [{ name, type: first.type, values, ttlSeconds: first.ttlSeconds }]
  })
}

function zoneUnknown(name: string, writer: string): DnsWriteError {
  return new DnsWriteError('dns-write/zone-unknown', `${name} is in no zone of the writer ${writer}`)
}

function malformed(): DnsWriteError {
  return new DnsWriteError(
    'dns-write/malformed-reply',
    'the API of Cloudflare sent something that is not as documented',
  )
}

function parseJson({ text }: ApiAnswer): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function firstLine(text: string): string {
  return text.trim().split(/\s/)[0] ?? ''
}
