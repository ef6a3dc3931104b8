// The scenarios alone. Run: npm run e2e -- [vitest arguments]
import { prepareRoots } from './ground/debian-roots.ts'
import { runInGround } from './ground/namespace.ts'

const prepared = await prepareRoots(line => console.error(line))
if (!prepared.ok) {
  console.error(`e2e cannot run here: ${prepared.reason}`)
  process.exit(3)
}
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'e2e/vitest.config.ts']
const { code } = await runInGround(prepared.roots, [...vitest, ...process.argv.slice(2)])
process.exitCode = code
