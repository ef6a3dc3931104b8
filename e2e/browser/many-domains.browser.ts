// The table of ten thousand domains: ordered, narrowed, gone through to its end, with few rows in the page.
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nodeArguments, runCommand } from '../../tools/suite.ts'
import { browserGround } from './harness/browser-ground.ts'
import { DashboardDaemon } from './harness/dashboard-daemon.ts'
import { onVisit, quiet, useBrowser } from './harness/visit.ts'

const DOMAINS = 10_000
/** A screen has some twenty, and some stand ready above and below. */
const MOST_ROWS = 60

const browser = useBrowser()
const daemon = new DashboardDaemon(browserGround(), { data: 'empty' })
beforeAll(async () => {
  // What fills the benchmark's store writes into this one: domains d0.test to d9999.test.
  const fill = [
    'bench/fill-publish.ts',
    daemon.dataDir,
    String(DOMAINS),
    join(daemon.folder, 'certificates'),
    '0',
  ]
  const { code, output } = await runCommand(process.execPath, nodeArguments(...fill))
  if (code !== 0) throw new Error(`the store could not be filled:\n${output}`)
  await daemon.start()
}, 180_000)
afterAll(() => daemon.dispose())

function table(page: Page) {
  return page.getByRole('table', { name: /^Domains/ })
}

async function expectFewRows(page: Page): Promise<void> {
  expect(await table(page).locator('tbody tr').count()).toBeLessThan(MOST_ROWS)
}

test('order, filter, scroll and keys reach every one of them', () =>
  onVisit(browser(), { url: daemon.url }, async ({ page, open, overflow }) => {
    await open('/?sort=domain&order=asc')
    await table(page).getByRole('link', { name: 'd0.test', exact: true }).waitFor()
    expect(await table(page).getAttribute('aria-rowcount')).toBe(String(DOMAINS + 1))
    await expectFewRows(page)

    const first = table(page).locator('a[data-row="0"]')
    await first.focus()
    await page.keyboard.press('End')
    const last = table(page).locator(`a[data-row="${DOMAINS - 1}"]:focus`)
    await last.waitFor()
    expect(await last.textContent()).toBe('d9999.test')
    await page.keyboard.press('ArrowUp')
    await table(page)
      .locator(`a[data-row="${DOMAINS - 2}"]:focus`)
      .waitFor()
    await expectFewRows(page)
    await page.keyboard.press('Home')
    await table(page).locator('a[data-row="0"]:focus').waitFor()
    await page.keyboard.press('PageDown')
    await table(page).locator('a[data-row]:focus:not([data-row="0"])').waitFor()

    await table(page).getByRole('button', { name: 'Domain' }).click()
    await page.waitForURL(/order=desc/)
    await table(page).locator('a[data-row="0"]', { hasText: 'd9999.test' }).waitFor()

    // By the wheel, to somewhere in the middle: what flies by is not read, what it rests on is.
    await table(page).hover()
    await page.mouse.wheel(0, 280_000)
    await table(page).locator('a[data-row="5000"]').waitFor()
    await expectFewRows(page)

    await page.getByRole('searchbox', { name: 'Find' }).fill('d123')
    await table(page).getByRole('link', { name: 'd1239.test', exact: true }).waitFor()
    await page.waitForURL(/text=d123/)
    // d123 and d1230 to d1239, under the head.
    await page.locator('table[aria-rowcount="12"]').waitFor()
    expect(await overflow()).toBe(0)
  }))

test('a phone shows the same table, and the page beside it does not move', () =>
  onVisit(browser(), { url: daemon.url, width: 360 }, async ({ page, open, overflow }) => {
    await open('/?sort=domain&order=asc')
    await table(page).locator('a[data-row="0"]').press('End')
    await table(page)
      .locator(`a[data-row="${DOMAINS - 1}"]:focus`)
      .waitFor()
    await quiet(page)
    await expectFewRows(page)
    expect(await overflow()).toBe(0)
  }))
