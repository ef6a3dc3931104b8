#!/usr/bin/env node
// Starts the program: a release has dist/, a checkout has only src/, which needs the repository's own Node (the
// one on the machine may be too old to run TypeScript). Plain JavaScript, because it runs before that is known.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const here = path => fileURLToPath(new URL(path, import.meta.url))
const built = here('../dist/main.js')

if (existsSync(built) && !existsSync(here('../../../tools/bootstrap.mjs'))) {
  await import('../dist/main.js')
} else {
  // In a checkout the sources count, whatever an earlier build left behind.
  const repositoryNode = here('../../../node_modules/node/bin/node')
  const node = existsSync(repositoryNode) ? repositoryNode : process.execPath
  const argv = ['--conditions=source', '--disable-warning=ExperimentalWarning', here('../src/main.ts')]
  const child = spawn(node, [...argv, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))
}
