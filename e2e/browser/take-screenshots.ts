// Takes the pictures of the dashboard for the documents, of the seed's data. Run: npm run browser -- screenshots
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { repositoryRoot } from '../../tools/suite.ts'
import { eventually } from '../daemon/daemon-process.ts'
import { askOnce } from '../daemon/socketmap-client.ts'
import { browserGround } from './harness/browser-ground.ts'
import { DashboardDaemon } from './harness/dashboard-daemon.ts'
import { quiet } from './harness/visit.ts'
import { destinations } from './seed/cast.ts'
import { keptChecks } from './seed/keep-checks.ts'

const pictures = {
  overview: '/',
  domain: '/domains/alder-shop.example',
  reports: '/reports',
  outbound: '/outbound',
  check: `/check/${keptChecks.later}`,
  publish: '/publish?domain=plain.example',
  settings: '/settings?tab=users',
} as const

const ground = browserGround()
const daemon = new DashboardDaemon(ground, { data: 'seed' })
await daemon.start()
for (const destination of Object.keys(destinations)) await askOnce(daemon.socket, destination)
const cookie = await firstAdmin()
const browser = await chromium.connect(ground.browser)
for (const colorScheme of ['light', 'dark'] as const) {
  const context = await browser.newContext({
    baseURL: daemon.url,
    viewport: { width: 1280, height: 900 },
    colorScheme,
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
  })
  await context.addCookies([cookie])
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  for (const [name, path] of Object.entries(pictures)) {
    await page.goto(path)
    await quiet(page)
    if (name === 'publish') {
      await page.getByRole('button', { name: 'Look at its mail hosts' }).click()
      await page.getByText('mx: mx.plain.example').waitFor()
      await quiet(page)
    }
    const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 80 })
    const file = join(repositoryRoot, 'docs/screenshots', `${name}-${colorScheme}.webp`)
    writeFileSync(file, Buffer.from(data, 'base64'))
    console.log(file)
  }
  await context.close()
}
await browser.close()
await daemon.dispose()

/** Makes an admin, as the pictures are of a house that is lived in; answers the cookie of the session. */
async function firstAdmin() {
  const token = await eventually('the setup link', () => /\/setup#([\w-]+)/.exec(daemon.output)?.[1])
  const answer = await fetch(`${daemon.url}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, name: 'postmaster', password: 'only for these pictures' }),
  })
  const [pair = ''] = (answer.headers.get('set-cookie') ?? '').split(';')
  const [name = '', value = ''] = pair.split('=')
  return { name, value, url: daemon.url }
}
