// The release build: dist/ of every package, for plain Node without the source condition. Run: npm run build
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { buildDashboard, dashboardDirectory } from './build-dashboard.ts'
import { nodeArguments, repositoryRoot, runCommand, seconds } from './suite.ts'

/** In the order of imports: each package is compiled against the dist/ of those before it. */
const packages = ['protocol', 'network', 'lab', 'sternpost']

/** Libraries that generate code or start threads by path, and so stay files of their own. */
const loadedAsTheyAre = ['fastify', 'pino', 'mailauth', 'imapflow', 'smtp-server']

for (const name of packages) {
  const startedAt = performance.now()
  rmSync(join(repositoryRoot, 'packages', name, 'dist'), { recursive: true, force: true })
  const project = `packages/${name}/tsconfig.build.json`
  const { code, output } = await runCommand(
    process.execPath,
    nodeArguments('node_modules/typescript/bin/tsc', '-p', project),
  )
  if (code !== 0) {
    console.error(output)
    console.error(`build: ${name} failed`)
    process.exit(1)
  }
  console.log(`built packages/${name}/dist (${seconds(startedAt)})`)
}
await bundleProgram()
await addDashboard()

/**
 * Puts the program and the libraries its start needs into one file, and what is loaded later beside it.
 *
 * Loading hundreds of modules is most of the time and of the memory that a start costs.
 */
async function bundleProgram(): Promise<void> {
  const startedAt = performance.now()
  const bundle = await rolldown({
    input: {
      main: join(repositoryRoot, 'packages/sternpost/src/main.ts'),
      index: join(repositoryRoot, 'packages/sternpost/src/index.ts'),
      // A thread is started by the path of its file.
      'question-reader': join(repositoryRoot, 'packages/sternpost/src/store/question-reader.ts'),
    },
    cwd: repositoryRoot,
    platform: 'node',
    resolve: { conditionNames: ['source', 'node', 'import', 'default'] },
    external: [...loadedAsTheyAre, ...loadedAsTheyAre.map(name => new RegExp(`^${name}/`))],
  })
  await bundle.write({
    dir: join(repositoryRoot, 'packages/sternpost/dist'),
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    sourcemap: true,
  })
  await bundle.close()
  console.log(`bundled packages/sternpost/dist/main.js (${seconds(startedAt)})`)
}

/** Puts the pages of the web side where the built program looks for them. */
async function addDashboard(): Promise<void> {
  const startedAt = performance.now()
  const { isWithinBudget } = await buildDashboard({ onlyIfChanged: true })
  if (!isWithinBudget) {
    console.error('build: a screen of the dashboard is too large; node tools/build-dashboard.ts tells which')
    process.exit(1)
  }
  cpSync(dashboardDirectory, join(repositoryRoot, 'packages/sternpost/dist/dashboard'), {
    recursive: true,
    filter: source => !source.includes('/.vite'),
  })
  console.log(`added packages/sternpost/dist/dashboard (${seconds(startedAt)})`)
}
