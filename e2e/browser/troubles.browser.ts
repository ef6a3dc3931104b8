// What goes wrong around an open page: the daemon, the network, the clock, the way back.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { browserGround } from './harness/browser-ground.ts'
import { DashboardDaemon } from './harness/dashboard-daemon.ts'
import { onVisit, useBrowser } from './harness/visit.ts'

const browser = useBrowser()
let daemon: DashboardDaemon

beforeEach(async () => {
  daemon = new DashboardDaemon(browserGround(), { data: 'seed' })
  await daemon.start()
})
afterEach(() => daemon.dispose())

/** What Chromium says of its own accord of a daemon that is gone. */
const gone =
  /Failed to load resource|ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY|Unable to preload|dynamically imported/

test('the daemon is killed and started again under an open page: it says so, and catches up by itself', () =>
  onVisit(browser(), { url: daemon.url, expected: gone }, async ({ page, open }) => {
    await open('/')
    await page.getByRole('link', { name: 'alder.example', exact: true }).waitFor()
    await daemon.kill()
    const notice = page.getByRole('status').getByText('Sternpost does not answer')
    await page.getByRole('link', { name: 'alder.example', exact: true }).click()
    await notice.waitFor({ timeout: 40_000 })
    await page.getByText('Not connected').waitFor()
    await daemon.start()
    await notice.waitFor({ state: 'hidden', timeout: 40_000 })
    await page.getByText('Connected', { exact: true }).waitFor()
    // What was asked for meanwhile is there without anybody having done anything.
    await page.getByRole('heading', { level: 1, name: 'alder.example' }).waitFor()
    await page.getByText('What fails, and why').waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
  }))

test('what somebody filtered is there again by way of the back button, and in a link given away', () =>
  onVisit(browser(), { url: daemon.url }, async ({ page, open }) => {
    await open('/')
    const table = page.getByRole('table', { name: /^Domains/ })
    await page.getByRole('searchbox', { name: 'Find' }).fill('birch')
    await table.getByRole('link', { name: 'birch-news.example', exact: true }).waitFor()
    await table.getByRole('link', { name: 'alder.example', exact: true }).waitFor({ state: 'detached' })
    const address = page.url()
    await table.getByRole('link', { name: 'birch.example', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'birch.example' }).waitFor()
    await page.goBack()
    await table.getByRole('link', { name: 'birch-news.example', exact: true }).waitFor()
    expect(page.url()).toBe(address)
    expect(await table.getByRole('link', { name: 'alder.example', exact: true }).count()).toBe(0)
    await page.goForward()
    await page.getByRole('heading', { level: 1, name: 'birch.example' }).waitFor()
    await open(address.slice(daemon.url.length))
    await table.getByRole('link', { name: 'birch-news.example', exact: true }).waitFor()
    expect(await table.getByRole('link', { name: 'alder.example', exact: true }).count()).toBe(0)
  }))

test('a viewer whose clock is wrong by a day reads the same ages, in the zone of the viewer and in UTC', () =>
  onVisit(browser(), { url: daemon.url }, async ({ page, open }) => {
    await page.clock.install({ time: Date.now() + 86_400_000 })
    await open('/')
    const time = page.getByRole('main').locator('time').last()
    // The figures were built just now, and not a day ago.
    expect(await time.textContent()).toMatch(/second|minute|now/)
    await time.focus()
    await page.getByRole('tooltip').getByText(/UTC/).waitFor()
  }))
