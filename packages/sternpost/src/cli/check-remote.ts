import { setTimeout as delay } from 'node:timers/promises'
import pLimit from 'p-limit'
import type { CheckResult } from '../check/index.ts'
import type { ApiClient } from './api-client.ts'
import { readInputs, showResults, type WantedCheck } from './check-domains.ts'
import type { CheckCommandOptions } from './check-options.ts'
import { type CommandIo, errLine } from './command-io.ts'
import { exitCode } from './exit-code.ts'
import { ProgressLine } from './progress-line.ts'
import { withServer } from './remote.ts'
import { ServerError } from './server-error.ts'
import type { ServerAddress } from './server-option.ts'
import { listenForStop } from './stop-signals.ts'
import { plural } from './text-layout.ts'

/** A daemon runs no more at one time for everybody together. */
const MAX_AT_ONCE = 4
const MAX_TIMEOUT_MS = 120_000
/** How often the events of a check are asked for again when the connection broke. */
const RECONNECTS = 5

/** Has a daemon elsewhere check domains, tells what it is at, and shows the same as a check from here. */
export async function checkRemotely(
  io: CommandIo,
  server: ServerAddress,
  options: CheckCommandOptions,
  inputs: readonly string[],
): Promise<void> {
  const problem =
    options.fromFile !== undefined
      ? '--from-file works on this machine only: a daemon checks for people, some domains an hour'
      : options.timeoutMs < 5_000 || options.timeoutMs > MAX_TIMEOUT_MS
        ? 'a daemon takes a --timeout from 5s to 2m'
        : undefined
  if (problem !== undefined) {
    errLine(io, problem)
    return io.end(exitCode.usage)
  }
  const wanted = readInputs(io, inputs)
  if (wanted === undefined) return
  const stop = listenForStop()
  const line = new ProgressLine({ isShown: io.stderrIsTerminal, now: io.now, draw: text => io.err(text) })
  try {
    await withServer(
      io,
      server,
      api =>
        showResults(io, options, async onDone => {
          const limit = pLimit(Math.min(options.concurrency, MAX_AT_ONCE))
          const outcomes = await Promise.allSettled(
            wanted.map(one =>
              limit(async () => {
                const result = await checkOne(api, options, one, line)
                line.clear()
                onDone(result)
              }),
            ),
          )
          // The others are shown before what went wrong with one is said.
          const failed = outcomes.find(outcome => outcome.status === 'rejected')
          if (failed !== undefined) throw failed.reason
          return false
        }),
      stop.signal,
    )
  } finally {
    line.clear()
    stop.close()
  }
}

async function checkOne(
  api: ApiClient,
  { timeoutMs, rcpt }: CheckCommandOptions,
  { input, domain }: WantedCheck,
  line: ProgressLine,
): Promise<CheckResult> {
  const { id } = await api.call('POST /checks', {
    body: { domain: input, timeoutSeconds: Math.ceil(timeoutMs / 1000), rcpt },
  })
  await follow(api, id, domain, line)
  const { result, state } = await api.call('GET /checks/:id', { params: { id } })
  if (result !== null) return result
  throw new ServerError(`the check of ${domain} has no result: it was ${state}`, exitCode.temporary)
}

/** Shows what a check is at until it ends; a connection that breaks is taken up where it was. */
async function follow(api: ApiClient, id: string, domain: string, line: ProgressLine): Promise<void> {
  let after: string | undefined
  let findings = 0
  for (let attempt = 0; ; attempt += 1) {
    try {
      for await (const event of api.events('GET /checks/:id/events', { params: { id } }, after)) {
        after = event.id ?? after
        const { state, what } = event.data as { readonly state?: string; readonly what?: string }
        if (event.event === 'finding') findings += 1
        line.update(() => `checking ${domain}: ${what ?? state ?? ''}, ${plural(findings, 'finding')} so far`)
        if (event.event === 'state' && (state === 'finished' || state === 'interrupted')) return
      }
    } catch (error) {
      const isTemporary = error instanceof ServerError && error.exitCode === exitCode.temporary
      if (!isTemporary || error.message === 'stopped' || attempt >= RECONNECTS) throw error
    }
    if (attempt >= RECONNECTS) return
    await delay(1_000)
  }
}
