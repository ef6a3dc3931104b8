import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

/** Runs a command inside a Debian root to its end and gives what it printed; throws when it fails. */
export function runInRoot(root: string, command: string, args: readonly string[] = []): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('chroot', [root, command, ...args], { timeout: 60_000 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new Error(`${command} ${args.join(' ')}: ${error.message}\n${stdout}${stderr}`))
    })
  })
}

export interface RootProcess {
  /** What it printed so far, both streams. */
  output(): string
  stop(): Promise<void>
}

/** Starts a program inside a Debian root that stays in the foreground. */
export function startInRoot(root: string, command: string, args: readonly string[]): RootProcess {
  const child = spawn('chroot', [root, command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (chunk: string) => chunks.push(chunk))
  }
  return { output: () => chunks.join(''), stop: () => stopChild(child) }
}

/** Asks a child to end, and insists after five seconds. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGTERM')
  const insist = setTimeout(() => child.kill('SIGKILL'), 5000)
  await ended
  clearTimeout(insist)
}

/** Asks `probe` until it gives something; throws with `describe()` when that takes longer than allowed. */
export async function waitFor<T>(
  probe: () => Promise<T | undefined> | T | undefined,
  describe: () => string,
  timeoutMilliseconds = 20_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMilliseconds
  for (;;) {
    const value = await probe()
    if (value !== undefined) return value
    if (Date.now() > deadline) throw new Error(describe())
    await sleep(50)
  }
}
