import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { browserGround } from './browser-ground.ts'

export interface VisitOptions {
  /** Where the dashboard is, without a slash at the end. */
  readonly url: string
  /** Pixels. Default: a desktop of 1280. */
  readonly width?: number
  readonly scheme?: 'light' | 'dark'
  /** Default: neither the machine's nor UTC, so that a time shown in the wrong zone is seen. */
  readonly timezoneId?: string
  /** What a context before it was signed in as. */
  readonly cookies?: Parameters<BrowserContext['addCookies']>[0]
  /** Messages on the console that a test brings about itself. */
  readonly expected?: RegExp
}

/** One person before one browser, with everything noted that must not happen. */
export interface Visit {
  readonly page: Page
  readonly context: BrowserContext
  /** Opens a screen and waits until it is quiet. */
  open(path: string): Promise<void>
  /** Errors of scripts, words on the console, breaches of the content security policy, requests to elsewhere. */
  faults(): readonly string[]
  /** How far things jumped since the screen was opened (CLS). */
  layoutShift(): Promise<number>
  /** How many pixels the page is wider than the window. */
  overflow(): Promise<number>
  close(): Promise<void>
}

const OVERFLOW = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

/** What `in-page/watch.js` notes. */
interface Watched {
  readonly shift: number
  readonly shifts: readonly string[]
  readonly breaches: readonly string[]
}

/** Begins a visit. */
async function visit(browser: Browser, options: VisitOptions): Promise<Visit> {
  const { url, width = 1280, scheme = 'light', timezoneId = 'America/St_Johns', expected } = options
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width, height: width < 600 ? 740 : 900 },
    colorScheme: scheme,
    timezoneId,
    locale: 'en-GB',
    reducedMotion: 'reduce',
  })
  if (options.cookies !== undefined) await context.addCookies(options.cookies)
  context.setDefaultTimeout(8_000)
  await context.addInitScript({ path: join(import.meta.dirname, '../in-page/watch.js') })
  const page = await context.newPage()
  const faults: string[] = []
  const note = (fault: string) => {
    if (expected?.test(fault) !== true) faults.push(fault)
  }
  page.on('pageerror', error => note(`a script failed: ${error.message}`))
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type()))
      note(`console: ${message.text()} ${message.location().url}`)
  })
  page.on('request', request => {
    const { protocol, origin } = new URL(request.url())
    if (origin !== url && !['data:', 'blob:'].includes(protocol))
      note(`a request to elsewhere: ${request.url()}`)
  })
  return {
    page,
    context,
    async open(path) {
      await page.goto(path)
      await quiet(page)
    },
    faults: () => faults,
    async layoutShift() {
      const { shift, shifts } = await watched(page)
      if (shift > 0.1) console.log(`what jumped:\n${shifts.join('\n')}`)
      return shift
    },
    overflow: () => page.evaluate(OVERFLOW),
    close: () => context.close(),
  }
}

/**
 * Lets a visit take place, and holds against it everything that must not happen.
 *
 * Errors: a failure tells of what the page showed and of what went wrong in it.
 */
export async function onVisit(
  browser: Browser,
  options: VisitOptions,
  look: (visit: Visit) => Promise<void>,
): Promise<void> {
  const visiting = await visit(browser, options)
  try {
    await look(visiting)
    const { breaches } = await watched(visiting.page)
    expect([...visiting.faults(), ...breaches], 'what went wrong in the page').toEqual([])
  } catch (error) {
    if (error instanceof Error) error.message += await describe(visiting)
    throw error
  } finally {
    await visiting.close()
  }
}

/** What is before a person's eyes when something fails. */
async function describe({ page, faults }: Visit): Promise<string> {
  const text = await page
    .locator('body')
    .innerText({ timeout: 1_000 })
    .catch(() => 'nothing')
  return `\n${page.url()} shows:\n${text.slice(0, 1_500)}\n${faults().join('\n')}`
}

function watched(page: Page): Promise<Watched> {
  return page.evaluate('watched')
}

/** Waits until a heading is there and nothing is being loaded any more. */
export async function quiet(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor()
  await page.locator('.mantine-Skeleton-root, [aria-busy=true]').first().waitFor({ state: 'detached' })
  await page.evaluate('document.fonts.ready.then(() => {})')
}

/** The one browser of the run, for the tests of this file. */
export function useBrowser(): () => Browser {
  let browser: Browser | undefined
  beforeAll(async () => {
    browser = await chromium.connect(browserGround().browser)
  })
  afterAll(() => browser?.close())
  return () => {
    if (browser === undefined) throw new Error('the browser is there from beforeAll on')
    return browser
  }
}
