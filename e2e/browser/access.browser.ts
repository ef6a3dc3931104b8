// Who may come in, as people meet it: the setup link, signing in and out, a customer's view, a session that ends.
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../daemon/daemon-process.ts'
import { axeViolations } from './harness/axe.ts'
import { browserGround } from './harness/browser-ground.ts'
import { DashboardDaemon } from './harness/dashboard-daemon.ts'
import { onVisit, quiet, useBrowser } from './harness/visit.ts'

const ADMIN = 'ada'
const CUSTOMER = 'customer'
const PASSWORD = 'a long sentence of words'
const NEW_PASSWORD = 'another sentence of words'

const browser = useBrowser()
const daemon = new DashboardDaemon(browserGround(), { data: 'seed' })

beforeAll(() => daemon.start())
afterAll(() => daemon.dispose())

/** What Chromium says of answers that are errors on purpose. */
const refused = /status of (401|403|404|409)/

async function setupPath(): Promise<string> {
  return eventually('the setup link', () => /\/setup#[\w-]+/.exec(daemon.output)?.[0])
}

async function signIn(page: Page, name: string, password = PASSWORD): Promise<void> {
  await page.locator('input[name=username]').fill(name)
  await page.locator('input[name=password]').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** Both fields for a password somebody chooses. */
function newPassword(within: Page | Locator) {
  return within.locator('input[autocomplete=new-password]')
}

async function expectNoViolations(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect(await axeViolations(page), `axe in ${colorScheme}`).toEqual([])
  }
  await page.emulateMedia({ colorScheme: 'light' })
}

test('the setup link makes the first admin, leaves no trace in the address, and works once', async () => {
  const path = await setupPath()
  await onVisit(browser(), { url: daemon.url, width: 360 }, async ({ page, open, overflow }) => {
    await open('/')
    await page.getByText('No sign-in is needed yet').waitFor()
    await open(path)
    expect(page.url()).toBe(`${daemon.url}/setup`)
    await expectNoViolations(page)
    expect(await overflow()).toBe(0)
    await page.locator('input[name=username]').fill('Ada')
    await newPassword(page).first().fill(PASSWORD)
    await newPassword(page).last().fill('something else')
    await page.getByRole('button', { name: 'Make the admin and sign in' }).click()
    await page.getByText('The two passwords are not the same.').waitFor()
    await newPassword(page).last().fill(PASSWORD)
    await page.getByRole('button', { name: 'Make the admin and sign in' }).click()
    await page.getByText('alder.example', { exact: true }).first().waitFor()
    await page.getByRole('button', { name: ADMIN }).waitFor()
    expect(await page.getByText('No sign-in is needed yet').count()).toBe(0)
  })
  await onVisit(browser(), { url: daemon.url, expected: refused }, async ({ page, open }) => {
    await open(path)
    await page.getByRole('heading', { name: 'Setup is done' }).waitFor()
    await open('/')
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await page.getByText('alder.example').count()).toBe(0)
  })
})

test('a wrong password is told at its field; signing out shows nothing any more', () =>
  onVisit(browser(), { url: daemon.url, expected: refused }, async ({ page, open }) => {
    await open('/domains/alder-shop.example')
    await expectNoViolations(page)
    await signIn(page, ADMIN, 'not the password')
    await page.getByText('The name or the password is wrong.').waitFor()
    await signIn(page, ADMIN)
    // What was asked for comes, not the first page.
    await page.getByRole('heading', { level: 1, name: 'alder-shop.example' }).waitFor()
    await page.getByRole('button', { name: ADMIN }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await page.getByText('alder-shop.example').count()).toBe(0)
    await page.goBack().catch(() => {})
    expect(await page.getByText('alder.example', { exact: true }).count()).toBe(0)
  }))

