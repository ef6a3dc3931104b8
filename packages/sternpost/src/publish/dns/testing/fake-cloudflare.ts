import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FakeRecord {
  readonly id: string
  readonly type: string
  readonly name: string
  readonly content: string
  readonly ttl: number
  readonly proxied?: boolean
  readonly data?: Readonly<Record<string, unknown>>
}

/** The part of Cloudflare's API that is spoken to, made after its published description; nothing of it is ours. */
export interface FakeCloudflare {
  readonly url: string
  readonly records: FakeRecord[]
  /** `METHOD path?query` of every request, in order. */
  readonly requests: string[]
  /** The next answers, in place of what would be said: status, and headers. */
  readonly faults: {
    readonly status: number
    readonly headers?: Record<string, string>
    readonly body?: string
  }[]
  close(): Promise<void>
}

export const FAKE_TOKEN = 'fake-token-0123456789'
export const FAKE_ZONE_ID = '0123456789abcdef0123456789abcdef'

/** Serves the zone `example.com` on a free port. */
export async function startFakeCloudflare(): Promise<FakeCloudflare> {
  const records: FakeRecord[] = []
  const requests: string[] = []
  const faults: FakeCloudflare['faults'] = []
  let nextId = 1

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake')
    requests.push(`${request.method ?? ''} ${url.pathname}${url.search}`)
    const fault = faults.shift()
    if (fault !== undefined) {
      response.writeHead(fault.status, fault.headers)
      response.end(fault.body ?? failure(971, 'Please wait and consider throttling your request speed'))
      return
    }
    const say = (status: number, body: string) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(body)
    }
    if (request.headers.authorization !== `Bearer ${FAKE_TOKEN}`)
      return say(403, failure(9109, 'Invalid access token'))
    const prefix = `/client/v4/zones/${FAKE_ZONE_ID}/dns_records`
    if (request.method === 'GET' && url.pathname === '/client/v4/zones') {
      const found = url.searchParams.get('name') === 'example.com'
      return say(200, success(found ? [{ id: FAKE_ZONE_ID, name: 'example.com', status: 'active' }] : []))
    }
    if (request.method === 'GET' && url.pathname === prefix) {
      const page = Number(url.searchParams.get('page') ?? 1)
      const size = 2
      const all = records.filter(({ name }) => name === url.searchParams.get('name.exact'))
      const pages = Math.max(1, Math.ceil(all.length / size))
      const part = all.slice((page - 1) * size, page * size)
      return say(200, success(part, { page, per_page: size, total_pages: pages, total_count: all.length }))
    }
    if (request.method === 'POST' && url.pathname === `${prefix}/batch`) {
      const { deletes = [], posts = [] } = JSON.parse(await bodyOf(request)) as {
        deletes?: { id: string }[]
        posts?: Omit<FakeRecord, 'id'>[]
      }
      const kept = records.filter(({ id }) => !deletes.some(each => each.id === id))
      const clash = posts.find(post =>
        kept.some(each => each.name === post.name && (each.type === 'CNAME') !== (post.type === 'CNAME')),
      )
      // One transaction: all or none.
      if (clash !== undefined)
        return say(400, failure(81054, 'A CNAME record with that host already exists.'))
      records.splice(0, records.length, ...kept)
      records.push(...posts.map(post => ({ ...post, id: String(nextId++).padStart(32, 'a') })))
      return say(200, success({ deletes, posts }))
    }
    say(404, failure(7003, 'Could not route to the path'))
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/client/v4`,
    records,
    requests,
    faults,
    close: () => new Promise(resolve => server.close(() => resolve())),
  }
}

function success(result: unknown, info?: object): string {
  return JSON.stringify({
    success: true,
    errors: [],
    messages: [],
    result,
    ...(info ? { result_info: info } : {}),
  })
}

function failure(code: number, message: string): string {
  return JSON.stringify({ success: false, errors: [{ code, message }], messages: [], result: null })
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
