import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeArguments, repositoryRoot } from '../../tools/suite.ts'

/** How long a daemon may take to answer its first question on a machine that is busy with other tests. */
const START_LIMIT_MS = 20_000

/** Where a lab is found; a lab in another process is told of by these facts. */
export interface LabPlace {
  readonly dns: { readonly address: string; readonly port: number }
  readonly ports: { readonly https: number; readonly smtp: number }
  readonly ca: { readonly caPem: string }
}

export interface DaemonProcessOptions {
  readonly lab?: LabPlace
  /** Name of the lab that is signed; without one the resolver is found not to validate and DANE is off. */
  readonly signedName?: string
  /** Resolver in place of the lab's. */
  readonly resolver?: string
  /** Text of the section `outbound`, indented by two spaces. */
  readonly outbound?: string
  /** Further sections of the configuration. */
  readonly sections?: string
  /** A data folder to begin with; it is copied. */
  readonly dataFrom?: string
  /** Command words to run the daemon under, such as `prlimit …`. */
  readonly under?: readonly string[]
  /** User to run as, where the test runs as root. */
  readonly uid?: number
}

/** `sternpost serve` as a process, in a folder of its own, on ports nobody else has. */
export class DaemonProcess {
  readonly folder = mkdtempSync(join(tmpdir(), 'sternpost-daemon-'))
  readonly dataDir = join(this.folder, 'data')
  readonly configFile = join(this.folder, 'sternpost.yaml')
  readonly socket = join(this.folder, 'socketmap')
  output = ''
  #child: ChildProcess | undefined
  readonly #options: DaemonProcessOptions

  constructor(options: DaemonProcessOptions) {
    this.#options = options
    const { lab, outbound = '' } = options
    if (lab !== undefined) writeFileSync(join(this.folder, 'ca.pem'), lab.ca.caPem)
    const resolver =
      options.resolver ?? (lab === undefined ? '127.0.0.1:9' : `${lab.dns.address}:${lab.dns.port}`)
    const fetch = lab === undefined ? '' : `\n    caFile: ca.pem\n    port: ${lab.ports.https}`
    writeFileSync(
      this.configFile,
      `log: { format: json }
dns:
  resolvers: ['${resolver}']
  timeout: 1s
  signedName: ${options.signedName ?? '.'}
http: { listen: 127.0.0.1:0 }
outbound:
  socketmap: { listen: ['unix:${this.socket}'] }
  policyFetch:
    allowAddresses: [127.0.0.0/8]${fetch}
${outbound}
${options.sections ?? ''}`,
    )
    if (options.dataFrom === undefined) mkdirSync(this.dataDir)
    else cpSync(options.dataFrom, this.dataDir, { recursive: true })
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Starts it and waits until Postfix could ask. */
  async start(): Promise<void> {
    const { under = [], uid } = this.#options
    const command = [...under, process.execPath, ...nodeArguments('packages/sternpost/src/main.ts')]
    const [program = process.execPath, ...args] = [
      ...command,
      'serve',
      '--config',
      this.configFile,
      '--data',
      this.dataDir,
    ]
    const child = spawn(program, args, {
      cwd: repositoryRoot,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(uid === undefined ? {} : { uid, gid: uid }),
    })
    this.#child = child
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        this.output += chunk
      })
    }
    const until = Date.now() + START_LIMIT_MS
    while (!(await this.#accepts())) {
      if (child.exitCode !== null || Date.now() > until)
        throw new Error(`the daemon does not listen:\n${this.output}`)
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }

  /** Ends it as a power cut ends a process. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Asks it to end in good order; answers its exit code. */
  async stop(): Promise<number | null> {
    return await this.#end('SIGTERM')
  }

  async dispose(): Promise<void> {
    await this.#end('SIGKILL')
    rmSync(this.folder, { recursive: true, force: true })
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal)
  }

  /** Where the web side answers; undefined before it does. */
  get httpAddress(): string | undefined {
    return /.*"http":"([^"]+)"/s.exec(this.output)?.[1]
  }

  /** What /health says. */
  async health(): Promise<{ state: string; parts: { name: string; state: string; message: string }[] }> {
    const response = await fetch(`http://${this.httpAddress}/health`)
    return (await response.json()) as Awaited<ReturnType<DaemonProcess['health']>>
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null)
      return child?.exitCode ?? null
    const ended = new Promise<number | null>(resolve => child.once('exit', code => resolve(code)))
    child.kill(signal)
    return await ended
  }

  #accepts(): Promise<boolean> {
    return new Promise(resolve => {
      const socket = connect(this.socket)
      socket.once('connect', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
  }
}

/** Waits until a check holds; tests say what they wait for, not how long it takes. */
export async function eventually<T>(
  what: string,
  check: () => Promise<T | undefined> | T | undefined,
  limitMs = 40_000,
): Promise<T> {
  const until = Date.now() + limitMs
  for (;;) {
    const found = await check()
    if (found !== undefined && found !== false) return found
    if (Date.now() > until) throw new Error(`waited in vain for ${what}`)
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}
