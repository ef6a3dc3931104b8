// A check from the field to a result that keeps its address, against the lab's mail Internet.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserGround } from './harness/browser-ground.ts'
import { DashboardDaemon } from './harness/dashboard-daemon.ts'
import { onVisit, useBrowser } from './harness/visit.ts'

const browser = useBrowser()
const daemon = new DashboardDaemon(browserGround(), { data: 'empty' })
beforeAll(() => daemon.start())
afterAll(() => daemon.dispose())

test('a domain typed as a mail address is checked, explained, found again and compared', () =>
  onVisit(browser(), { url: daemon.url, width: 360 }, async ({ page, open, overflow }) => {
    await open('/check')
    const field = page.getByLabel('Domain', { exact: false })
    await field.fill('Postmaster@Expired.example')
    await field.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'expired.example' }).waitFor()
    await page.getByRole('heading', { name: 'Would mail arrive?' }).waitFor({ timeout: 40_000 })
    await page
      .getByText(/certificate .*expired/i)
      .first()
      .waitFor()
    expect(await overflow()).toBe(0)

    await page.getByRole('button', { name: 'What does this mean?' }).first().click()
    await page.getByRole('button', { name: 'Hide the explanation' }).waitFor()

    const first = page.url()
    await page.reload()
    await page.getByRole('heading', { name: 'Would mail arrive?' }).waitFor()
    expect(page.url()).toBe(first)

    await page.getByRole('button', { name: 'Check again' }).click()
    await page.waitForURL(url => url.href !== first)
    await page.getByRole('heading', { name: 'Other checks of this domain' }).waitFor({ timeout: 40_000 })
    await page.getByRole('heading', { name: 'Would mail arrive?' }).waitFor({ timeout: 40_000 })
    await page.getByRole('link', { name: 'what changed' }).click()
    await page.getByText('Nothing: both checks found the same.').waitFor()
  }))

test('what is no domain is told at the field, and what was typed stays', () =>
  onVisit(browser(), { url: daemon.url, expected: /status of 4\d\d/ }, async ({ page, open }) => {
    await open('/check')
    const field = page.getByLabel('Domain', { exact: false })
    await field.fill('not a domain')
    await field.press('Enter')
    await page.locator('[id$="-error"]').first().waitFor()
    expect(await field.inputValue()).toBe('not a domain')
    expect(await field.getAttribute('aria-invalid')).toBe('true')
  }))
