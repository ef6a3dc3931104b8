// The orders of an operator on a domain's page, each asked for, reasoned, given and told of by the real daemon.
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserGround } from './harness/browser-ground.ts'
import { DashboardDaemon } from './harness/dashboard-daemon.ts'
import { onVisit, useBrowser } from './harness/visit.ts'

const browser = useBrowser()
const daemon = new DashboardDaemon(browserGround(), { data: 'seed' })
beforeAll(() => daemon.start())
afterAll(() => daemon.dispose())

/** Where a domain stands, as the page tells. */
function state(page: Page): Locator {
  return page.getByRole('region', { name: 'State' })
}

/** Asks for an order; answers the question that comes. */
async function ask(page: Page, order: string, title = order): Promise<Locator> {
  await page.getByRole('button', { name: `${order}…` }).click()
  const question = page.getByRole('dialog', { name: new RegExp(`^${title.replace(/[()]/g, '.')}`) })
  await question.waitFor()
  return question
}

/** Gives the order with a reason, and waits until it is taken. */
async function give(question: Locator, order: string, field: string, reason: string): Promise<void> {
  await question.getByLabel(field).fill(reason)
  await question.getByRole('button', { name: order, exact: true }).click()
  await question.waitFor({ state: 'hidden' })
}

/** The history of the roll-out has this reason. */
async function expectReason(page: Page, reason: string): Promise<void> {
  await page.reload()
  await page.getByText('Every step, in words').click()
  await page
    .getByRole('cell', { name: new RegExp(reason) })
    .first()
    .waitFor()
}

test('enforcing against the evidence needs a reason, begins step by step, and can be switched off again', () =>
  onVisit(browser(), { url: daemon.url }, async ({ page, open }) => {
    await open('/domains/alder-shop.example')
    const question = await ask(page, 'Enforce')
    await question.getByText('The evidence does not say yet that this is safe').waitFor()
    const enforce = question.getByRole('button', { name: 'Enforce', exact: true })
    expect(await enforce.isDisabled()).toBe(true)
    await give(question, 'Enforce', 'Why go on without it', 'the contract asks for it')
    await state(page).getByText('The policy host gives out the new policy').waitFor()
    // What is on its way leads on by itself.
    expect(await page.getByRole('button', { name: 'Enforce…' }).count()).toBe(0)
    await give(await ask(page, 'Switch off (mode none)'), 'Switch off (mode none)', 'Reason', 'mail is late')
    await state(page).getByText('Rolling back').waitFor()
    await expectReason(page, 'mail is late')
  }))

test('an enforced domain is rolled back to testing, and the page says what senders may still hold', () =>
  onVisit(browser(), { url: daemon.url }, async ({ page, open }) => {
    await open('/domains/alder.example')
    const question = await ask(page, 'Roll back to testing')
    await question.getByText(/may hold the enforced policy until/).waitFor()
    await give(question, 'Roll back to testing', 'Reason', 'a certificate is late')
    await state(page).getByText('Rolling back').waitFor()
    await expectReason(page, 'a certificate is late')
  }))

test('a roll-out is held, goes on, and is removed safely', () =>
  onVisit(browser(), { url: daemon.url }, async ({ page, open }) => {
    await open('/domains/birch.example')
    await give(await ask(page, 'Hold'), 'Hold', 'Reason', 'nobody is here this week')
    await state(page).getByText('Held', { exact: true }).waitFor()
    await give(await ask(page, 'Go on'), 'Go on', 'Reason', 'everybody is back')
    await page.getByRole('button', { name: 'Hold…' }).waitFor()
    await give(await ask(page, 'Remove safely'), 'Remove safely', 'Reason', 'the domain is sold')
    await state(page).getByText('on the way to a safe removal').waitFor()
    await expectReason(page, 'the domain is sold')
  }))

test('a domain that senders may enforce is taken out at once only with a reason', () =>
  onVisit(browser(), { url: daemon.url, expected: /status of (404|409)/ }, async ({ page, open }) => {
    await open('/domains/xn--mller-kva.example')
    const question = await ask(page, 'Take the domain out', 'Take out')
    await question.getByRole('button', { name: 'Take it out' }).click()
    await question.getByRole('alert').getByText('It was not taken out').waitFor()
    await question.getByLabel('Also while senders may hold an enforced policy').check()
    expect(await question.getByRole('button', { name: 'Take it out' }).isDisabled()).toBe(true)
    await question.getByLabel('Why').fill('its mail goes elsewhere')
    await question.getByRole('button', { name: 'Take it out' }).click()
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
    await open('/domains/xn--mller-kva.example')
    await page.getByText('No policy of xn--mller-kva.example is published here').waitFor()
  }))
