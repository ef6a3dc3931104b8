import { setTimeout as delay } from 'node:timers/promises'
import type { Principal, Role, TokenScope } from '../../access/index.ts'
import { tokenScopes } from '../../access/index.ts'
import { askSocketmap } from '../../outbound/index.ts'
import { type ReportSketch, reportBytes } from '../../reports-received/testing/index.ts'
import { type LabDaemon, startLabDaemon } from './lab-daemon.ts'
import { runSternpost } from './run-sternpost.ts'

/** The domain of the customer who looks, and that of the other one. */
export const OURS = 'ours.example'
export const THEIRS = 'theirs.example'
/** Stands in every string that is stored about the other customer but their domain. */
export const SECRET = 'zz-secret-zz'

/** Somebody who asks, with the headers of a request. */
export interface Asker {
  readonly name: string
  readonly principal: Pick<Principal, 'role' | 'domains' | 'scopes' | 'kind'> | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly csrf: Readonly<Record<string, string>>
}

/** What there is of one customer, by the ids that paths take. */
export interface Ids {
  readonly domain: string
  readonly report: number
  readonly check: string
  readonly otherCheck: string
}

export interface MatrixWorld {
  readonly daemon: LabDaemon
  readonly ours: Ids
  readonly theirs: Ids
  readonly askers: readonly Asker[]
  /** Sends one request as somebody. */
  send(asker: Asker, method: string, path: string, body?: unknown): Promise<Response>
  close(): Promise<void>
}

const PASSWORD = 'a long enough password 42'
const REPORT_DAY = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10)

