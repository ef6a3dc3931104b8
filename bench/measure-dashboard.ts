import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Browser, chromium, type Page } from 'playwright-core'
import { chromiumFlags, prepareChromium } from '../e2e/browser/harness/chromium.ts'
import { addDays, dayOf } from '../packages/sternpost/src/reports-received/index.ts'
import { nodeArguments, repositoryRoot } from '../tools/suite.ts'
import { startServer } from './contender.ts'
import { runNode } from './run-node.ts'

/** How much a person is shown, and how often it is looked at. */
export interface DashboardPlan {
  readonly reports: number
  /** Rows of the table on the first screen. */
  readonly domains: number
  /** Times the first screen is opened, each by a browser that knows nothing of it. */
  readonly loads: number
  /** Rounds of sorting, typing and paging through the table. */
  readonly rounds: number
}

export const dashboardPlans: Readonly<Record<'full' | 'quick', DashboardPlan>> = {
  full: { reports: 100_000, domains: 10_000, loads: 15, rounds: 5 },
  quick: { reports: 20_000, domains: 10_000, loads: 5, rounds: 1 },
}

/** Milliseconds. */
export interface Spread {
  readonly count: number
  readonly median: number
  readonly p95: number
  readonly most: number
}

export interface DashboardResult {
  readonly plan: DashboardPlan
  readonly chromium: string
  /** From the navigation to the first words on the screen. */
  readonly firstContentfulPaint: Spread
  /** From the navigation until the table has rows. */
  readonly tableShown: Spread
  /** From a key or click to the next picture, by Chromium's own event timing; shorter ones than 16 ms count as 16. */
  readonly interaction: Spread
}

const HTTP_PORT = 18_470
const URL = `http://127.0.0.1:${HTTP_PORT}`
const START_MS = 30_000
const SHORTEST_TOLD_MS = 16
/** After each interaction: longer than a slow one, so that they do not run into one another. */
const PAUSE_MS = 300
const DAYS = 60

/** In the page: notes how long each event took until it was seen. */
const OBSERVER = `globalThis.seenEvents = []
new PerformanceObserver(list => {
  for (const { duration, interactionId } of list.getEntries())
    if (interactionId > 0) seenEvents.push([interactionId, duration])
}).observe({ type: 'event', durationThreshold: ${SHORTEST_TOLD_MS}, buffered: true })`

/** Measures what a person waits for before the first screen with a table of many domains. */
export async function measureDashboard(
  plan: DashboardPlan,
  parent: string,
  log: (line: string) => void,
): Promise<DashboardResult | string> {
  const found = await prepareChromium(log, undefined)
  if (!found.ok) return found.reason
  const folder = mkdtempSync(join(parent, 'dashboard-'))
  try {
    log(`dashboard: filling a database with ${plan.domains} domains`)
    const { reports, domains } = plan
    const fill = { folder: join(folder, 'state'), reports, domains, days: DAYS }
    const lastDay = addDays(dayOf(Date.now()), -1)
    await runNode(nodeArguments('bench/fill-api.ts', JSON.stringify({ ...fill, lastDay })))
    const server = startServer('sternpost', daemonCommand(folder), { cwd: repositoryRoot })
    const browser = await chromium.launch({ executablePath: found.path, args: [...chromiumFlags] })
    try {
      await answering()
      // The daemon counts all domains together at the first visit.
      await openOnce(browser)
      log(`dashboard: opening the first screen ${plan.loads} times`)
      const loads = []
      for (let index = 0; index < plan.loads; index += 1) loads.push(await openOnce(browser))
      log('dashboard: sorting, typing, paging')
      return {
        plan,
        chromium: browser.version(),
        firstContentfulPaint: spread(loads.map(load => load.paintMs)),
        tableShown: spread(loads.map(load => load.shownMs)),
        interaction: spread(await interact(browser, plan.rounds)),
      }
    } finally {
      await browser.close()
      await server.stop()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function daemonCommand(folder: string): string[] {
  const config = join(folder, 'sternpost.yaml')
  writeFileSync(
    config,
    `dns: { resolvers: ['127.0.0.1:9'] }
http: { listen: '127.0.0.1:${HTTP_PORT}' }
outbound: { socketmap: { listen: ['unix:${join(folder, 'socketmap')}'] } }
`,
  )
  const script = ['packages/sternpost/dist/main.js', 'serve', '--config', config]
  return [process.execPath, ...script, '--data', join(folder, 'state')]
}

async function answering(): Promise<void> {
  const until = performance.now() + START_MS
  while ((await fetch(`${URL}/health`).catch(() => undefined)) === undefined) {
    if (performance.now() > until) throw new Error('the daemon of the benchmark did not start')
    await delay(50)
  }
}

async function openOnce(browser: Browser): Promise<{ readonly paintMs: number; readonly shownMs: number }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  try {
    const page = await context.newPage()
    await page.goto(URL)
    await tableRows(page).first().waitFor()
    const [paintMs, shownMs] = await page.evaluate<[number, number]>(
      `[performance.getEntriesByName('first-contentful-paint')[0].startTime, performance.now()]`,
    )
    return { paintMs, shownMs }
  } finally {
    await context.close()
  }
}

function tableRows(page: Page) {
  return page.getByRole('table', { name: /^Domains/ }).getByRole('link')
}

/** Sorts by each column, types into the filter, goes through the table by keys; milliseconds of each. */
async function interact(browser: Browser, rounds: number): Promise<number[]> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  try {
    await context.addInitScript(OBSERVER)
    const page = await context.newPage()
    await page.goto(URL)
    await tableRows(page).first().waitFor()
    const sorts = page
      .getByRole('table', { name: /^Domains/ })
      .getByRole('columnheader')
      .getByRole('button')
    const find = page.getByRole('searchbox', { name: 'Find' })
    let done = 0
    const pause = async () => {
      done += 1
      await page.waitForTimeout(PAUSE_MS)
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const sort of await sorts.all()) {
        await sort.click()
        await pause()
      }
      await find.focus()
      for (const key of ['1', '2', 'Backspace', 'Backspace']) {
        await page.keyboard.press(key)
        await pause()
      }
      await tableRows(page).first().focus()
      for (const key of ['ArrowDown', 'PageDown', 'End', 'PageUp', 'Home']) {
        await page.keyboard.press(key)
        await pause()
      }
    }
    const seen = await page.evaluate<[number, number][]>('seenEvents')
    const longest = new Map<number, number>()
    for (const [id, ms] of seen) longest.set(id, Math.max(longest.get(id) ?? 0, ms))
    const told = [...longest.values()]
    return [...told, ...Array<number>(Math.max(0, done - told.length)).fill(SHORTEST_TOLD_MS)]
  } finally {
    await context.close()
  }
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0
  return { count: sorted.length, median: at(0.5), p95: at(0.95), most: sorted.at(-1) ?? 0 }
}
