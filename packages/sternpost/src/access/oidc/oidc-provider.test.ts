import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualClock } from '@sternpost/lab'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startTestProvider, type TestProvider } from '../testing/index.ts'
import type { OidcError } from './oidc-error.ts'
import { OidcProvider } from './oidc-provider.ts'

const REDIRECT_URI = 'http://127.0.0.1:8460/sign-in/oidc'

let folder = ''
let provider: TestProvider
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-oidc-'))
  writeFileSync(join(folder, 'secret'), 'a secret of the client\n')
  provider = await startTestProvider({ redirectUri: REDIRECT_URI, clientSecret: 'a secret of the client' })
})
afterEach(async () => {
  await provider.close()
  rmSync(folder, { recursive: true })
})

function open(more: { readonly issuer?: string; readonly clientSecretFile?: string } = {}): OidcProvider {
  const settings = {
    issuer: provider.issuer,
    label: 'the test',
    clientId: 'sternpost',
    clientSecretFile: join(folder, 'secret'),
    scopes: ['openid', 'profile'],
    nameClaim: 'preferred_username',
    unknownUsers: 'refuse',
    roleClaim: 'groups',
    roles: { admin: [], operator: [], viewer: [] },
    domainsClaim: undefined,
    ...more,
  } as const
  return new OidcProvider(settings, createManualClock(Date.now()))
}

const refused = { name: 'OidcError', kind: 'refused' }
const unavailable = { name: 'OidcError', kind: 'unavailable' }

describe('a sign-in at a real provider', () => {
  test('brings the claims, those of the userinfo endpoint too', async () => {
    const oidc = open()
    const { url, attempt } = await oidc.begin(REDIRECT_URI)
    const back = await provider.signIn(url, 'ada')
    const claims = await oidc.finish(REDIRECT_URI, attempt, back)
    expect(claims).toMatchObject({ sub: 'ada', preferred_username: 'ada', groups: ['staff'] })
  })

  test('goes by PKCE, state and nonce, and asks for the scopes of the settings', async () => {
    const { url, attempt } = await open().begin(REDIRECT_URI)
    const query = new URL(url).searchParams
    expect(Object.fromEntries(query)).toMatchObject({
      response_type: 'code',
      client_id: 'sternpost',
      redirect_uri: REDIRECT_URI,
      scope: 'openid profile',
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge_method: 'S256',
    })
    expect(url).not.toContain(attempt.codeVerifier)
  })

  test.each(['state', 'nonce', 'codeVerifier'] as const)('is refused with another %s', async part => {
    const oidc = open()
    const { url, attempt } = await oidc.begin(REDIRECT_URI)
    const other = (await oidc.begin(REDIRECT_URI)).attempt
    const back = await provider.signIn(url, 'ada')
    await expect(oidc.finish(REDIRECT_URI, { ...attempt, [part]: other[part] }, back)).rejects.toMatchObject(
      refused,
    )
  })

  test('works once for each code', async () => {
    const oidc = open()
    const { url, attempt } = await oidc.begin(REDIRECT_URI)
    const back = await provider.signIn(url, 'ada')
    await oidc.finish(REDIRECT_URI, attempt, back)
    await expect(oidc.finish(REDIRECT_URI, attempt, back)).rejects.toMatchObject(refused)
  })

  test('that the user broke off says so', async () => {
    const oidc = open()
    const { attempt } = await oidc.begin(REDIRECT_URI)
    const back = new URLSearchParams({ error: 'access_denied', state: attempt.state, iss: provider.issuer })
    await expect(oidc.finish(REDIRECT_URI, attempt, back)).rejects.toThrow(/refused: access_denied/)
  })

  test('with a wrong secret is refused, and with the right one in the same file again not', async () => {
    const oidc = open()
    writeFileSync(join(folder, 'secret'), 'another\n')
    const first = await oidc.begin(REDIRECT_URI)
    const back = await provider.signIn(first.url, 'ada')
    await expect(oidc.finish(REDIRECT_URI, first.attempt, back)).rejects.toMatchObject(refused)
    writeFileSync(join(folder, 'secret'), 'a secret of the client\n')
    const second = await oidc.begin(REDIRECT_URI)
    const again = await provider.signIn(second.url, 'ada')
    expect(await oidc.finish(REDIRECT_URI, second.attempt, again)).toMatchObject({ sub: 'ada' })
  })
})

describe('a provider that is not as it must be', () => {
  let server: Server
  let body: () => Iterable<string>
  beforeEach(async () => {
    server = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json')
      for (const part of body()) response.write(part)
      response.end()
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  })
  afterEach(() => new Promise(resolve => server.close(resolve)))
  const issuerOfServer = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  test('that is away is told as such, and is found once it is back', async () => {
    const issuer = provider.issuer
    await provider.close()
    const oidc = open({ issuer })
    await expect(oidc.begin(REDIRECT_URI)).rejects.toMatchObject(unavailable)
    provider = await startTestProvider({
      redirectUri: REDIRECT_URI,
      clientSecret: 'a secret of the client',
      port: Number(new URL(issuer).port),
    })
    expect((await oidc.begin(REDIRECT_URI)).url).toContain(issuer)
  })

  test('that names another issuer is not believed', async () => {
    body = () => [JSON.stringify({ issuer: 'https://id.example.net' })]
    await expect(open({ issuer: issuerOfServer() }).begin(REDIRECT_URI)).rejects.toMatchObject(unavailable)
  })

  test('whose answer has no end is left', async () => {
    body = function* () {
      for (let count = 0; count < 64; count += 1) yield ' '.repeat(65_536)
    }
    const error: unknown = await open({ issuer: issuerOfServer() })
      .begin(REDIRECT_URI)
      .catch((caught: unknown) => caught)
    expect(error).toMatchObject(unavailable)
    expect(String((error as OidcError).cause)).toContain('more than 1 MiB')
  })

  test('whose secret cannot be read is told with the file and without what is in it', async () => {
    const clientSecretFile = join(folder, 'no-such-file')
    await expect(open({ clientSecretFile }).begin(REDIRECT_URI)).rejects.toThrow(/no-such-file.*ENOENT/)
  })
})
