import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds against the rules of WCAG 2.2 A and AA and its own best practices, a line for each element. */
export async function axeViolations(page: Page): Promise<string[]> {
  // By way of the debugger, as the content security policy would stop a script element.
  await page.evaluate(source)
  const { violations } = await page.evaluate<AxeResults>(`axe.run({ resultTypes: ['violations'] })`)
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, html, any }) =>
      `${id}: ${help}: ${target.join(' ')}: ${html.slice(0, 160)} ${any[0]?.message ?? ''}`.trim(),
    ),
  )
}
