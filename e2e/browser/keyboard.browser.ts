// The dashboard without a mouse: where the Tab key leads, what a dialog does with the focus, and where it comes back to.
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserGround } from './harness/browser-ground.ts'
import { DashboardDaemon } from './harness/dashboard-daemon.ts'
import { addPeople, type SessionCookie } from './harness/people.ts'
import { onVisit, useBrowser } from './harness/visit.ts'
import { screens } from './screens.ts'

const browser = useBrowser()
const daemon = new DashboardDaemon(browserGround(), { data: 'seed' })
let cookie: SessionCookie
beforeAll(async () => {
  await daemon.start()
  cookie = (await addPeople(daemon, [{ name: 'viewer', role: 'viewer', domains: 'all' }])).ada
})
afterAll(() => daemon.dispose())

/** More than the header and the navigation have, so that the content is reached on every screen. */
const TABS = 16

/** What has the focus: in which part of the page, whether it can be seen, and what it is called. */
const FOCUSED = `(() => {
  const element = document.activeElement
  const part = element.closest('main') ? 'content' : element.closest('nav') ? 'screens' : element.closest('header') ? 'head' : 'skip'
  const { width, height } = element.getBoundingClientRect()
  return { part, isBody: element === document.body, isSeen: width > 0 && height > 0, html: element.outerHTML.slice(0, 160) }
})()`

interface Focused {
  readonly part: 'skip' | 'head' | 'screens' | 'content'
  readonly isBody: boolean
  readonly isSeen: boolean
  readonly html: string
}

const ORDER = ['skip', 'head', 'screens', 'content']

test.each(screens)(
  '$name: the Tab key goes from head to screens to content, and everything it stops at is seen',
  ({ path }) =>
    onVisit(
      browser(),
      { url: daemon.url, cookies: [cookie], expected: /status of 404/ },
      async ({ page, open }) => {
        await open(path)
        const stops: Focused[] = []
        for (let tab = 0; tab < TABS; tab += 1) {
          await page.keyboard.press('Tab')
          stops.push(await page.evaluate<Focused>(FOCUSED))
        }
        const inPage = stops.slice(0, stops.findIndex(({ isBody }) => isBody) >>> 0)
        expect(inPage[0]?.part).toBe('skip')
        const parts = inPage.map(({ part }) => ORDER.indexOf(part))
        expect(parts, inPage.map(({ html }) => html).join('\n')).toEqual([...parts].sort((a, b) => a - b))
        expect(inPage.at(-1)?.part).toBe('content')
        expect(inPage.filter(({ isSeen }) => !isSeen)).toEqual([])
      },
    ),
)

test('the skip link leads past head and navigation', () =>
  onVisit(browser(), { url: daemon.url, cookies: [cookie] }, async ({ page, open }) => {
    await open('/reports')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.locator('#content:focus').waitFor()
    await page.keyboard.press('Tab')
    expect((await page.evaluate<Focused>(FOCUSED)).part).toBe('content')
  }))

/** Opens a dialog by the Enter key, and holds it to keeping the focus and giving it back. */
async function expectGoodDialog(page: Page, opener: Locator): Promise<void> {
  await opener.focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  const holdsFocus = () => dialog.locator(':focus').waitFor()
  await holdsFocus()
  for (let tab = 0; tab < 12; tab += 1) {
    await page.keyboard.press('Tab')
    await holdsFocus()
  }
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await page.waitForFunction(
    `document.activeElement?.textContent === ${JSON.stringify(await opener.textContent())}`,
  )
}

test('a dialog takes the focus, keeps it, closes at Escape, and gives it back to what opened it', () =>
  onVisit(browser(), { url: daemon.url, cookies: [cookie] }, async ({ page, open }) => {
    await open('/domains/alder-shop.example')
    for (const name of ['Enforce…', 'Hold…', 'Remove safely…', 'Take the domain out…'])
      await expectGoodDialog(page, page.getByRole('button', { name }))
    await open('/settings?tab=users')
    for (const name of ['Change viewer', 'Remove viewer'])
      await expectGoodDialog(page, page.getByRole('button', { name }))
  }))

test('the menu of the user opens, is gone through and closes by keys', () =>
  onVisit(browser(), { url: daemon.url, cookies: [cookie] }, async ({ page, open }) => {
    await open('/')
    const opener = page.getByRole('button', { name: 'ada' })
    await opener.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'My settings' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.locator('[role=menuitem]:focus').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('menuitem', { name: 'My settings' }).waitFor({ state: 'detached' })
    await page.locator('button:focus', { hasText: 'ada' }).waitFor()
  }))
