// Builds the pages of the web side, and prints what each screen loads. Run: node tools/build-dashboard.ts
// With --if-changed nothing is built where the sources are those of the last build.
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { formatScreenSizes, readScreenSizes, type ScreenSize } from './bundle-sizes.ts'
import { repositoryRoot, runCommand, seconds } from './suite.ts'

/** Scripts of the first screen at most, by gzip, whichever screen that is. */
const BUDGET_BYTES = 350_000

/** Smaller files gain nothing. */
const COMPRESS_FROM_BYTES = 1_000

const packageDirectory = join(repositoryRoot, 'packages', 'dashboard')

/** Where the built pages are found. */
export const dashboardDirectory = join(packageDirectory, 'dist')
const stampFile = join(dashboardDirectory, '.vite', 'stamp.json')

/** What a build was made from, and what came out. */
interface Stamp {
  readonly sources: string
  readonly screens: readonly ScreenSize[]
}

export interface DashboardBuild {
  readonly screens: readonly ScreenSize[]
  /** Whether something was built just now. */
  readonly isNew: boolean
  readonly isWithinBudget: boolean
}

/** Builds the pages unless they are there already. Errors: the compiler's own words. */
export async function buildDashboard({ onlyIfChanged = false } = {}): Promise<DashboardBuild> {
  const sources = hashOfSources()
  const last = onlyIfChanged ? readStamp() : undefined
  if (last?.sources === sources) return outcome(last.screens, false)
  // Beside the old ones and then in their place, so that whoever serves them meanwhile never finds half.
  const fresh = join(packageDirectory, 'dist.new')
  const { code, output } = await runCommand(process.execPath, [
    'node_modules/vite/bin/vite.js',
    'build',
    packageDirectory,
    '--outDir',
    fresh,
    '--emptyOutDir',
    '--logLevel',
    'warn',
  ])
  if (code !== 0) throw new Error(`the dashboard could not be built:\n${output}`)
  for (const path of globSync('**/*.{js,css,svg}', { cwd: fresh })) compress(join(fresh, path))
  const screens = readScreenSizes(fresh)
  rmSync(dashboardDirectory, { recursive: true, force: true })
  renameSync(fresh, dashboardDirectory)
  writeFileSync(stampFile, JSON.stringify({ sources, screens } satisfies Stamp))
  return outcome(screens, true)
}

function outcome(screens: readonly ScreenSize[], isNew: boolean): DashboardBuild {
  return { screens, isNew, isWithinBudget: screens.every(each => each.scriptBytes <= BUDGET_BYTES) }
}

/** So that the daemon sends what is small without work of its own. */
function compress(file: string): void {
  const bytes = readFileSync(file)
  if (bytes.length < COMPRESS_FROM_BYTES) return
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }))
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }))
}

function hashOfSources(): string {
  const hash = createHash('sha256')
  const patterns = [
    'packages/dashboard/{src,public}/**/*.*',
    'packages/dashboard/{index.html,package.json,tsconfig.json,vite.config.ts}',
    'packages/protocol/src/**/*.ts',
    'package-lock.json',
    'tools/build-dashboard.ts',
  ]
  for (const path of patterns.flatMap(pattern => globSync(pattern, { cwd: repositoryRoot })).sort()) {
    hash.update(`${path}\0`).update(readFileSync(join(repositoryRoot, path)))
  }
  return hash.digest('hex')
}

function readStamp(): Stamp | undefined {
  if (!existsSync(join(dashboardDirectory, 'index.html')) || !existsSync(stampFile)) return undefined
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8')) as Stamp
  } catch {
    return undefined
  }
}

if (import.meta.main) {
  const startedAt = performance.now()
  try {
    const quiet = process.argv.includes('--quiet')
    const build = await buildDashboard({ onlyIfChanged: process.argv.includes('--if-changed') })
    if (!quiet) console.log(formatScreenSizes(build.screens, BUDGET_BYTES))
    if (build.isNew) console.log(`built packages/dashboard/dist (${seconds(startedAt)})`)
    process.exitCode = build.isWithinBudget ? 0 : 1
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
}
