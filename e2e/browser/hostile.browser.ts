// Reports are written by strangers: whatever they hold is shown as text, and nothing else happens.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserGround } from './harness/browser-ground.ts'
import { DashboardDaemon } from './harness/dashboard-daemon.ts'
import { onVisit, useBrowser, type Visit } from './harness/visit.ts'
import { hostileReports } from './seed/hostile-reports.ts'
import { takeReports } from './seed/take-reports.ts'

const DOMAIN = 'hostile.example'
const browser = useBrowser()
const daemon = new DashboardDaemon(browserGround(), { data: 'empty' })
let reportIds: string[] = []

beforeAll(async () => {
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
  const reports = hostileReports(DOMAIN, yesterday)
  expect(await takeReports(daemon.dataDir, reports), 'reports taken').toBe(reports.length)
  await daemon.start()
  const response = await fetch(`${daemon.url}/api/v1/reports?limit=50`)
  const { items } = (await response.json()) as { items: { id: number }[] }
  reportIds = items.map(({ id }) => String(id))
  expect(reportIds).toHaveLength(reports.length)
})
afterAll(() => daemon.dispose())

/** What a page with hostile contents must be all the same. */
async function expectHarmless({ page, overflow }: Visit): Promise<void> {
  expect(await page.evaluate('globalThis.harmed'), 'what ran in the page').toBeUndefined()
  expect(await page.locator('a[href^="javascript:" i], img[src="x"], main script').count()).toBe(0)
  expect(await overflow(), 'pixels wider than the window').toBe(0)
  // Still alive: the menu opens at a click.
  await page.getByRole('button', { name: 'Open the menu' }).click()
  await page.getByRole('navigation', { name: 'Screens' }).waitFor()
}

test.each(['/', `/domains/${DOMAIN}`])('%s holds hostile reports, and nothing happens', path =>
  // The domain is known from reports alone, so it has no roll-out and no records.
  onVisit(browser(), { url: daemon.url, width: 360, expected: /status of 404/ }, async visiting => {
    await visiting.open(path)
    await visiting.page.getByText(DOMAIN).filter({ visible: true }).first().waitFor()
    await expectHarmless(visiting)
  }),
)
