// Types, purity, style and layers. Run: npm run check
import { closingLine, nodeArguments, runCommand, type SuiteResult, seconds } from './suite.ts'

interface Check {
  readonly name: string
  readonly script: readonly string[]
  /** Its output tells something when all is well, too. */
  readonly tells?: boolean
}

const checks: readonly Check[] = [
  { name: 'types', script: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'] },
  {
    name: 'types of protocol, without I/O or Node',
    script: ['node_modules/typescript/bin/tsc', '-p', 'packages/protocol/tsconfig.json'],
  },
  {
    name: 'types of dashboard',
    script: ['node_modules/typescript/bin/tsc', '-p', 'packages/dashboard/tsconfig.json'],
  },
  { name: 'format and lint', script: ['node_modules/@biomejs/biome/bin/biome', 'ci', '.', '--colors=off'] },
  {
    name: 'the dashboard is built, each screen within its budget',
    script: ['tools/build-dashboard.ts', '--if-changed'],
    tells: true,
  },
  { name: 'layers', script: ['tools/check-layers.ts'] },
]

/** Runs all checks at once; each counts as one test. The output of one is shown when it ends, if it failed. */
export async function runCheck(): Promise<SuiteResult> {
  const outcomes = await Promise.all(
    checks.map(async ({ name, script, tells = false }) => {
      const startedAt = performance.now()
      const { code, output } = await runCommand(process.execPath, nodeArguments(...script))
      console.log(`${code === 0 ? 'ok' : 'FAILED'}  check: ${name} (${seconds(startedAt)})`)
      if (code !== 0 || tells) console.log(output.trimEnd())
      return code === 0
    }),
  )
  const passed = outcomes.filter(Boolean).length
  return { name: 'check', passed, failed: outcomes.length - passed, skipped: 0, notes: [] }
}

if (import.meta.main) {
  const result = await runCheck()
  console.log(closingLine([result]))
  process.exitCode = result.failed === 0 ? 0 : 1
}
