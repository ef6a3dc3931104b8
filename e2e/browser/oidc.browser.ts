// Sign-in by a real provider of OpenID Connect, from the button and back.
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestProvider, type TestProvider } from '../../packages/sternpost/src/access/testing/index.ts'
import { axeViolations } from './harness/axe.ts'
import { browserGround } from './harness/browser-ground.ts'
import { DashboardDaemon } from './harness/dashboard-daemon.ts'
import { addPeople } from './harness/people.ts'
import { onVisit, useBrowser } from './harness/visit.ts'

const SECRET = 'a secret of the client'

const browser = useBrowser()
const daemon = new DashboardDaemon(browserGround(), { data: 'seed' })
let provider: TestProvider

beforeAll(async () => {
  // Its address is known from the first start on, and stays.
  await daemon.start()
  provider = await startTestProvider({ redirectUri: `${daemon.url}/sign-in/oidc`, clientSecret: SECRET })
  provider.claims.set('olga', { groups: ['mail-operators'] })
  provider.claims.set('stranger', { groups: ['guests'] })
  await addPeople(daemon, [])
  await daemon.stop()
  writeFileSync(join(daemon.folder, 'oidc-secret'), SECRET)
  appendFileSync(
    daemon.configFile,
    `access:
  publicUrl: ${daemon.url}
  oidc:
    issuer: ${provider.issuer}
    clientId: sternpost
    clientSecretFile: ${join(daemon.folder, 'oidc-secret')}
    label: Example ID
    unknownUsers: add
    roleClaim: groups
    roles: { operator: [mail-operators] }
`,
  )
  await daemon.start()
})
afterAll(async () => {
  await daemon.dispose()
  await provider.close()
})

/** The way leads over the provider, and what Chromium says of answers that are errors on purpose. */
const expected = () => new RegExp(`a request to elsewhere: ${provider.issuer}|status of (401|403)`)

test('somebody comes in by the provider, with the role of their groups, and leaves no code in the address', () =>
  onVisit(browser(), { url: daemon.url, expected: expected() }, async ({ page, open }) => {
    provider.account = 'olga'
    await open('/')
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('button', { name: 'Sign in with Example ID' }).click()
    await page.getByRole('button', { name: 'olga' }).click()
    await page.getByText('Role: operator').waitFor()
    expect(page.url()).toBe(`${daemon.url}/`)
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'alder.example', exact: true }).waitFor()
    await open('/settings')
    await page.getByText('You sign in at a provider, without a password here.').waitFor()
  }))

test('whom the provider knows and nobody here wants is told so, and can try again', () =>
  onVisit(browser(), { url: daemon.url, expected: expected() }, async ({ page, open }) => {
    provider.account = 'stranger'
    await open('/')
    await page.getByRole('button', { name: 'Sign in with Example ID' }).click()
    await page.getByRole('alert').getByText('You could not be signed in').waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('link', { name: 'Try again' }).click()
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
  }))

test('who is signed out in the middle of a form signs in at the provider in another tab, and the change goes on', () =>
  onVisit(browser(), { url: daemon.url, expected: expected() }, async ({ page, context, open }) => {
    provider.account = 'olga'
    await open('/settings?tab=tokens')
    await page.getByRole('button', { name: 'Sign in with Example ID' }).click()
    await page.getByRole('button', { name: 'olga' }).waitFor()
    await open('/settings?tab=tokens')
    await page.getByLabel('What it is for').fill('typed before')
    await page.getByLabel('Read reports').check()
    const database = new DatabaseSync(join(daemon.dataDir, 'sternpost.db'), { timeout: 5_000 })
    database.exec('DELETE FROM sessions')
    database.close()
    await page.getByRole('button', { name: 'Make the token' }).click()
    const tab = context.waitForEvent('page')
    await page.getByRole('button', { name: 'Sign in with Example ID in another tab' }).click()
    await (await tab).getByRole('button', { name: 'olga' }).waitFor()
    await page.getByText(/^spt_/).waitFor()
    expect(await page.getByRole('dialog').count()).toBe(0)
  }))
