// Nobody is offered what their rights refuse: every screen by every kind of user, and everything on it pressed.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserGround } from './harness/browser-ground.ts'
import { DashboardDaemon } from './harness/dashboard-daemon.ts'
import { addPeople, type SessionCookie } from './harness/people.ts'
import { onVisit, quiet, useBrowser, type Visit } from './harness/visit.ts'
import { screens } from './screens.ts'
import { customerDomains } from './seed/cast.ts'

const browser = useBrowser()
const daemon = new DashboardDaemon(browserGround(), { data: 'seed' })
let sessions: Record<'ada' | 'viewer' | 'operator' | 'customer' | 'keeper', SessionCookie>

beforeAll(async () => {
  await daemon.start()
  sessions = await addPeople(daemon, [
    { name: 'viewer', role: 'viewer', domains: 'all' },
    { name: 'operator', role: 'operator', domains: 'all' },
    { name: 'customer', role: 'viewer', domains: customerDomains },
    { name: 'keeper', role: 'operator', domains: customerDomains },
  ])
})
afterAll(() => daemon.dispose())

/** The screens with every part of the settings, and those addresses that a user may have from somebody else. */
const paths = [
  ...screens.map(({ path }) => path),
  '/domains/birch.example',
  '/domains/alder.example',
  '/publish',
  '/outbound?view=events',
  ...['account', 'tokens', 'users', 'log', 'reports'].map(tab => `/settings?tab=${tab}`),
]

/** A press of the page's own script opens no file chooser; what another may not see is answered with 404. */
const expected = /File chooser dialog|status of 404/

/** Presses everything in the content, the one thing after the other, and closes what opens. */
const PRESS_EVERYTHING = `(async () => {
  for (const button of document.querySelectorAll('main button:not([disabled])')) {
    if (button.isConnected) button.click()
    await new Promise(resolve => requestAnimationFrame(resolve))
    for (const each of document.querySelectorAll('[role=dialog] header button')) each.click()
  }
})()`

/** Goes over every screen; answers with what was refused. */
async function goAround({ page, open }: Visit, isPressing: boolean): Promise<string[]> {
  const refused: string[] = []
  page.on('response', response => {
    if (response.status() === 403)
      refused.push(`${response.request().method()} ${response.url()} at ${page.url()}`)
  })
  for (const path of paths) {
    await open(path)
    if (!isPressing) continue
    await page.evaluate(PRESS_EVERYTHING)
    await quiet(page)
  }
  return refused
}

function navigation(page: Page) {
  return page.getByRole('navigation', { name: 'Screens' })
}

test.each(['viewer', 'customer'] as const)(
  'the %s is refused nothing that is offered on any screen',
  name =>
    onVisit(browser(), { url: daemon.url, cookies: [sessions[name]], expected }, async visit => {
      expect(await goAround(visit, true)).toEqual([])
    }),
  180_000,
)

test.each(['operator', 'keeper'] as const)('%s is refused nothing that a screen reads', name =>
  onVisit(browser(), { url: daemon.url, cookies: [sessions[name]], expected }, async visit => {
    expect(await goAround(visit, false)).toEqual([])
  }),
)

test('a viewer can read a report file in the page, and is not asked to keep it', () =>
  onVisit(browser(), { url: daemon.url, cookies: [sessions.viewer] }, async ({ page, open }) => {
    await open('/reports')
    await page.getByLabel('Files of TLS reports', { exact: true }).setInputFiles({
      name: 'report.json',
      mimeType: 'application/json',
      buffer: Buffer.from('{"organization-name":"Somebody","report-id":"1","policies":[]}'),
    })
    await page.getByText('1 file read here.').waitFor()
    await page.getByRole('heading', { name: 'report.json' }).waitFor()
    expect(await page.getByRole('button', { name: 'Keep it here' }).count()).toBe(0)
    await open('/publish')
    await page.getByText('Only an operator of all domains publishes further ones').waitFor()
    expect(await navigation(page).getByRole('link', { name: 'Publish' }).count()).toBe(0)
    expect(await navigation(page).getByRole('link', { name: 'Outbound' }).count()).toBe(1)
  }))

test('a keeper of some domains changes these, publishes no others, and is told so', () =>
  onVisit(browser(), { url: daemon.url, cookies: [sessions.keeper], expected }, async ({ page, open }) => {
    await open('/domains/alder-shop.example')
    await page.getByRole('button', { name: 'Hold…' }).waitFor()
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
    await open('/domains/birch.example')
    await page.getByText('This is none of your domains').waitFor()
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0)
    await open('/outbound')
    await page.getByText('This is for those who see all domains').waitFor()
    await open('/check')
    await page.getByLabel('Domain').fill('birch.example')
    await page.getByText('One of the domains you see.').waitFor()
    for (const name of ['Publish', 'Outbound'])
      expect(await navigation(page).getByRole('link', { name }).count(), name).toBe(0)
  }))
