import type { LookUpReport } from '../outbound/index.ts'
import type { CallOutput } from './api-client.ts'
import { type CommandIo, type GlobalOptions, mayColor } from './command-io.ts'
import { exitCode } from './exit-code.ts'
import { formatLookUp } from './look-up-text.ts'
import { painter } from './painter.ts'
import { withServer } from './remote.ts'
import type { ServerAddress } from './server-option.ts'

type Answer = CallOutput<'POST /outbound/lookup'>

/** Has a daemon elsewhere look destinations up, and shows the same as a lookup from here. */
export async function lookUpRemotely(
  io: CommandIo,
  server: ServerAddress,
  options: GlobalOptions,
  destinations: readonly string[],
  explain: boolean,
): Promise<void> {
  await withServer(io, server, async api => {
    for (const destination of destinations) {
      const { steps: _, ...answer } = await api.call('POST /outbound/lookup', { body: { destination } })
      if (answer.decision.action === 'defer') io.end(exitCode.temporary)
      if (options.json === true) io.out(`${JSON.stringify(answer)}\n`)
      else {
        const paint = painter(mayColor(io, options, 'stdout'))
        io.out(formatLookUp(reportOf(answer), answer.daemon, { explain, paint }))
      }
    }
  })
}

/** The report as a lookup from here has it: bytes travel as hexadecimal. */
function reportOf(answer: Omit<Answer, 'steps'>): LookUpReport {
  return JSON.parse(JSON.stringify(answer), (key, value: unknown) =>
    key === 'data' && typeof value === 'string' && /^([0-9a-f]{2})*$/.test(value)
      ? new Uint8Array(Buffer.from(value, 'hex'))
      : value,
  ) as LookUpReport
}
