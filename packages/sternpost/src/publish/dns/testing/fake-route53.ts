import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AwsClient } from 'aws4fetch'
import { bodyOf } from './fake-cloudflare.ts'

/** A record set as Route 53 keeps it: values in its own spelling. */
export interface FakeSet {
  readonly name: string
  readonly type: string
  readonly ttl: number
  readonly values: readonly string[]
  /** Markup put into the set, such as an AliasTarget. */
  readonly more?: string
}

/** The part of Route 53's API that is spoken to, made after its published description; nothing of it is ours. */
export interface FakeRoute53 {
  readonly url: string
  readonly sets: FakeSet[]
  readonly faults: { readonly status: number; readonly body: string }[]
  readonly bodies: string[]
  close(): Promise<void>
}

export const FAKE_KEY = { accessKeyId: 'AKIAFAKEFAKEFAKEFAKE', secretAccessKey: 'fake-secret-access-key' }
const ZONE_ID = 'Z0123456789ABCDEFGHIJ'
const NAMESPACE = 'https://route53.amazonaws.com/doc/2013-04-01/'

/** Serves the zone `example.com` on a free port; requests must be signed with `FAKE_KEY`. */
export async function startFakeRoute53(): Promise<FakeRoute53> {
  const sets: FakeSet[] = []
  const faults: FakeRoute53['faults'] = []
  const bodies: string[] = []
  let origin = ''

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request)
    const say = (status: number, xml: string) => {
      response.writeHead(status, { 'content-type': 'text/xml' })
      response.end(`<?xml version="1.0"?>\n${xml}`)
    }
    const fault = faults.shift()
    if (fault !== undefined) return say(fault.status, fault.body)
    if (!(await isSigned(request, body, origin))) return say(403, errorXml('SignatureDoesNotMatch', 'no'))
    const url = new URL(request.url ?? '/', origin)
    if (url.pathname === '/2013-04-01/hostedzonesbyname') {
      return say(
        200,
        `<ListHostedZonesByNameResponse xmlns="${NAMESPACE}"><HostedZones>
<HostedZone><Id>/hostedzone/ZPRIVATE</Id><Name>example.com.</Name><Config><PrivateZone>true</PrivateZone></Config></HostedZone>
<HostedZone><Id>/hostedzone/${ZONE_ID}</Id><Name>example.com.</Name><Config><Comment/><PrivateZone>false</PrivateZone></Config><ResourceRecordSetCount>2</ResourceRecordSetCount></HostedZone>
<HostedZone><Id>/hostedzone/ZOTHER</Id><Name>example.net.</Name><Config><PrivateZone>false</PrivateZone></Config></HostedZone>
</HostedZones><IsTruncated>false</IsTruncated><MaxItems>10</MaxItems></ListHostedZonesByNameResponse>`,
      )
    }
    if (request.method === 'GET' && url.pathname === `/2013-04-01/hostedzone/${ZONE_ID}/rrset`) {
      return say(
        200,
        `<ListResourceRecordSetsResponse xmlns="${NAMESPACE}"><ResourceRecordSets>${sets.map(setXml).join('')}</ResourceRecordSets><IsTruncated>false</IsTruncated><MaxItems>100</MaxItems></ListResourceRecordSetsResponse>`,
      )
    }
    if (request.method === 'POST' && url.pathname === `/2013-04-01/hostedzone/${ZONE_ID}/rrset/`) {
      bodies.push(body)
      return change(body, say)
    }
    say(404, errorXml('NoSuchHostedZone', 'No hosted zone found with ID'))
  }

  /** All or none; a deletion must name the set just as it is. */
  function change(body: string, say: (status: number, xml: string) => void): void {
    const after = [...sets]
    for (const [, action, inner = ''] of body.matchAll(
      /<Change><Action>(CREATE|DELETE)<\/Action><ResourceRecordSet>(.*?)<\/ResourceRecordSet><\/Change>/gs,
    )) {
      const set = parseSet(inner)
      const at = after.findIndex(each => each.name === set.name && each.type === set.type)
      const same = JSON.stringify(after[at]) === JSON.stringify(set)
      if (action === 'DELETE' ? !same : at !== -1) {
        const message = `Tried to ${action?.toLowerCase()} resource record set [name='${set.name}', type='${set.type}'] but the values provided do not match the current values`
        return say(
          400,
          `<InvalidChangeBatch xmlns="${NAMESPACE}"><Messages><Message>${message}</Message></Messages><RequestId>1</RequestId></InvalidChangeBatch>`,
        )
      }
      if (action === 'DELETE') after.splice(at, 1)
      else after.push(set)
    }
    sets.splice(0, sets.length, ...after)
    say(
      200,
      `<ChangeResourceRecordSetsResponse xmlns="${NAMESPACE}"><ChangeInfo><Id>/change/C1</Id><Status>PENDING</Status></ChangeInfo></ChangeResourceRecordSetsResponse>`,
    )
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: origin,
    sets,
    faults,
    bodies,
    close: () => new Promise(resolve => server.close(() => resolve())),
  }
}

/** Signs the same request at the time it claims, and compares. */
async function isSigned(request: IncomingMessage, body: string, origin: string): Promise<boolean> {
  const client = new AwsClient({ ...FAKE_KEY, service: 'route53', region: 'us-east-1' })
  const signed = await client.sign(`${origin}${request.url ?? '/'}`, {
    method: request.method ?? 'GET',
    ...(body === '' ? {} : { body, headers: { 'content-type': 'text/xml' } }),
    aws: { datetime: String(request.headers['x-amz-date']) },
  })
  return signed.headers.get('authorization') === request.headers.authorization
}

function setXml({ name, type, ttl, values, more = '' }: FakeSet): string {
  const records = values.map(
    value => `<ResourceRecord><Value>${escapeEntities(value)}</Value></ResourceRecord>`,
  )
  return `<ResourceRecordSet><Name>${name}</Name><Type>${type}</Type>${more}<TTL>${ttl}</TTL><ResourceRecords>${records.join('')}</ResourceRecords></ResourceRecordSet>`
}

function parseSet(xml: string): FakeSet {
  const text = (tag: string) => new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(xml)?.[1] ?? ''
  const values = [...xml.matchAll(/<Value>(.*?)<\/Value>/gs)].map(([, value = '']) =>
    value.replaceAll(/&#([0-9]+);/g, (_, code: string) => String.fromCharCode(Number(code))),
  )
  return { name: text('Name'), type: text('Type'), ttl: Number(text('TTL')), values }
}

function escapeEntities(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

export function errorXml(code: string, message: string): string {
  return `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`
}
