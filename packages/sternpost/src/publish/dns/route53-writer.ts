import { AwsClient } from 'aws4fetch'
import { type ApiAnswer, apiError, askApi } from './api-request.ts'
import { applyByName } from './apply-by-name.ts'
import type { DnsChange, DnsWriter } from './dns-writer.ts'
import { quotedStrings, readQuotedStrings } from './formats/quoted-text.ts'
import { DnsWriteError, type DnsWriteIssueCode } from './issues.ts'
import { type Environment, readSecret } from './read-secret.ts'
import { type RecordSet, type RecordSetType, recordSetTypes, sameValues, zoneHolding } from './record-set.ts'
import type { Route53Settings } from './writer-settings.ts'
import { escapeXml, readElements, readText } from './xml-text.ts'

const VERSION = '2013-04-01'
const NAMESPACE = `https://route53.amazonaws.com/doc/${VERSION}/`
const LABEL = 'the API of Route 53'
/** Sets of one name: one for each type, more only with routing policies. */
const MAX_SETS = 100

/** A set as it stands, and as it must be named to be deleted. */
interface StandingSet extends RecordSet {
  readonly rawValues: readonly string[]
}

export interface Route53WriterOptions {
  readonly settings: Route53Settings
  readonly env: Environment
}

/**
 * Writes records by the API of Amazon Route 53.
 *
 * Changes at one name are one change batch, all or none. What stood there before is deleted by its exact values, which
 * Route 53 refuses where somebody changed them meanwhile. Sets with a routing policy and aliases of its own kind are
 * not ours to read or write: such a name is refused.
 * Source: https://docs.aws.amazon.com/Route53/latest/APIReference/
 */
