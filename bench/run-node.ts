import { spawn } from 'node:child_process'
import { repositoryRoot } from '../tools/suite.ts'
import { cpuSeconds, memoryMegabytes } from './process-cost.ts'

const MEMORY_EVERY_MS = 20

export interface WatchedRun {
  readonly stdout: string
  readonly stderr: string
  readonly seconds: number
  /** User and system time, to a hundredth. */
  readonly cpuSeconds: number
  readonly peakMegabytes: number
}

/** Runs Node to its end and watches what it costs. Errors: any exit code but those allowed, with what it wrote. */
export function runNode(
  args: readonly string[],
  allowedCodes: readonly (number | null)[] = [0],
): Promise<WatchedRun> {
  return runWatched(process.execPath, args, { allowedCodes })
}

/** Runs a command to its end and watches what it costs, without processes that it makes. Errors: as `runNode`. */
export async function runWatched(
  file: string,
  args: readonly string[],
  options: {
    readonly allowedCodes?: readonly (number | null)[]
    readonly env?: Readonly<Record<string, string>>
  } = {},
): Promise<WatchedRun> {
  const { allowedCodes = [0], env } = options
  const startedAt = performance.now()
  const child = spawn(file, args, {
    cwd: repositoryRoot,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr, cpu, peak] = ['', '', 0, 0]
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  const watch = setInterval(() => {
    if (child.pid === undefined || child.exitCode !== null) return
    try {
      // A process that has ended but is not yet reaped has no memory any more.
      peak = Math.max(peak, memoryMegabytes(child.pid).peak)
      cpu = cpuSeconds(child.pid)
    } catch {
      // It ended since.
    }
  }, MEMORY_EVERY_MS)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  }).finally(() => clearInterval(watch))
  if (!allowedCodes.includes(code))
    throw new Error(`${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`)
  return {
    stdout,
    stderr,
    seconds: (performance.now() - startedAt) / 1000,
    cpuSeconds: cpu,
    peakMegabytes: peak,
  }
}
