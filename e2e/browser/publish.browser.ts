// The wizard, from the name of a domain to its records, against the lab's mail Internet.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { axeViolations } from './harness/axe.ts'
import { browserGround } from './harness/browser-ground.ts'
import { DashboardDaemon } from './harness/dashboard-daemon.ts'
import { onVisit, useBrowser } from './harness/visit.ts'

const browser = useBrowser()
const daemon = new DashboardDaemon(browserGround(), { data: 'empty' })
beforeAll(() => daemon.start())
afterAll(() => daemon.dispose())

const next = (page: Page, name: string) => page.getByRole('button', { name }).click()

test('four steps by the keyboard lead from a name to records; a reload and going back lose nothing', () =>
  onVisit(browser(), { url: daemon.url, width: 360 }, async ({ page, open, overflow }) => {
    await open('/publish')
    await page.getByLabel('Your domain').fill('Plain.Example')
    await page.keyboard.press('Enter')

    await page.getByText('mx: mx.plain.example').waitFor()
    await page.reload()
    await page.getByText('mx: mx.plain.example').waitFor()
    await page.getByLabel('A list of mine').check()
    await page.getByLabel('MX hosts').fill('10 mx.elsewhere.example.\n20 mx2.elsewhere.example.')
    await page.getByText('mx: mx2.elsewhere.example').waitFor()
    await page.getByText('Hosts of today are missing').waitFor()
    await page.getByLabel('The hosts that DNS names today').check()
    await page.getByText('mx: mx.plain.example').waitFor()
    expect(await overflow()).toBe(0)
    expect(await axeViolations(page)).toEqual([])
    await next(page, 'On to the choices')

    const reports = page.getByLabel('Where reports go (rua)')
    await reports.fill('tls-reports@plain.example')
    await page.goBack()
    await page.getByText('mx: mx.plain.example').waitFor()
    await page.goForward()
    expect(await reports.inputValue()).toBe('tls-reports@plain.example')
    expect(await axeViolations(page)).toEqual([])
    await next(page, 'Publish in mode testing')

    await page.getByRole('heading', { name: 'Records to set' }).waitFor()
    await page.getByText('TXT at _mta-sts.plain.example').waitFor()
    await page
      .getByText(/rua=mailto:tls-reports@plain\.example/)
      .first()
      .waitFor()
    await page.getByText('Not to be had yet').waitFor()
    await page.getByText('sternpost setup nginx plain.example').waitFor()
    await page.getByText(/records are as wanted/).waitFor()
    expect(await overflow()).toBe(0)
    expect(await axeViolations(page)).toEqual([])
    await page.reload()
    await page.getByText('TXT at _mta-sts.plain.example').waitFor()

    await open('/publish')
    await page.getByLabel('Your domain').fill('plain.example')
    await next(page, 'Look at its mail hosts')
    await page.getByText('Published already').waitFor()
  }))

test('what the daemon does not take is told at its field, and what was typed stays', () =>
  onVisit(browser(), { url: daemon.url, expected: /status of 422/ }, async ({ page, open }) => {
    await open('/publish')
    const domain = page.getByLabel('Your domain')
    await domain.fill('no domain!')
    await next(page, 'Look at its mail hosts')
    await page.locator('[id$="-error"]').first().waitFor()
    expect(await domain.inputValue()).toBe('no domain!')
    await domain.fill('trying.example')
    await next(page, 'Look at its mail hosts')
    await next(page, 'On to the choices')
    const reports = page.getByLabel('Where reports go (rua)')
    await reports.fill('http://reports.example/')
    await next(page, 'Publish in mode testing')
    await page.locator('[id$="-error"]').first().waitFor()
    expect(await reports.getAttribute('aria-invalid')).toBe('true')
    expect(await reports.inputValue()).toBe('http://reports.example/')
  }))