export function createRoute53Writer({ settings, env }: Route53WriterOptions): DnsWriter {
  const zoneIds = new Map<string, string>()

  async function call(
    path: string,
    body: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const client = new AwsClient({
      ...credentials(settings, env),
      service: 'route53',
      region: 'us-east-1',
      retries: 0,
    })
    const request = await client.sign(`${settings.apiUrl.replace(/\/$/, '')}/${VERSION}/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      ...(body === undefined ? {} : { body, headers: { 'content-type': 'text/xml' } }),
    })
    const answer = await askApi(request, { label: LABEL, timeoutMs: settings.timeoutSeconds * 1000, signal })
    if (answer.status !== 200) throw asError(answer)
    return answer.text
  }

  async function zoneIdOf(name: string, signal: AbortSignal | undefined): Promise<string> {
    const zone = zoneHolding(name, settings.zones)
    if (zone === undefined)
      throw new DnsWriteError(
        'dns-write/zone-unknown',
        `${name} is in no zone of the writer ${settings.name}`,
      )
    const known = zoneIds.get(zone)
    if (known !== undefined) return known
    const xml = await call(
      `hostedzonesbyname?dnsname=${encodeURIComponent(zone)}&maxitems=10`,
      undefined,
      signal,
    )
    const zones = readElements(xml, 'HostedZone').filter(
      ({ inner }) => readText(inner, 'Name') === `${zone}.` && readText(inner, 'PrivateZone') !== 'true',
    )
    const id = zones.map(({ inner }) => readText(inner, 'Id')?.replace(/^\/hostedzone\//, ''))[0]
    if (id === undefined || !/^[A-Z0-9]{1,32}$/.test(id) || zones.length > 1) {
      const problem = zones.length > 1 ? 'several public hosted zones' : 'no public hosted zone'
      throw new DnsWriteError(
        'dns-write/zone-unknown',
        `Route 53 has ${problem} ${zone} for these credentials`,
      )
    }
    zoneIds.set(zone, id)
    return id
  }

  async function setsAt(
    zoneId: string,
    name: string,
    signal: AbortSignal | undefined,
  ): Promise<readonly StandingSet[]> {
    // The list begins at the name and goes on beyond it.
    const query = `name=${encodeURIComponent(name)}&maxitems=${MAX_SETS}`
    const xml = await call(`hostedzone/${zoneId}/rrset?${query}`, undefined, signal)
    return readElements(xml, 'ResourceRecordSet').flatMap(({ inner }) => standingSet(inner, name))
  }

  async function applyAt(
    name: string,
    changes: readonly DnsChange[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const zoneId = await zoneIdOf(name, signal)
    const standing = await setsAt(zoneId, name, signal)
    const written: string[] = []
    for (const change of changes) {
      const set = standing.find(({ type }) => type === change.type)
      if (!sameValues(set?.values ?? [], change.before)) {
        const message = `${name} ${change.type} has changed since it was read`
        throw new DnsWriteError('dns-write/changed-meanwhile', message)
      }
      if (set !== undefined)
        written.push(changeXml('DELETE', name, change.type, set.ttlSeconds, set.rawValues))
    }
    for (const { type, after, ttlSeconds } of changes)
      if (after.length > 0)
        written.push(
          changeXml(
            'CREATE',
            name,
            type,
            ttlSeconds,
            after.map(value => rawValue(type, value)),
          ),
        )
    const body = `<?xml version="1.0" encoding="UTF-8"?>
<ChangeResourceRecordSetsRequest xmlns="${NAMESPACE}"><ChangeBatch><Comment>Written by Sternpost</Comment><Changes>${written.join('')}</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>`
    await call(`hostedzone/${zoneId}/rrset/`, body, signal)
  }

  return {
    name: settings.name,
    kind: 'route53',
    zones: settings.zones,

    async read(names, signal) {
      const sets: RecordSet[] = []
      for (const name of names) {
        const standing = await setsAt(await zoneIdOf(name, signal), name, signal)
        sets.push(...standing.map(({ rawValues: _, ...set }) => set))
      }
      return sets
    },

    apply: (changes, signal) => applyByName(changes, (name, together) => applyAt(name, together, signal)),
  }
}

function standingSet(xml: string, name: string): readonly StandingSet[] {
  const type = recordSetTypes.find(each => each === readText(xml, 'Type'))
  // Route 53 writes everything beyond letters, digits, - and _ as three octal digits.
  if (type === undefined || readText(xml, 'Name')?.toLowerCase() !== `${name}.`) return []
  if (readElements(xml, 'AliasTarget').length > 0 || readElements(xml, 'SetIdentifier').length > 0) {
    const message = `${name} ${type} is an alias of Route 53 or has a routing policy; Sternpost leaves such records alone`
    throw new DnsWriteError('dns-write/refused', message)
  }
  const rawValues = readElements(xml, 'ResourceRecord').map(({ inner }) => readText(inner, 'Value'))
  const ttlSeconds = Number(readText(xml, 'TTL'))
  const values = rawValues.map(raw => (raw === undefined ? undefined : plainValue(type, raw)))
  if (!Number.isInteger(ttlSeconds) || values.length === 0 || values.includes(undefined))
    throw new DnsWriteError(
      'dns-write/malformed-reply',
      `${LABEL} sent a record set that is not as documented`,
    )
  return [{ name, type, ttlSeconds, values: values as string[], rawValues: rawValues as string[] }]
}

function plainValue(type: RecordSetType, raw: string): string | undefined {
  if (type === 'TXT') return readQuotedStrings(raw, 8)
  const folded = raw.toLowerCase()
  return type === 'CNAME' ? folded.replace(/\.$/, '') : folded
}

function rawValue(type: RecordSetType, value: string): string {
  if (type === 'TXT') return quotedStrings(value, 8)
  return type === 'CNAME' ? `${value}.` : value
}

function changeXml(
  action: 'CREATE' | 'DELETE',
  name: string,
  type: RecordSetType,
  ttlSeconds: number,
  rawValues: readonly string[],
): string {
  const records = rawValues.map(
    value => `<ResourceRecord><Value>${escapeXml(value)}</Value></ResourceRecord>`,
  )
  return `<Change><Action>${action}</Action><ResourceRecordSet><Name>${name}.</Name><Type>${type}</Type><TTL>${ttlSeconds}</TTL><ResourceRecords>${records.join('')}</ResourceRecords></ResourceRecordSet></Change>`
}

/** What the codes of Route 53 mean here, where the status alone does not tell. */
const codes: Readonly<Record<string, DnsWriteIssueCode>> = {
  Throttling: 'dns-write/rate-limited',
  ThrottlingException: 'dns-write/rate-limited',
  PriorRequestNotComplete: 'dns-write/rate-limited',
  InvalidChangeBatch: 'dns-write/changed-meanwhile',
  NoSuchHostedZone: 'dns-write/zone-unknown',
  InvalidClientTokenId: 'dns-write/credentials',
  SignatureDoesNotMatch: 'dns-write/credentials',
  ExpiredToken: 'dns-write/credentials',
}

function asError(answer: ApiAnswer): DnsWriteError {
  const code = readText(answer.text, 'Code') ?? ''
  // InvalidChangeBatch has its messages without an Error around them.
  const message = readText(answer.text, 'Message') ?? ''
  const known =
    codes[code] ?? (answer.text.includes('<InvalidChangeBatch') ? codes.InvalidChangeBatch : undefined)
  const error = apiError(LABEL, answer, [code, message].filter(text => text !== '').join(': '))
  return known === undefined ? error : new DnsWriteError(known, error.message, error.retryAfterSeconds)
}

function credentials(settings: Route53Settings, env: Environment) {
  if (settings.credentialsFile === undefined) {
    const sessionToken = env.AWS_SESSION_TOKEN
    return {
      accessKeyId: readSecret({ variable: 'AWS_ACCESS_KEY_ID' }, env).trim(),
      secretAccessKey: readSecret({ variable: 'AWS_SECRET_ACCESS_KEY' }, env).trim(),
      ...(sessionToken === undefined || sessionToken === '' ? {} : { sessionToken }),
    }
  }
  const text = readSecret({ file: settings.credentialsFile }, env)
  const setting = (key: string) => new RegExp(`^\\s*${key}\\s*=\\s*(\\S+)\\s*$`, 'm').exec(text)?.[1]
  const [accessKeyId, secretAccessKey, sessionToken] = [
    setting('aws_access_key_id'),
    setting('aws_secret_access_key'),
    setting('aws_session_token'),
  ]
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    const message = `${settings.credentialsFile} lacks aws_access_key_id or aws_secret_access_key`
    throw new DnsWriteError('dns-write/credentials', message)
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }
}
