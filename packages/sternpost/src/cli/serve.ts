import type { Command } from 'commander'
import { ListenError } from '../listen-error.ts'
import { createLogger } from '../log/index.ts'
import { VERSION } from '../version.ts'
import { type CommandIo, errLine, globalOptions, mayColor, needConfig, readConfig } from './command-io.ts'
import { exitCode } from './exit-code.ts'
import { formatStartScreen } from './start-screen.ts'

/** How long the first screen waits for the resolver to be put to the proof. */
const PROOF_WAIT_MS = 4_000
/** A second signal later than this means that the operator does not want to wait for the graceful stop. */
const IMPATIENCE_MS = 1_000

export function registerServe(program: Command, io: CommandIo): void {
  program
    .command('serve')
    .description('run the daemon that Postfix asks')
    .action((_options: unknown, command: Command) => serve(io, globalOptions(command)))
}

/** Runs the daemon until a signal ends it. */
async function serve(io: CommandIo, options: ReturnType<typeof globalOptions>): Promise<void> {
  const loaded = needConfig(io, options)
  if (loaded === undefined) return
  const { config, source } = loaded
  const log = createLogger(config.log, {
    isTerminal: io.stderrIsTerminal,
    color: mayColor(io, options, 'stderr'),
  })
  for (const warning of loaded.warnings) log.warn({ ...warning }, 'remark on the configuration')

  const signals = listenForSignals()
  // The daemon and all it loads are needed by no other command.
  const { startDaemon } = await import('../daemon.ts')
  let daemon: Awaited<ReturnType<typeof startDaemon>>
  try {
    daemon = await startDaemon({ loaded, reload: () => readConfig(io, options), log, env: io.env })
  } catch (error) {
    signals.close()
    if (!(error instanceof ListenError)) throw error
    errLine(io, error.message)
    io.end(exitCode.temporary)
    return
  }
  signals.onHangup(() => daemon.reload())
  log.info({ source, socketmap: daemon.socketmapAddresses.join(' '), http: daemon.httpAddress }, 'serving')
  if (io.stdoutIsTerminal) {
    await Promise.race([daemon.resolverProved, signals.ended, delay(PROOF_WAIT_MS)])
    const { socketmapAddresses, httpAddress, setupUrl, databaseFile } = daemon
    io.out(
      formatStartScreen({
        version: VERSION,
        socketmapAddresses,
        httpAddress,
        setupUrl,
        databaseFile,
        dryRun: config.outbound.dryRun,
        configSource: source,
        health: daemon.health(),
        invokedAs: io.invokedAs,
        color: mayColor(io, options, 'stdout'),
      }),
    )
  }
  const signal = await signals.ended
  log.info({ signal }, 'stopping')
  await daemon.stop()
  signals.close()
}

interface Signals {
  readonly ended: Promise<NodeJS.Signals>
  onHangup(callback: () => void): void
  close(): void
}

/** From before the start on, so that a signal during it is neither lost nor fatal. */
function listenForSignals(): Signals {
  let hangup = () => {}
  let endedAt: number | undefined
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
  const end = (signal: NodeJS.Signals) => {
    endedAt ??= performance.now()
    resolve(signal)
    if (performance.now() - endedAt > IMPATIENCE_MS) process.exit(exitCode.temporary)
  }
  const onHangup = () => hangup()
  process.on('SIGTERM', end).on('SIGINT', end).on('SIGHUP', onHangup)
  return {
    ended: promise,
    onHangup: callback => {
      hangup = callback
    },
    close: () => void process.off('SIGTERM', end).off('SIGINT', end).off('SIGHUP', onHangup),
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, milliseconds).unref()
  })
}
