import { createReadStream, statSync } from 'node:fs'
import {
  BatchTally,
  ForeignFileError,
  formatProblemLine,
  formatResultLine,
  type ListItem,
  listItems,
  openResultFile,
  type ResultFile,
  readDomainList,
  runBatch,
} from '../check/index.ts'
import { CheckListProgress } from './check-list-progress.ts'
import type { CheckCommandOptions } from './check-options.ts'
import { type CheckRoom, openCheckRoom } from './check-room.ts'
import { formatTally } from './check-tally-text.ts'
import { CheckVerdict } from './check-verdict.ts'
import { type CommandIo, errLine, needConfig } from './command-io.ts'
import { exitCode } from './exit-code.ts'
import { keepHeapSmall } from './keep-heap-small.ts'
import { readUntilStopped } from './read-until-stopped.ts'
import { listenForStop } from './stop-signals.ts'
import { plural } from './text-layout.ts'
import { isSystemError } from './write-or-say.ts'

/** Many domains share a host: what it showed holds for the others of the list for so long. */
const REUSE_SECONDS = 3_600
const HEAP_GROWING_PERCENT = 20

/** Checks a list of any length: a line of JSON for each domain as it is finished, and a summary at the end. */
export async function checkList(io: CommandIo, options: CheckCommandOptions, path: string): Promise<void> {
  const loaded = needConfig(io, options)
  if (loaded === undefined) return
  if (path !== '-' && statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
    errLine(io, `${path}: there is no such file`)
    return io.end(exitCode.usage)
  }
  keepHeapSmall(HEAP_GROWING_PERCENT)
  const run = new ListRun(io, options)
  if (!(await run.openOutput())) return
  const stop = listenForStop()
  const room = await openCheckRoom(loaded.config, { reuseSeconds: REUSE_SECONDS })
  try {
    await run.count(path)
    const source = path === '-' ? process.stdin : createReadStream(path)
    await run.checkAll(readUntilStopped(source, stop.signal), room, stop.signal)
  } catch (error) {
    if (!isSystemError(error)) throw error
    errLine(io, `stopped: ${error.message}; the same command with --output FILE goes on with the rest`)
    return io.end(exitCode.temporary)
  } finally {
    stop.close()
    room.close()
    await run.close()
  }
  run.end(stop.signal.aborted)
}

/** One run over a list: what it has counted, and where its lines go. */
class ListRun {
  readonly #io: CommandIo
  readonly #options: CheckCommandOptions
  readonly #tally = new BatchTally()
  readonly #verdict: CheckVerdict
  readonly #done = new Set<string>()
  readonly #progress: CheckListProgress
  readonly #startedAt: number
  #before = 0
  #file: ResultFile | undefined

  constructor(io: CommandIo, options: CheckCommandOptions) {
    this.#io = io
    this.#options = options
    this.#verdict = new CheckVerdict(options.failOn)
    this.#progress = new CheckListProgress({
      isShown: io.stderrIsTerminal,
      now: io.now,
      draw: text => io.err(text),
    })
    this.#startedAt = io.now()
  }

  /** Opens the file that lines go to and counts what is in it; false, with the reason said, where it cannot. */
  async openOutput(): Promise<boolean> {
    const { output } = this.#options
    if (output === undefined) return true
    try {
      this.#file = await openResultFile(output, ({ name, found }) => {
        this.#done.add(name)
        if (found === undefined) this.#tally.addProblem()
        else this.#add(found)
      })
    } catch (error) {
      if (!(error instanceof ForeignFileError) && !isSystemError(error)) throw error
      errLine(this.#io, `results cannot go to ${output}: ${error.message}`)
      this.#io.end(exitCode.usage)
      return false
    }
    this.#before = this.#done.size
    if (this.#before > 0) {
      const torn = this.#file.tornBytes > 0 ? ', after a line that was cut off' : ''
      errLine(
        this.#io,
        `going on with ${output}${torn}: ${plural(this.#before, 'entry', 'entries')} done before`,
      )
    }
    return true
  }

  /** Counts the entries of a file beforehand, where somebody sees it. */
  async count(path: string): Promise<void> {
    if (path !== '-') await this.#progress.count(() => readDomainList(createReadStream(path)), this.#before)
  }

  async checkAll(chunks: AsyncIterable<Uint8Array>, room: CheckRoom, stop: AbortSignal): Promise<void> {
    await runBatch<ListItem, string>({
      items: listItems(chunks, this.#done),
      concurrency: this.#options.concurrency,
      check: item => this.#lineOf(item, room),
      write: line => this.#write(line),
      stop,
    })
    this.#progress.clear()
  }

  async #lineOf(item: ListItem, room: CheckRoom): Promise<string> {
    if (item.kind === 'problem') {
      this.#tally.addProblem()
      return formatProblemLine(item.problem)
    }
    const { timeoutMs, rcpt, observation } = this.#options
    const result = await room.check(item.domain, { input: item.input, timeoutMs, rcpt })
    this.#add(result)
    return formatResultLine(result, { observation })
  }

  #add(found: Parameters<BatchTally['add']>[0]): void {
    this.#tally.add(found)
    this.#verdict.add(found.findings)
  }

  async #write(line: string): Promise<void> {
    if (this.#file !== undefined) await this.#file.append(line)
    else {
      this.#io.out(line)
      await this.#io.drained?.()
    }
    this.#progress.step()
  }

  async close(): Promise<void> {
    await this.#file?.close()
  }

  /** Says what was found over all, and how to go on where it was stopped. */
  end(isStopped: boolean): void {
    const { output } = this.#options
    const seconds = (this.#io.now() - this.#startedAt) / 1000
    const text = formatTally(this.#tally, { seconds, before: this.#before })
    // What machines read goes to standard output; where that has gone to a file, the summary may.
    if (output === undefined || this.#options.format === 'json') this.#io.err(text)
    else this.#io.out(text)
    if (isStopped) {
      const how =
        output === undefined ? 'with --output FILE a run can go on' : 'the same command goes on with the rest'
      errLine(this.#io, `stopped; ${how}`)
      this.#verdict.addUnknown()
    }
    if (this.#tally.problems > 0) this.#verdict.addUnknown()
    this.#io.end(isStopped ? exitCode.temporary : this.#verdict.exitCode)
  }
}
