import { judgeObservation } from '../check/index.ts'
import { CheckDiff } from './check-diff.ts'
import type { CheckCommandOptions } from './check-options.ts'
import { CheckOutput } from './check-output.ts'
import type { CommandIo } from './command-io.ts'
import { eachSaved } from './each-saved.ts'

/** Judges saved results by the rules of today and shows them; only some domains where some are named. */
export async function judgeSaved(
  io: CommandIo,
  options: CheckCommandOptions,
  path: string,
  domains: readonly string[],
): Promise<void> {
  const diff = await CheckDiff.open(io, options)
  if (diff === 'unreadable') return
  const output = new CheckOutput(io, options)
  const isRead = await eachSaved(io, path, saved => {
    if (domains.length > 0 && !domains.includes(saved.domain)) return
    const result = judgeObservation(saved.observation, saved.input)
    if (diff === undefined) output.add(result)
    else diff.show(result, output)
  })
  if (!isRead) return
  if (await output.end()) io.end(output.exitCode)
}
