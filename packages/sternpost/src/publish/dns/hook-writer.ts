import { quote } from '@sternpost/protocol'
import * as z from 'zod'
import type { DnsChange, DnsChangeOutcome, DnsWriter } from './dns-writer.ts'
import { DnsWriteError } from './issues.ts'
import { isRecordName, type RecordSet, recordSetTypes } from './record-set.ts'
import { runHook } from './run-hook.ts'
import type { AskEveryServer } from './verify-records.ts'
import type { HookSettings } from './writer-settings.ts'

const MAX_SETS = 1000
const MAX_VALUES = 100
const MAX_VALUE_CHARACTERS = 65_535

const answerSchema = z.object({
  records: z
    .array(
      z.object({
        name: z.string().refine(isRecordName),
        type: z.enum(recordSetTypes),
        ttlSeconds: z.int().min(0).max(0x7fffffff),
        values: z.array(z.string().max(MAX_VALUE_CHARACTERS)).max(MAX_VALUES),
      }),
    )
    .max(MAX_SETS),
})

export interface HookWriterOptions {
  readonly settings: HookSettings
  readonly env: Readonly<Record<string, string | undefined>>
  /** Tells what stands in DNS where the command does not. */
  readonly ask: AskEveryServer
}

/**
 * Has a command of the operator's write records: one run for each name, with JSON on its standard input.
 *
 * Shape: `{"version":1,"action":"apply","writer":"…","changes":[{name,type,before,after,ttlSeconds}]}`; exit status 0 is
 * done, 75 (EX_TEMPFAIL) try again, anything else failed. With `reads: command`, `{"action":"read","names":[…]}` is
 * answered with `{"records":[{name,type,ttlSeconds,values}]}` on standard output.
 */
export function createHookWriter({ settings, env, ask }: HookWriterOptions): DnsWriter {
  const run = (request: object, signal: AbortSignal | undefined) =>
    runHook({
      command: settings.command,
      input: `${JSON.stringify({ version: 1, writer: settings.name, ...request })}\n`,
      timeoutMs: settings.timeoutSeconds * 1000,
      env,
      signal,
    })

  return {
    name: settings.name,
    kind: 'hook',
    zones: settings.zones,

    async read(names, signal) {
      if (settings.reads === 'servers') return await readFromServers(names, ask, signal)
      const output = await run({ action: 'read', names }, signal)
      const answer = answerSchema.safeParse(parseJson(output))
      if (!answer.success) {
        const [issue] = answer.error.issues
        const place = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`
        throw new DnsWriteError(
          'dns-write/hook',
          `the command of ${settings.name} did not print {"records":[…]} as it should${place}`,
        )
      }
      return answer.data.records.filter(({ name, values }) => names.includes(name) && values.length > 0)
    },

    async apply(changes, signal) {
      const outcomes: DnsChangeOutcome[] = []
      for (const together of Map.groupBy(changes, change => change.name).values()) {
        try {
          await run({ action: 'apply', changes: together.map(plain) }, signal)
          outcomes.push(...together.map(change => ({ change, ok: true }) as const))
        } catch (error) {
          if (!(error instanceof DnsWriteError)) throw error
          outcomes.push(...together.map(change => ({ change, ok: false, error }) as const))
        }
      }
      return outcomes
    },
  }
}

function plain({ name, type, before, after, ttlSeconds }: DnsChange): DnsChange {
  return { name, type, before, after, ttlSeconds }
}

/** What the first server that tells has. */
async function readFromServers(
  names: readonly string[],
  ask: AskEveryServer,
  signal: AbortSignal | undefined,
): Promise<readonly RecordSet[]> {
  const asked = names.flatMap(name => recordSetTypes.map(type => ({ name, type })))
  const sets = await Promise.all(
    asked.map(async ({ name, type }): Promise<RecordSet> => {
      const servers = await ask(name, type, signal)
      const told = servers.find(server => server.values !== undefined)
      if (told?.values === undefined) {
        const problem = servers[0]?.problem ?? 'no authoritative server could be found'
        throw new DnsWriteError(
          'dns-write/unreachable',
          `what stands at ${name} cannot be told: ${quote(problem, 200)}`,
        )
      }
      return { name, type, values: told.values, ttlSeconds: told.ttlSeconds ?? 0 }
    }),
  )
  return sets.filter(({ values }) => values.length > 0)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
