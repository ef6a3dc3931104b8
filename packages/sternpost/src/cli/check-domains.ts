import type { DomainName } from '@sternpost/protocol'
import pLimit from 'p-limit'
import { type CheckResult, formatResultLine, readCheckInput } from '../check/index.ts'
import type { Config } from '../config/index.ts'
import { openCheckContexts } from './check-context.ts'
import { CheckDiff } from './check-diff.ts'
import type { CheckCommandOptions } from './check-options.ts'
import { CheckOutput } from './check-output.ts'
import { openCheckRoom } from './check-room.ts'
import { type CommandIo, errLine, needConfig } from './command-io.ts'
import { exitCode } from './exit-code.ts'
import { ProgressLine } from './progress-line.ts'
import { listenForStop } from './stop-signals.ts'
import { formatCount } from './text-layout.ts'
import { writeOrSay } from './write-or-say.ts'

/** How often the line of progress counts the seconds. */
const TICK_MS = 200

export interface WantedCheck {
  readonly input: string
  readonly domain: DomainName
}

/** Checks the domains of the command line and shows each as it is finished, whole. */
export async function checkDomains(
  io: CommandIo,
  options: CheckCommandOptions,
  inputs: readonly string[],
): Promise<void> {
  const wanted = readInputs(io, inputs)
  const loaded = wanted === undefined ? undefined : needConfig(io, options)
  if (wanted === undefined || loaded === undefined) return
  await showResults(io, options, onDone => checkAll(io, options, loaded.config, wanted, onDone))
}

/**
 * Shows results as they are finished, saves them where that is wanted, and ends with what they are worth.
 *
 * `work` tells of each result and answers whether a signal ended it.
 */
export async function showResults(
  io: CommandIo,
  options: CheckCommandOptions,
  work: (onDone: (result: CheckResult) => void) => Promise<boolean>,
): Promise<void> {
  const diff = await CheckDiff.open(io, options)
  if (diff === 'unreadable') return
  const output = new CheckOutput(io, options)
  const results: CheckResult[] = []
  const isStopped = await work(result => {
    if (options.save !== undefined) results.push(result)
    if (diff === undefined) output.add(result)
    else diff.show(result, output)
  })
  let isWritten = await output.end()
  if (options.save !== undefined) {
    const lines = results.map(result => formatResultLine(result, { observation: true }))
    isWritten = (await writeOrSay(io, options.save, lines.join(''))) && isWritten
  }
  if (!isWritten) return
  if (isStopped) errLine(io, 'stopped; what is told above is what was seen by then')
  io.end(isStopped ? exitCode.temporary : output.exitCode)
}

/** Reads what was typed; says what is wrong with it and begins nothing where anything is. */
export function readInputs(io: CommandIo, inputs: readonly string[]): readonly WantedCheck[] | undefined {
  const wanted = new Map<string, WantedCheck>()
  let isGood = true
  for (const input of inputs) {
    const read = readCheckInput(input)
    if (read.ok) {
      if (!wanted.has(read.domain)) wanted.set(read.domain, { input, domain: read.domain })
    } else {
      errLine(io, read.message)
      isGood = false
    }
  }
  if (isGood) return [...wanted.values()]
  io.end(exitCode.usage)
  return undefined
}

/** Checks some domains at a time. @returns whether a signal ended it. */
async function checkAll(
  io: CommandIo,
  options: CheckCommandOptions,
  config: Config,
  wanted: readonly WantedCheck[],
  onDone: (result: CheckResult) => void,
): Promise<boolean> {
  const stop = listenForStop()
  const [room, contexts] = await Promise.all([openCheckRoom(config), openCheckContexts(config, io.now())])
  const startedAt = io.now()
  const line = new ProgressLine({ isShown: io.stderrIsTerminal, now: io.now, draw: text => io.err(text) })
  const running = new Set<string>()
  const ticking = setInterval(
    () => line.update(now => formatRunning(running, (now - startedAt) / 1000)),
    TICK_MS,
  )
  const limit = pLimit(options.concurrency)
  try {
    await Promise.all(
      wanted.map(({ input, domain }) =>
        limit(async () => {
          if (stop.signal.aborted) return
          running.add(domain)
          const { timeoutMs, rcpt } = options
          const context = await contexts.of(domain)
          const result = await room.check(domain, {
            input,
            timeoutMs,
            rcpt,
            context,
            signal: stop.signal,
          })
          running.delete(domain)
          line.clear()
          onDone(result)
        }),
      ),
    )
    return stop.signal.aborted
  } finally {
    clearInterval(ticking)
    line.clear()
    stop.close()
    room.close()
    await contexts.close()
  }
}

function formatRunning(running: ReadonlySet<string>, seconds: number): string {
  const [first = ''] = running
  const others = running.size > 1 ? ` and ${formatCount(running.size - 1)} more` : ''
  return `checking ${first.length > 40 ? `${first.slice(0, 39)}…` : first}${others}: ${Math.floor(seconds)} s`
}