/** A daemon that serves two customers, with everybody who may ask it. */
export async function createMatrixWorld(): Promise<MatrixWorld> {
  const daemon = await startLabDaemon(
    {
      domains: {
        'bogus.example': { dnssec: 'bogus', mx: 'null-mx' },
        'good.example': { dnssec: 'secure', policy: {} },
        [OURS]: { policy: {} },
        [THEIRS]: {
          policy: { mx: [`mx.${SECRET}.example`] },
          mx: { [`mx.${SECRET}.example`]: {} },
          tlsRpt: `mailto:${SECRET}@${THEIRS}`,
        },
      },
    },
    `reportsReceived: { domains: [${OURS}, ${THEIRS}] }\n`,
  )
  const api = `${daemon.url}/api/v1`
  const send: MatrixWorld['send'] = (asker, method, path, body) =>
    fetch(api + path, {
      method,
      headers: {
        ...asker.headers,
        ...(method === 'GET' ? {} : asker.csrf),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined
        ? {}
        : { body: body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    })
  const nobody: Asker = { name: 'nobody', principal: undefined, headers: {}, csrf: {} }
  const json = async <T>(response: Promise<Response>): Promise<T> => {
    const found = await response
    if (!found.ok) throw new Error(`${found.url}: ${await found.text()}`)
    return (await found.json()) as T
  }

  // While there are no users, whoever is at the machine is an admin.
  await fillOutbound(daemon)
  await publish(daemon)
  const [ours, theirs] = [await fill(OURS, 'ours'), await fill(THEIRS, SECRET)]
  await json(send(nobody, 'POST', '/reports', reportOfBoth()))
  const askers = [nobody]
  const people = (['viewer', 'operator', 'admin'] as const).flatMap(role =>
    (['all', [OURS]] as const).map(domains => ({ role, domains })),
  )
  // The first has to be an admin of all; from then on nobody is let in by being at the machine.
  for (const person of people
    .toReversed()
    .toSorted(one => (one.domains === 'all' && one.role === 'admin' ? -1 : 1))) {
    const name = nameOf(person)
    const by = askers.find(({ name: known }) => known === 'admin of all') ?? nobody
    await json(send(by, 'POST', '/users', { name: name.replaceAll(' ', '-'), password: PASSWORD, ...person }))
    askers.push(await signIn(name))
  }
  const admin = askers.find(({ name }) => name === 'admin of all')!
  await json(
    send(admin, 'POST', '/users', {
      name: `${SECRET}-user`,
      password: PASSWORD,
      role: 'operator',
      domains: [THEIRS],
    }),
  )
  for (const domains of ['all', [OURS]] as const)
    for (const scope of tokenScopes) {
      const { text } = await json<{ text: string }>(
        send(admin, 'POST', '/tokens', { name: `${scope} ${domains}`, scopes: [scope], domains }),
      )
      askers.push({
        name: `token ${scope} of ${domains}`,
        principal: {
          kind: 'token',
          role: 'admin',
          domains: domains === 'all' ? 'all' : new Set(domains),
          scopes: new Set<TokenScope>([scope]),
        },
        headers: { authorization: `Bearer ${text}` },
        csrf: {},
      })
    }
  return { daemon, ours, theirs, askers, send, close: () => daemon.close() }

  async function fill(domain: string, mark: string): Promise<Ids> {
    const uploaded = await json<{ reports: { id: number }[] }>(
      send(nobody, 'POST', '/reports', reportBytes(sketch(domain, mark))),
    )
    const [check, otherCheck] = [await checked(domain), await checked(domain)]
    return { domain, report: uploaded.reports[0]?.id ?? 0, check, otherCheck }
  }

  async function checked(domain: string): Promise<string> {
    const { id } = await json<{ id: string }>(send(nobody, 'POST', '/checks', { domain }))
    for (;;) {
      const { state } = await json<{ state: string }>(send(nobody, 'GET', `/checks/${id}`))
      if (state === 'finished') return id
      await delay(100)
    }
  }

  async function signIn(name: string): Promise<Asker> {
    const response = await send(nobody, 'POST', '/session', {
      name: name.replaceAll(' ', '-'),
      password: PASSWORD,
    })
    const { csrfToken } = (await response.json()) as { csrfToken: string }
    const cookie = response.headers
      .getSetCookie()
      .map(text => text.split(';', 1)[0])
      .join('; ')
    const [role = 'viewer'] = name.split(' ') as [Role]
    return {
      name,
      principal: {
        kind: 'user',
        role,
        domains: name.endsWith('all') ? 'all' : new Set([OURS]),
        scopes: 'all',
      },
      headers: { cookie },
      csrf: { 'x-csrf-token': csrfToken },
    }
  }
}

function nameOf({ role, domains }: { readonly role: Role; readonly domains: 'all' | readonly string[] }) {
  return `${role} of ${domains === 'all' ? 'all' : 'ours'}`
}

function sketch(domain: string, mark: string): ReportSketch {
  return {
    domain,
    organization: `${mark} org`,
    day: REPORT_DAY,
    reportId: `${mark}-${domain}`,
    success: 5,
    policyStrings: ['version: STSv1', 'mode: enforce', `mx: mx.${mark}.example`, 'max_age: 604800'],
    failures: [
      {
        type: 'starttls-not-supported',
        count: 3,
        mx: `mx.${mark}.example`,
        reason: mark,
        helo: `helo.${mark}.example`,
        info: mark,
        from: '192.0.2.1',
        to: '192.0.2.2',
      },
    ],
  }
}

/** One report about both: its own words must not tell the one of the other. */
function reportOfBoth(): Buffer {
  const [one, other] = [sketch(OURS, 'ours'), sketch(THEIRS, SECRET)].map(
    each => JSON.parse(reportBytes(each).toString()) as { policies: unknown[] },
  )
  return Buffer.from(
    JSON.stringify({
      ...one,
      'organization-name': 'reporter of both',
      'report-id': `both-${SECRET}`,
      policies: [...(one?.policies ?? []), ...(other?.policies ?? [])],
    }),
  )
}

async function fillOutbound(daemon: LabDaemon): Promise<void> {
  const [host = '', port = ''] = (daemon.daemon.socketmapAddresses[0] ?? '').split(':')
  const address = { kind: 'tcp', host, port: Number(port) } as const
  for (const domain of [OURS, THEIRS]) await askSocketmap(address, 'postfix', domain, 20_000)
}

async function publish({ folder }: LabDaemon): Promise<void> {
  for (const [domain, mark] of [
    [OURS, 'ours'],
    [THEIRS, SECRET],
  ]) {
    const mx = ['--mx', `mx.${mark}.example`, '--rua', `mailto:${mark}@reports.example`]
    const { err, code } = await runSternpost(folder, ['domain', 'add', `${domain}`, ...mx])
    if (code !== 0) throw new Error(err)
  }
}
