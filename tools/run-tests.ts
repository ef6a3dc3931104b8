// Everything that must hold. Run: npm test [check] [unit] [daemon] [browser] [e2e]
import { prepareChromium } from '../e2e/browser/harness/chromium.ts'
import { runOnGround } from '../e2e/browser/harness/run-on-ground.ts'
import { prepareRoots } from '../e2e/ground/debian-roots.ts'
import { runInGround } from '../e2e/ground/namespace.ts'
import { runCheck } from './run-check.ts'
import { closingLine, nodeArguments, runCommand, type SuiteResult, seconds } from './suite.ts'
import { countVitest } from './vitest-suite.ts'

const suiteNames = ['check', 'unit', 'daemon', 'browser', 'e2e'] as const
type SuiteName = (typeof suiteNames)[number]

const asked = process.argv.slice(2)
const unknown = asked.filter(name => !suiteNames.some(known => known === name))
if (unknown.length > 0) {
  console.error(`run-tests: unknown suite ${unknown.join(', ')}; known: ${suiteNames.join(', ')}`)
  process.exit(2)
}
const wants = (name: SuiteName) => asked.length === 0 || asked.includes(name)
const startedAt = performance.now()

// The Debian roots take a minute the first time: they are laid while types and units are tested.
const roots = wants('e2e') ? prepareRoots(line => console.log(line)) : undefined
const results: SuiteResult[] = []
if (wants('check')) await show('check', runCheck)
if (wants('unit')) await show('unit', runUnit)
if (wants('daemon')) await show('daemon', runDaemon)
if (wants('browser')) await show('browser', runBrowser)
if (roots !== undefined) await show('e2e', runE2e)

const notes = results.flatMap(({ name, notes }) => notes.map(note => `${name}: ${note}`))
console.log(`\nall suites took ${seconds(startedAt)}`)
for (const note of notes) console.log(note)
console.log(closingLine(results))
process.exitCode = results.every(({ failed }) => failed === 0) ? 0 : 1

async function show(name: SuiteName, run: () => Promise<SuiteResult>): Promise<void> {
  const suiteStartedAt = performance.now()
  console.log(`\n== ${name}`)
  const result = await run()
  console.log(`== ${name}: ${closingLine([result])} (${seconds(suiteStartedAt)})`)
  results.push(result)
}

async function runUnit(): Promise<SuiteResult> {
  return runVitest('unit')
}

/** The daemon as a process, in all the trouble that needs no root. */
async function runDaemon(): Promise<SuiteResult> {
  return runVitest('daemon', '--config', 'e2e/daemon/vitest.config.ts')
}

function runVitest(name: SuiteName, ...options: readonly string[]): Promise<SuiteResult> {
  return countVitest(name, args =>
    runCommand(
      process.execPath,
      nodeArguments('node_modules/vitest/vitest.mjs', 'run', ...options, ...args),
      { show: true },
    ),
  )
}

/** The dashboard of the real daemon, in Debian's Chromium. */
async function runBrowser(): Promise<SuiteResult> {
  const found = await prepareChromium(line => console.log(line), roots)
  if (!found.ok) return leftOut('browser', `the dashboard in a real browser was left out: ${found.reason}`)
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'e2e/browser/vitest.config.ts']
  return countVitest('browser', args =>
    runOnGround(found.path, [...vitest, ...args], line => console.log(line)),
  )
}

async function runE2e(): Promise<SuiteResult> {
  const prepared = await roots
  if (prepared === undefined || !prepared.ok)
    return leftOut(
      'e2e',
      `real Postfix, unbound and NSD were left out: ${prepared?.reason ?? 'not asked for'}`,
    )
  return countVitest('e2e', args =>
    runInGround(prepared.roots, [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--config',
      'e2e/vitest.config.ts',
      ...args,
    ]),
  )
}

/** A suite that cannot run here. As root in CI everything can be had: a missing part is a fault there and not a circumstance. */
function leftOut(name: SuiteName, note: string): SuiteResult {
  const mandatory = process.env.CI === 'true' && process.getuid?.() === 0
  return { name, passed: 0, failed: mandatory ? 1 : 0, skipped: mandatory ? 0 : 1, notes: [note] }
}
