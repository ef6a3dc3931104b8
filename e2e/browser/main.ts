// The tests of the dashboard alone. Run: npm run browser -- [vitest arguments]; or its pictures: npm run browser -- screenshots
import { prepareChromium } from './harness/chromium.ts'
import { runOnGround } from './harness/run-on-ground.ts'

const log = (line: string) => console.error(line)
const found = await prepareChromium(log, undefined)
if (!found.ok) {
  console.error(`the browser tests cannot run here: ${found.reason}`)
  process.exit(3)
}
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'e2e/browser/vitest.config.ts']
const args = process.argv.slice(2)
const script = args[0] === 'screenshots' ? ['e2e/browser/take-screenshots.ts'] : [...vitest, ...args]
const { code } = await runOnGround(found.path, script, log)
process.exitCode = code
