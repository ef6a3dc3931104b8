// Every screen in every state: with data, empty, failing, slow, printed; light and dark, wide and narrow.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { repositoryRoot } from '../../tools/suite.ts'
import { axeViolations } from './harness/axe.ts'
import { browserGround } from './harness/browser-ground.ts'
import { DashboardDaemon } from './harness/dashboard-daemon.ts'
import { quiet, useBrowser, type Visit, type VisitOptions, onVisit as visitWith } from './harness/visit.ts'
import { openRoutes, type ScreenUnderTest, screens } from './screens.ts'

const browser = useBrowser()
const ground = browserGround()
const seeded = new DashboardDaemon(ground, { data: 'seed' })
const empty = new DashboardDaemon(ground, { data: 'empty' })

beforeAll(() => Promise.all([seeded.start(), empty.start()]))
afterAll(() => Promise.all([seeded.dispose(), empty.dispose()]))

/** Things jump less than this, which is what is called good for a page. */
const MOST_SHIFT = 0.1

const onVisit = (options: VisitOptions, look: (visit: Visit) => Promise<void>) =>
  visitWith(browser(), options, look)

test('every route of the dashboard has its screen in the table', () => {
  const routes = readFileSync(join(repositoryRoot, 'packages/dashboard/src/routes.tsx'), 'utf8')
  const paths = [...routes.matchAll(/path: '([^']+)'/g)].map(([, path]) => path)
  expect(paths.sort()).toEqual([...screens.map(({ route }) => route), ...openRoutes].sort())
})

describe.each(screens)('$name', screen => {
  test.each([
    { width: 1280, what: 'on a desktop' },
    { width: 360, what: 'on a phone' },
  ])('with data, $what: axe finds nothing, nothing sticks out, nothing jumps', ({ width }) =>
    onVisit({ url: seeded.url, width }, async ({ page, open, layoutShift, overflow }) => {
      await open(screen.path)
      await shown(page, screen.shows).waitFor()
      expect(await layoutShift(), 'layout shift').toBeLessThanOrEqual(MOST_SHIFT)
      expect(await overflow(), 'pixels wider than the window').toBe(0)
      await expectNoViolations(page)
    }),
  )

  const { whenEmpty } = screen
  if (whenEmpty !== undefined)
    test('empty: says what this is and what to do', () =>
      onVisit(
        {
          url: empty.url,
          width: 360,
          ...(whenEmpty.expected === undefined ? {} : { expected: whenEmpty.expected }),
        },
        async ({ page, open, overflow }) => {
          await open(whenEmpty.path ?? screen.path)
          await shown(page, whenEmpty.says).waitFor()
          expect(await overflow(), 'pixels wider than the window').toBe(0)
          await expectNoViolations(page)
        },
      ))

  test('an error is shown with its code and what helps, and trying again helps', () =>
    onVisit({ url: seeded.url, expected: /status of 502/ }, async ({ page, open }) => {
      await page.route(screen.calls, route => route.fulfill({ status: 502, body: 'a proxy in between' }))
      await open(screen.path)
      const alert = page.getByRole('alert').first()
      await alert.getByText('http/502').waitFor()
      await alert.getByText('its log may say more').waitFor()
      await expectNoViolations(page)
      await page.unrouteAll()
      await alert.getByRole('button', { name: 'Try again' }).click()
      await shown(page, screen.shows).waitFor()
    }))

  test('slow: something stands where the data will be, and nothing jumps when it comes', () =>
    onVisit({ url: seeded.url }, async ({ page, layoutShift }) => {
      await page.route(screen.calls, async route => {
        await new Promise(resolve => setTimeout(resolve, 700))
        await route.continue()
      })
      await page.goto(screen.path)
      await page.locator('.mantine-Skeleton-root').first().waitFor()
      await quiet(page)
      await shown(page, screen.shows).waitFor()
      expect(await layoutShift(), 'layout shift').toBeLessThanOrEqual(MOST_SHIFT)
    }))

  test('printed: what it shows, without what is there to be clicked on', () =>
    onVisit({ url: seeded.url }, async ({ page, open }) => {
      await open(screen.path)
      await page.emulateMedia({ media: 'print' })
      await shown(page, screen.shows).waitFor()
      await page.locator('h1').first().waitFor()
      await page.getByRole('navigation', { name: 'Screens' }).waitFor({ state: 'hidden' })
    }))
})

function shown(page: Page, text: ScreenUnderTest['shows']) {
  return page.getByRole('main').getByText(text).filter({ visible: true }).first()
}

/** Looks in light, then in dark. */
async function expectNoViolations(page: Page): Promise<void> {
  const found: Record<string, string[]> = {}
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    found[colorScheme] = await axeViolations(page)
  }
  await page.emulateMedia({ colorScheme: 'light' })
  expect(found).toEqual({ light: [], dark: [] })
}
