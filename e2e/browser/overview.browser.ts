// The table of all domains by keyboard: ordered, narrowed, gone through, and shared by its address.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserGround } from './harness/browser-ground.ts'
import { DashboardDaemon } from './harness/dashboard-daemon.ts'
import { onVisit, useBrowser } from './harness/visit.ts'

const browser = useBrowser()
const daemon = new DashboardDaemon(browserGround(), { data: 'seed' })
beforeAll(() => daemon.start())
afterAll(() => daemon.dispose())

test('order and filter stand in the address, and the arrow keys go from domain to domain', () =>
  onVisit(browser(), { url: daemon.url }, async ({ page, open }) => {
    await open('/')
    const table = page.getByRole('table')
    await table.getByRole('link').first().waitFor()
    const total = Number(await table.getAttribute('aria-rowcount'))
    expect(total).toBeGreaterThan(2)

    const byName = table.getByRole('button', { name: 'Domain' })
    await byName.focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/sort=domain&order=asc/)
    await table.locator('th[aria-sort="ascending"]').waitFor()

    const first = table.locator('a[data-row="0"]')
    await first.focus()
    await page.keyboard.press('ArrowDown')
    await table.locator('a[data-row="1"]:focus').waitFor()
    await page.keyboard.press('End')
    await table.locator(`a[data-row="${total - 2}"]:focus`).waitFor()

    await page.getByLabel('Find').fill('alder-shop')
    await page.waitForURL(/text=alder-shop/)
    await page.reload()
    await table.getByRole('link', { name: 'alder-shop.example' }).waitFor()
    expect(await table.getAttribute('aria-rowcount')).toBe('2')
    await table.getByRole('link', { name: 'alder-shop.example' }).press('Enter')
    await page.getByRole('heading', { level: 1, name: 'alder-shop.example' }).waitFor()
  }))
