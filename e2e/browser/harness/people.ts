import { eventually } from '../../daemon/daemon-process.ts'
import type { DashboardDaemon } from './dashboard-daemon.ts'

export interface Person {
  readonly name: string
  readonly role: 'viewer' | 'operator' | 'admin'
  readonly domains: 'all' | readonly string[]
}

export const ADMIN = 'ada'
export const PASSWORD = 'a long sentence of words'

/** The cookie of a session, as a browser takes it. */
export interface SessionCookie {
  readonly name: string
  readonly value: string
  readonly url: string
}

/** Makes the first admin by the setup link, and by them everybody else; answers a session for each. */
export async function addPeople<Name extends string>(
  daemon: DashboardDaemon,
  people: readonly (Person & { readonly name: Name })[],
): Promise<Record<Name | typeof ADMIN, SessionCookie>> {
  const token = await eventually('the setup link', () => /\/setup#([\w-]+)/.exec(daemon.output)?.[1])
  const admin = await call(daemon, '/setup', { token, name: ADMIN, password: PASSWORD })
  const csrf = ((await admin.json()) as { readonly csrfToken: string }).csrfToken
  const cookie = cookieOf(daemon, admin)
  const sessions: Record<string, SessionCookie> = { [ADMIN]: cookie }
  for (const person of people) {
    await call(
      daemon,
      '/users',
      { ...person, password: PASSWORD },
      { cookie: `${cookie.name}=${cookie.value}`, 'x-csrf-token': csrf },
    )
    sessions[person.name] = cookieOf(
      daemon,
      await call(daemon, '/session', { name: person.name, password: PASSWORD }),
    )
  }
  return sessions as Record<Name | typeof ADMIN, SessionCookie>
}

async function call(
  daemon: DashboardDaemon,
  path: string,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const response = await fetch(`${daemon.url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`)
  return response
}

function cookieOf(daemon: DashboardDaemon, response: Response): SessionCookie {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(response.headers.get('set-cookie') ?? '') ?? []
  return { name, value, url: daemon.url }
}
