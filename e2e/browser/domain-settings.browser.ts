// What is wanted of a domain, typed into its form: BIMI and TLSA go into the list of records, criteria into its gate.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { axeViolations } from './harness/axe.ts'
import { browserGround } from './harness/browser-ground.ts'
import { DashboardDaemon } from './harness/dashboard-daemon.ts'
import { onVisit, useBrowser } from './harness/visit.ts'

const browser = useBrowser()
const daemon = new DashboardDaemon(browserGround(), { data: 'seed' })
beforeAll(() => daemon.start())
afterAll(() => daemon.dispose())

const DIGEST = 'ab'.repeat(32)

test('a BIMI record and TLSA records are saved, stand in the records, and can be taken back', () =>
  onVisit(browser(), { url: daemon.url, width: 360 }, async ({ page, open, overflow }) => {
    await open('/domains/birch.example')
    const save = page.getByRole('button', { name: 'Save', exact: true })
    const bimi = page.getByLabel('A BIMI record')
    const tlsa = page.getByLabel('TLSA records of the MX hosts (DANE)')
    await bimi.check()
    await page.getByLabel('Logo').fill('http://birch.example/logo.svg')
    await page.getByText('An https: address without blanks and semicolons, or nothing.').waitFor()
    expect(await save.isDisabled()).toBe(true)
    await page.getByLabel('Logo').fill('https://birch.example/logo.svg')
    await tlsa.fill('mx.birch.example 3 1')
    await page.getByText(/Write mx1\.example\.com 3 1 1 and the digest/).waitFor()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect(await axeViolations(page), `axe in ${colorScheme}`).toEqual([])
    }
    await tlsa.fill(`MX.birch.example. DANE-EE SPKI SHA2-256 ${DIGEST}`)
    expect(await overflow()).toBe(0)
    await save.click()
    await page.getByText(/^Saved\./).waitFor()
    await page
      .getByText(/v=BIMI1; ?l=https:\/\/birch\.example\/logo\.svg/)
      .first()
      .waitFor()
    await page.getByText(`3 1 1 ${DIGEST}`).first().waitFor()

    await page.reload()
    expect(await bimi.isChecked()).toBe(true)
    expect(await tlsa.inputValue()).toBe(`mx.birch.example 3 1 1 ${DIGEST}`)
    await bimi.uncheck()
    await tlsa.fill('')
    await save.click()
    await page.getByText(/^Saved\./).waitFor()
    await page
      .getByText(/v=BIMI1/)
      .first()
      .waitFor({ state: 'detached' })
  }))

test('criteria of the domain are saved, count when it is judged, and go back to the configuration', () =>
  onVisit(browser(), { url: daemon.url, width: 360 }, async ({ page, open, overflow }) => {
    await open('/domains/birch.example')
    const days = page.getByLabel('Days in mode testing')
    const save = page.getByRole('button', { name: 'Save the criteria' })
    const judge = page.getByRole('button', { name: 'Judge it now' })
    await days.fill('400')
    await page.getByText('A whole number from 0 to 365, or nothing.').waitFor()
    expect(await save.isDisabled()).toBe(true)
    await days.fill('99')
    await page.getByLabel('Who enforces it once every criterion is met').selectOption('off')
    expect(await overflow()).toBe(0)
    expect(await axeViolations(page)).toEqual([])
    await save.click()
    await page.getByText('Saved. They count from the next look on.').waitFor()
    await judge.click()
    await page.getByText('at least 99 days in testing').waitFor()

    await page.reload()
    await days.waitFor()
    expect(await days.inputValue()).toBe('99')
    await days.fill('')
    await save.click()
    await page.getByText('Saved. They count from the next look on.').waitFor()
    await judge.click()
    await page.getByText('at least 14 days in testing').waitFor()
  }))