test('an admin sees every part of the settings, makes a token that is shown once, and adds a customer', () =>
  onVisit(browser(), { url: daemon.url, expected: refused }, async ({ page, open, overflow }) => {
    await open('/settings')
    await signIn(page, ADMIN)
    for (const part of [
      'My account',
      'API tokens',
      'Users',
      'Log of changes',
      'Reports coming in',
      'Configuration',
    ]) {
      await page.getByRole('tab', { name: part }).click()
      await quiet(page)
      await expectNoViolations(page)
      expect(await overflow(), part).toBe(0)
    }
    await page.getByRole('tab', { name: 'API tokens' }).click()
    await page.getByLabel('What it is for').fill('the backup')
    await page.getByLabel('Read reports').check()
    await page.getByRole('button', { name: 'Make the token' }).click()
    const shown = page.getByText(/^spt_[\w-]{43}$/)
    await shown.waitFor()
    const token = (await shown.textContent()) ?? ''
    const read = (path: string) =>
      fetch(`${daemon.url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } })
    expect((await read('/reports')).status).toBe(200)
    expect((await read('/users')).status).toBe(403)
    await page.reload()
    await page.getByRole('button', { name: 'Revoke the backup' }).waitFor()
    expect(await page.getByText(token).count()).toBe(0)
    await page.getByRole('button', { name: 'Revoke the backup' }).click()
    await page.getByText('No token yet.').waitFor()
    expect((await read('/reports')).status).toBe(401)

    await page.getByRole('tab', { name: 'Users' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill(CUSTOMER)
    await page.getByLabel('Domains').fill('birch.example')
    await newPassword(page).first().fill(PASSWORD)
    await newPassword(page).last().fill(PASSWORD)
    await page.getByRole('button', { name: 'Add the user' }).click()
    await page.getByText(`${CUSTOMER} may sign in now.`).waitFor()
    await page.getByRole('tab', { name: 'Log of changes' }).click()
    await page.getByText('user.add').first().waitFor()
  }))

test('an admin changes what another may, and their password; their sessions end', () =>
  onVisit(browser(), { url: daemon.url, expected: refused }, async ({ page, open, overflow }) => {
    await page.setViewportSize({ width: 360, height: 740 })
    await open('/settings?tab=users')
    await signIn(page, ADMIN)
    const opener = page.getByRole('button', { name: `Change ${CUSTOMER}` })
    await opener.click()
    const dialog = page.getByRole('dialog', { name: `Change ${CUSTOMER}` })
    await expectNoViolations(page)
    expect(await overflow()).toBe(0)
    await newPassword(dialog).first().fill(NEW_PASSWORD)
    await newPassword(dialog).last().fill(NEW_PASSWORD)
    await dialog.getByRole('button', { name: 'Set the password' }).click()
    await dialog.getByText('The password is set; their sessions have ended.').waitFor()
    await dialog.getByLabel('Role').selectOption('operator')
    await dialog.getByLabel('Domains').fill('birch.example\nbirch-news.example')
    await dialog.getByRole('button', { name: 'Save role and domains' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.getByRole('cell', { name: 'birch-news.example, birch.example' }).waitFor()
    await opener.click()
    await dialog.getByLabel('Role').selectOption('viewer')
    await dialog.getByLabel('Domains').fill('birch.example')
    await dialog.getByRole('button', { name: 'Save role and domains' }).click()
    await dialog.waitFor({ state: 'hidden' })
    // The last admin of all domains stays one.
    await page.getByRole('button', { name: `Change ${ADMIN}` }).click()
    const own = page.getByRole('dialog', { name: `Change ${ADMIN}` })
    expect(await newPassword(own).count()).toBe(0)
    await own.getByLabel('Role').selectOption('viewer')
    await own.getByRole('button', { name: 'Save role and domains' }).click()
    await own.getByRole('alert').getByText('access/last-admin').waitFor()
  }))

test('a customer sees their own domain and nothing of another, by no address, and has nothing to press', () =>
  onVisit(browser(), { url: daemon.url, expected: refused }, async ({ page, open }) => {
    await open('/')
    await signIn(page, CUSTOMER, NEW_PASSWORD)
    await page.getByRole('link', { name: 'birch.example', exact: true }).waitFor()
    expect(await page.getByText('alder').count()).toBe(0)
    await open('/domains/birch.example')
    await page.getByRole('heading', { level: 1, name: 'birch.example' }).waitFor()
    for (const name of [/enforce/i, /hold/i, /roll back/i, /remove/i, /save/i])
      expect(await page.getByRole('main').getByRole('button', { name }).count(), String(name)).toBe(0)
    for (const path of [
      '/domains/alder-shop.example',
      '/reports',
      '/outbound',
      '/check',
      '/settings?tab=users',
    ]) {
      await open(path)
      const text = await page.getByRole('main').innerText()
      expect(text.replaceAll('alder-shop.example', '')).not.toMatch(/alder|mx2\./)
      expect(await page.getByRole('tab', { name: 'Users' }).count()).toBe(0)
    }
  }))

test('who signs out in one tab is signed out in all, and nothing stays to be read there', () =>
  onVisit(browser(), { url: daemon.url, expected: refused }, async ({ page, context, open }) => {
    await open('/')
    await signIn(page, ADMIN)
    await page.getByRole('button', { name: ADMIN }).waitFor()
    const other = await context.newPage()
    await other.goto('/domains/alder-shop.example')
    await other.getByRole('heading', { level: 1, name: 'alder-shop.example' }).waitFor()
    await page.getByRole('button', { name: ADMIN }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await other.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await other.getByText('alder-shop.example').count()).toBe(0)
  }))

/** Ends every session, as if their time was up. */
function endSessions(): void {
  const database = new DatabaseSync(join(daemon.dataDir, 'sternpost.db'), { timeout: 5_000 })
  database.exec('DELETE FROM sessions')
  database.close()
}

/** Fills in the form for a token, and sends it when the session has ended; answers the sign-in that comes up. */
async function makeTokenTooLate(page: Page, use: string): Promise<Locator> {
  await page.getByLabel('What it is for').fill(use)
  await page.getByLabel('Read reports').check()
  endSessions()
  await page.getByRole('button', { name: 'Make the token' }).click()
  const dialog = page.getByRole('dialog', { name: 'You are signed out' })
  await dialog.waitFor()
  return dialog
}

test('a session that ends in the middle of a form takes nothing: the change goes on, once, after the sign-in', () =>
  onVisit(browser(), { url: daemon.url, expected: refused }, async ({ page, open }) => {
    await open('/settings?tab=tokens')
    await signIn(page, ADMIN)
    const dialog = await makeTokenTooLate(page, 'typed before')
    await expectNoViolations(page)
    await page.keyboard.press('Escape')
    expect(await dialog.isVisible()).toBe(true)
    await dialog.locator('input[name=password]').fill(PASSWORD)
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.getByText(/^spt_/).waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Revoke typed before' }).waitFor()
    expect(await page.getByRole('button', { name: /^Revoke/ }).count()).toBe(1)
  }))

test('who signs in as somebody else is told that the change was not made, and sees nothing they may not', () =>
  onVisit(browser(), { url: daemon.url, expected: refused }, async ({ page, open }) => {
    await open('/settings?tab=tokens')
    await signIn(page, ADMIN)
    await page.getByRole('button', { name: 'Revoke typed before' }).waitFor()
    const dialog = await makeTokenTooLate(page, 'for whom')
    await dialog.locator('input[name=username]').fill(CUSTOMER)
    await dialog.locator('input[name=password]').fill(NEW_PASSWORD)
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.getByRole('alert').getByText(`${ADMIN} began this, and ${CUSTOMER} is signed in now`).waitFor()
    await page.getByText('No token yet.').waitFor()
    expect(await page.getByRole('tab', { name: 'Users' }).count()).toBe(0)
    expect(await page.getByLabel('What it is for').inputValue()).toBe('for whom')
    await page.getByRole('button', { name: 'Make the token' }).click()
    await page.getByText(/^spt_/).waitFor()
    await page.getByRole('button', { name: 'Revoke for whom' }).waitFor()
  }))

test('who signs in again in another tab is in again in all, and the change goes on', () =>
  onVisit(browser(), { url: daemon.url, expected: refused }, async ({ page, context, open }) => {
    await open('/settings?tab=tokens')
    await signIn(page, ADMIN)
    const dialog = await makeTokenTooLate(page, 'from another tab')
    const other = await context.newPage()
    await other.goto('/')
    await signIn(other, ADMIN)
    await dialog.waitFor({ state: 'hidden' })
    await page.getByText(/^spt_/).waitFor()
  }))
