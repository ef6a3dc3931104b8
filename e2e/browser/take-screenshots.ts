// Takes the pictures of the dashboard for the documents, of the seed's data. Run: npm run browser -- screenshots
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { repositoryRoot } from '../../tools/suite.ts'
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
} as const

const ground = browserGround()
const daemon = new DashboardDaemon(ground, { data: 'seed' })
await daemon.start()
for (const destination of Object.keys(destinations)) await askOnce(daemon.socket, destination)
const browser = await chromium.connect(ground.browser)
for (const colorScheme of ['light', 'dark'] as const) {
  const context = await browser.newContext({
    baseURL: daemon.url,
    viewport: { width: 1280, height: 900 },
    colorScheme,
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  for (const [name, path] of Object.entries(pictures)) {
    await page.goto(path)
    await quiet(page)
    const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 80 })
    const file = join(repositoryRoot, 'docs/screenshots', `${name}-${colorScheme}.webp`)
    writeFileSync(file, Buffer.from(data, 'base64'))
    console.log(file)
  }
  await context.close()
}
await browser.close()
await daemon.dispose()
