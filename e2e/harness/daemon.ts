import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeArguments, repositoryRoot } from '../../tools/suite.ts'
import { RESOLVER_ADDRESS } from '../ground/addresses.ts'
import { stopChild, waitFor } from './root-process.ts'

export const SOCKETMAP_ADDRESS = '127.0.0.1'
export const SOCKETMAP_PORT = 8461

export interface DaemonOptions {
  /** Authority of the policy hosts. */
  readonly caPem: string
  /** Further lines of the section `outbound`, indented by two spaces. */
  readonly outbound?: string
  /** Further sections. */
  readonly more?: string
}

/** `sternpost serve` as a process of its own, with a state folder that outlives restarts. */
export interface Daemon {
  start(): Promise<void>
  /** Asks it to end in good order. */
  stop(): Promise<void>
  /** Ends it as a power cut would. */
  kill(): Promise<void>
  /** What it wrote on its streams so far, over all starts. */
  output(): string
  /** Runs another command of the program with the same configuration and state. */
  command(
    ...args: string[]
  ): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>
  /** Stops it and removes its state. */
  dispose(): Promise<void>
}

/** Prepares the daemon; `start` starts it. */
export function createDaemon(options: DaemonOptions): Daemon {
  const folder = mkdtempSync(join(tmpdir(), 'sternpost-e2e-'))
  const configFile = join(folder, 'sternpost.yaml')
  writeFileSync(join(folder, 'ca.pem'), options.caPem)
  writeFileSync(configFile, `${daemonConfig(options.outbound ?? '')}${options.more ?? ''}`)
  const chunks: string[] = []
  let child: ChildProcess | undefined

  function spawnCommand(args: readonly string[]): ChildProcess {
    const script = nodeArguments('packages/sternpost/src/main.ts', ...args, '--config', configFile)
    return spawn(process.execPath, [...script, '--data', join(folder, 'data')], {
      cwd: repositoryRoot,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  async function end(finish: (running: ChildProcess) => Promise<void>): Promise<void> {
    const running = child
    child = undefined
    if (running !== undefined) await finish(running)
  }

  const stop = () => end(stopChild)

  return {
    async start() {
      const started = spawnCommand(['serve'])
      child = started
      for (const stream of [started.stdout, started.stderr]) {
        stream?.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk))
      }
      await waitFor(
        () => {
          if (started.exitCode !== null) throw new Error(`the daemon ended at once:\n${chunks.join('')}`)
          return accepts(SOCKETMAP_ADDRESS, SOCKETMAP_PORT)
        },
        () => `the daemon does not listen:\n${chunks.join('')}`,
      )
    },
    stop,
    kill: () =>
      end(
        running =>
          new Promise(resolve => {
            running.once('exit', () => resolve())
            running.kill('SIGKILL')
          }),
      ),
    output: () => chunks.join(''),
    command(...args) {
      const process = spawnCommand(args)
      const texts = { stdout: '', stderr: '' }
      process.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
        texts.stdout += chunk
      })
      process.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
        texts.stderr += chunk
      })
      return new Promise(resolve => process.once('close', code => resolve({ code: code ?? -1, ...texts })))
    },
    async dispose() {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Production settings, but for where the laboratory differs from the world. */
function daemonConfig(outbound: string): string {
  return `dns:
  resolvers: ['${RESOLVER_ADDRESS}']
  bogusName: a.bogus.test
outbound:
  policyFetch:
    timeout: 6s
    idleTimeout: 2s
    allowAddresses: ['127.0.0.0/8']
    caFile: ca.pem
${outbound}`
}

function accepts(address: string, port: number): Promise<true | undefined> {
  return new Promise(resolve => {
    const socket = connect(port, address)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(undefined))
  })
}
