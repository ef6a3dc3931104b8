import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

/** A real provider of OpenID Connect at loopback, and a browser for it. */
export interface TestProvider {
  readonly issuer: string
  /** Who sits before the browser that comes next. */
  account: string
  /** What further claims an account has, beside `sub`; by default a name and the group `staff`. */
  readonly claims: Map<string, Readonly<Record<string, unknown>>>
  /** Follows an address of the provider as the browser of an account does; answers with what it brings back. */
  signIn(url: string, account: string): Promise<URLSearchParams>
  close(): Promise<void>
}

export interface TestProviderOptions {
  readonly redirectUri: string
  readonly clientSecret: string
  readonly port?: number
}

export async function startTestProvider(options: TestProviderOptions): Promise<TestProvider> {
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => {}
  const server = createServer((request, response) => handle(request, response))
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const claims = new Map<string, Readonly<Record<string, unknown>>>()
  const provider = createProvider(issuer, options, claims)
  const application = provider.callback()
  const testProvider: TestProvider = {
    account: '',
    issuer,
    claims,
    async signIn(url, who) {
      testProvider.account = who
      return follow(url, options.redirectUri)
    },
    async close() {
      server.close()
      server.closeAllConnections()
      if (server.listening) await once(server, 'close')
    },
  }
  handle = (request, response) => {
    if (request.url?.startsWith('/interaction/') !== true) return void application(request, response)
    void provider.interactionFinished(request, response, { login: { accountId: testProvider.account } })
  }
  return testProvider
}

function createProvider(
  issuer: string,
  { redirectUri, clientSecret }: TestProviderOptions,
  claims: TestProvider['claims'],
): Provider {
  return new Provider(issuer, {
    clients: [
      { client_id: 'sternpost', client_secret: clientSecret, redirect_uris: [redirectUri] },
      { client_id: 'public', token_endpoint_auth_method: 'none', redirect_uris: [redirectUri] },
    ],
    claims: { profile: ['preferred_username', 'groups', 'mail_domains'], email: ['email', 'email_verified'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    cookies: { keys: ['a key of the test'] },
    findAccount: (_context, sub) => ({
      accountId: sub,
      claims: () => ({ sub, preferred_username: sub, groups: ['staff'], ...claims.get(sub) }),
    }),
    async loadExistingGrant(context) {
      const { client, session } = context.oidc
      if (client === undefined || session?.accountId === undefined) return undefined
      const grant = new context.oidc.provider.Grant({
        clientId: client.clientId,
        accountId: session.accountId,
      })
      grant.addOIDCScope('openid profile email')
      await grant.save()
      return grant
    },
  })
}

const MAX_STEPS = 10

/** A browser without a screen: redirects, and the cookies of one host. */
async function follow(start: string, redirectUri: string): Promise<URLSearchParams> {
  const cookies = new Map<string, string>()
  let url = start
  for (let step = 0; step < MAX_STEPS; step += 1) {
    if (url.startsWith(redirectUri)) return new URL(url).searchParams
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    })
    for (const each of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(each) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    if (location === null) throw new Error(`${response.status} at ${url}: ${await response.text()}`)
    url = new URL(location, url).href
  }
  throw new Error('the provider sends the browser in circles')
}
