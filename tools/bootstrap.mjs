// The first thing `npm start` and `npm test` run, on whatever Node the machine has (18 or newer) and before
// anything is installed: so plain JavaScript and no dependencies. It installs when the lock file changed since
// the last install, then hands over to the repository's own Node.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const stampFile = join(root, 'node_modules', '.sternpost-stamp')
const repositoryNode = join(root, 'node_modules', 'node', 'bin', 'node')

const entryPoints = {
  start: ['packages/sternpost/src/main.ts', 'serve'],
  test: ['tools/run-tests.ts'],
  check: ['tools/run-check.ts'],
  e2e: ['e2e/main.ts'],
  browser: ['e2e/browser/main.ts'],
  unit: ['node_modules/vitest/vitest.mjs', 'run'],
  bench: ['bench/main.ts'],
  build: ['tools/build.ts'],
  docs: ['tools/generate-docs.ts'],
  sternpost: ['packages/sternpost/src/main.ts'],
}

/** Jobs that start the program itself. */
const compiled = new Set(['start', 'sternpost', 'bench'])

const [job = '', ...rest] = process.argv.slice(2)
const entry = entryPoints[job]
if (entry === undefined) {
  console.error(`bootstrap: unknown job '${job}'; known: ${Object.keys(entryPoints).join(', ')}`)
  process.exit(2)
}

install()
if (job === 'start') buildDashboard()
run([...entry, ...rest])

/** Installs what package-lock.json names, unless the last install finished for the same lock file. */
function install() {
  const stamp = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const installed = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : ''
  if (installed === stamp && existsSync(repositoryNode)) return

  console.error('Installing what Sternpost needs (once, about half a minute) ...')
  const npm = process.env.npm_execpath
  const [command, ...prefix] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm']
  const done = spawnSync(command, [...prefix, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    // A production setting in the caller's environment would leave out the repository's own Node.
    env: { ...process.env, NODE_ENV: '', npm_config_omit: '', npm_config_production: '' },
  })
  if (done.status !== 0) {
    console.error(
      'The installation failed: npm ci did not finish. Its message is above; run the command again when it is mended.',
    )
    process.exit(done.status ?? 1)
  }
  if (!existsSync(repositoryNode)) {
    console.error(
      'The installation lacks node_modules/node/bin/node: npm did not run the install script of the package "node". Allow it (npm config set ignore-scripts false) and try again.',
    )
    process.exit(1)
  }
  writeFileSync(stampFile, stamp)
}

/** Builds the pages of the dashboard where their sources changed; the daemon does its work without them, too. */
function buildDashboard() {
  const script = ['tools/build-dashboard.ts', '--if-changed', '--quiet']
  spawnSync(repositoryNode, ['--conditions=source', '--disable-warning=ExperimentalWarning', ...script], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
}

/** Runs a script of the repository on its own Node, passes signals on and ends as it ended. */
function run(argv) {
  const child = spawn(
    repositoryNode,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', ...argv],
    {
      cwd: root,
      stdio: 'inherit',
      env: {
        ...process.env,
        PATH: `${dirname(repositoryNode)}:${process.env.PATH}`,
        // Stripping types and compiling take longer than all the rest of a start; kept where only those who
        // may change the sources can write.
        ...(compiled.has(job) ? { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node') } : {}),
      },
    },
  )
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))
}
