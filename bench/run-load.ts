import { spawn } from 'node:child_process'
import { nodeArguments, repositoryRoot, runCommand } from '../tools/suite.ts'
import type { LoadJob, LoadResult } from './load-generator.ts'
import { allowedCpus } from './process-cost.ts'

/** The processor for the server and the one for the generator. */
export interface Pinning {
  readonly server: number
  readonly generator: number
}

/** Two processors to keep server and generator apart on; the reason where that cannot be. */
export async function findPinning(): Promise<Pinning | string> {
  const [server, generator] = allowedCpus()
  if (server === undefined || generator === undefined) return 'there is only one processor'
  const { code } = await runCommand('taskset', ['--version'])
  return code === 0 ? { server, generator } : 'taskset is not installed'
}

/** Binds all threads of a running process to some processors. */
export async function pinProcess(pid: number, cpus: readonly number[]): Promise<void> {
  const { code, output } = await runCommand('taskset', ['-a', '-c', '-p', cpus.join(','), String(pid)])
  if (code !== 0) throw new Error(`taskset failed: ${output.trim()}`)
}

/** Runs the generator as a process of its own, on one processor if asked. */
export async function runLoad(job: LoadJob, cpu?: number): Promise<LoadResult> {
  const generator = [process.execPath, ...nodeArguments('bench/load-generator.ts', JSON.stringify(job))]
  const [file = '', ...args] = cpu === undefined ? generator : ['taskset', '-c', String(cpu), ...generator]
  const child = spawn(file, args, { cwd: repositoryRoot, stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`the load generator failed (${code})`)
  return JSON.parse(output) as LoadResult
}
