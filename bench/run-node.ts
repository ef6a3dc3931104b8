import { spawn } from 'node:child_process'
import { repositoryRoot } from '../tools/suite.ts'
import { cpuSeconds, memoryMegabytes } from './process-cost.ts'

const MEMORY_EVERY_MS = 20

export interface NodeRun {
  readonly stdout: string
  readonly stderr: string
  readonly seconds: number
  /** User and system time, to a hundredth. */
  readonly cpuSeconds: number
  readonly peakMegabytes: number
}

/** Runs Node to its end and watches what it costs. Errors: any exit code but those allowed, with what it wrote. */
export async function runNode(
  args: readonly string[],
  allowedCodes: readonly (number | null)[] = [0],
): Promise<NodeRun> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, args, { cwd: repositoryRoot, stdio: ['ignore', 'pipe', 'pipe'] })
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
