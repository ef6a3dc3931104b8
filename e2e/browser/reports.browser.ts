// Reports as a person meets them: narrowed, explained, and read from files without a byte leaving the page.
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserGround } from './harness/browser-ground.ts'
import { DashboardDaemon } from './harness/dashboard-daemon.ts'
import { onVisit, useBrowser } from './harness/visit.ts'
import { hostileReports } from './seed/hostile-reports.ts'

const browser = useBrowser()
const daemon = new DashboardDaemon(browserGround(), { data: 'seed' })

beforeAll(() => daemon.start())
afterAll(() => daemon.dispose())

const report = JSON.stringify({
  'organization-name': 'Dropped Mail',
  'date-range': { 'start-datetime': '2026-10-01T00:00:00Z', 'end-datetime': '2026-10-01T23:59:59Z' },
  'contact-info': 'tls@dropped.example',
  'report-id': 'dropped-1',
  policies: [
    {
      policy: {
        'policy-type': 'sts',
        'policy-domain': 'alder.example',
        'policy-string': ['version: STSv1', 'mode: testing', 'mx: *.alder.example', 'max_age: 86400'],
      },
      summary: { 'total-successful-session-count': 40, 'total-failure-session-count': 2 },
      'failure-details': [
        {
          'result-type': 'certificate-expired',
          'receiving-mx-hostname': 'mx.alder.example',
          'failed-session-count': 2,
        },
      ],
    },
  ],
})

const HAND_IN_TEN_MEGABYTES = `{
  const files = new DataTransfer()
  const text = JSON.stringify({ 'organization-name': 'x'.repeat(10_000_000), policies: [] })
  files.items.add(new File([text], 'huge.json', { type: 'application/json' }))
  const input = document.querySelector('input[type=file]')
  input.files = files.files
  input.dispatchEvent(new Event('change', { bubbles: true }))
}`

test('a file is read and explained in the page, nothing leaves it until somebody says so', () =>
  onVisit(browser(), { url: daemon.url }, async ({ page, open }) => {
    await open('/reports')
    const changes: string[] = []
    page.on('request', request => {
      if (request.method() !== 'GET') changes.push(`${request.method()} ${new URL(request.url()).pathname}`)
    })
    const main = page.getByRole('main')
    await page
      .getByLabel('Files of TLS reports', { exact: true })
      .setInputFiles({ name: 'r.json.gz', mimeType: 'application/gzip', buffer: gzipSync(report) })
    await main.getByText('Dropped Mail reports on 42 connections').waitFor()
    await main.getByText('The certificate of the MX host had expired').first().waitFor()
    expect(changes).toEqual([])
    await main.getByRole('button', { name: 'Keep it here' }).click()
    await main.getByText('It is kept here').waitFor()
    expect(changes).toEqual(['POST /api/v1/reports'])
    await main.getByRole('link', { name: 'Open the report by Dropped Mail' }).click()
    await page.getByRole('heading', { level: 1, name: /Report by Dropped Mail/ }).waitFor()
    await main.getByText('Dropped Mail reports on 42 connections').waitFor()
    await main.getByRole('region', { name: 'The text of the report' }).getByText('"dropped-1"').waitFor()
  }))

test('files of strangers do no harm, however they are written', () =>
  onVisit(browser(), { url: daemon.url, width: 360 }, async ({ page, open, overflow }) => {
    await open('/reports')
    const texts = hostileReports('alder.example', '2026-10-02').filter(text => text.length < 1_000_000)
    await page.getByLabel('Files of TLS reports', { exact: true }).setInputFiles(
      texts.map((text, place) => ({
        name: `<b>${place}</b>.json`,
        mimeType: 'application/json',
        buffer: Buffer.from(text),
      })),
    )
    await page.getByText(`${texts.length} files read here.`).waitFor()
    // Made in the page: to hand it in from here takes longer than to read it.
    await page.evaluate(HAND_IN_TEN_MEGABYTES)
    await page.getByText('1 file read here.').waitFor()
    for (const fold of await page.getByText('The text it was read from').all()) await fold.click()
    expect(await page.evaluate('globalThis.harmed')).toBeUndefined()
    expect(await overflow(), 'pixels wider than the window').toBe(0)
    await page
      .getByRole('button', { name: /^Put away/ })
      .first()
      .click()
  }))

test('what is no report, and a mail, are said to be', () =>
  onVisit(browser(), { url: daemon.url }, async ({ page, open }) => {
    await open('/reports')
    await page.getByLabel('Files of TLS reports', { exact: true }).setInputFiles([
      { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no report') },
      {
        name: 'report.eml',
        mimeType: 'message/rfc822',
        buffer: Buffer.from('Received: from mx\r\nSubject: Report Domain: alder.example\r\n\r\n'),
      },
    ])
    await page.getByText('It is no TLS report that can be read').waitFor()
    await page.getByText('It is a mail').waitFor()
  }))

test('filters stand in the address: they survive a reload, and back goes one step back', () =>
  onVisit(browser(), { url: daemon.url }, async ({ page, open }) => {
    await open('/reports')
    const switchOf = page.getByRole('switch', { name: 'Only with failures' })
    await switchOf.click()
    await page.waitForURL(/failures=true/)
    await page
      .getByRole('combobox', { name: 'Domain' })
      .or(page.getByLabel('Domain'))
      .first()
      .fill('birch-news.example')
    await page.keyboard.press('Enter')
    await page.waitForURL(/domain=birch-news\.example/)
    await page.reload()
    expect(await switchOf.isChecked()).toBe(true)
    await page.getByRole('button', { name: 'Clear all filters' }).waitFor()
    await page.goBack()
    await page.waitForURL(url => !url.search.includes('domain') && url.search.includes('failures'))
    await page.goBack()
    await page.waitForURL(url => url.search === '')
    expect(await switchOf.isChecked()).toBe(false)
  }))

test('a destination is looked up, with each step and the answer Postfix gets', () =>
  onVisit(browser(), { url: daemon.url }, async ({ page, open }) => {
    await open('/outbound')
    await page.getByLabel('Destination').fill('signed.example')
    await page.keyboard.press('Enter')
    await page.waitForURL(/lookup=signed\.example/)
    const tree = page.getByRole('list', { name: 'How the answer came about' })
    await tree.getByText('Does DANE protect every way to it?').waitFor()
    await tree.getByText('dane-only').waitFor()
  }))
