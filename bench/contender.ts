import { type ChildProcess, spawn } from 'node:child_process'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { ReplyReader, type ReplyStatus } from './reply-reader.ts'

/** A server that can be measured. */
export interface Contender {
  readonly name: string
  readonly version: string
  /** The map whose replies carry the attributes for TLSRPT, the longest each server has. */
  readonly mapName: string
  readonly port: number
  /** Starts it with the state in a folder. */
  start(stateFolder: string): ServerProcess
}

/** A contender at work. */
export interface ServerProcess {
  readonly pid: number
  /** Milliseconds of `performance.now()` just before the process was made. */
  readonly startedAt: number
  /** Ends it, in good order where it has a state to keep. */
  stop(): Promise<void>
}

/** How long a server may take to say its first word. */
const FIRST_WORD_MS = 30_000
const RETRY_MS = 2
const STOP_MS = 10_000

/** Makes a process whose pid is that of the server; what it says is shown only when it fails. */
export function startServer(
  name: string,
  command: readonly string[],
  options: {
    readonly cwd?: string
    readonly env?: NodeJS.ProcessEnv
    /** For a server that keeps nothing and takes long to end in good order. */
    readonly endSignal?: NodeJS.Signals
  } = {},
): ServerProcess {
  const [file = '', ...args] = command
  const startedAt = performance.now()
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      said = (said + chunk).slice(-4_000)
    })
  }
  let stopping = false
  child.once('error', error => {
    said += `${error.message}\n`
  })
  child.once('close', (code, signal) => {
    if (!stopping) process.stderr.write(`${name} ended by itself (${code ?? signal}):\n${said}\n`)
  })
  return {
    pid: child.pid ?? -1,
    startedAt,
    async stop() {
      stopping = true
      await stopChild(child, options.endSignal ?? 'SIGTERM')
    },
  }
}

async function stopChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise<void>(resolve => child.once('exit', () => resolve()))
  child.kill(signal)
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await exited
  clearTimeout(late)
}

/**
 * Asks one question over and over until the server answers it.
 *
 * Errors: throws when it says nothing within half a minute.
 */
export async function firstAnswer(
  contender: Contender,
  domain: string,
  process: ServerProcess,
): Promise<{ readonly status: ReplyStatus; readonly afterMs: number }> {
  const giveUpAt = performance.now() + FIRST_WORD_MS
  while (performance.now() < giveUpAt) {
    const status = await askOnce(contender.port, `${contender.mapName} ${domain}`)
    if (status !== undefined) return { status, afterMs: performance.now() - process.startedAt }
    await delay(RETRY_MS)
  }
  throw new Error(`${contender.name} did not answer within ${FIRST_WORD_MS / 1000} s`)
}

function askOnce(port: number, request: string): Promise<ReplyStatus | undefined> {
  return new Promise(resolve => {
    const reader = new ReplyReader()
    const socket = connect({ host: '127.0.0.1', port, noDelay: true }, () => {
      socket.write(`${Buffer.byteLength(request)}:${request},`)
    })
    socket.on('data', (chunk: Buffer) => {
      const status = reader.read(chunk, chunk.length)
      if (status === undefined) return
      resolve(status)
      socket.destroy()
    })
    socket.on('error', () => {})
    socket.once('close', () => resolve(undefined))
  })
}
