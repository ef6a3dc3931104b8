import { type RecordSetType, recordSetKey } from './record-set.ts'

/** What one authoritative server says of one record set. */
export interface ServerAnswer {
  /** Name and address of the server: `ns1.example.net (192.0.2.53)`. */
  readonly server: string
  /** Empty where the server says that there is no such set. */
  readonly values?: readonly string[]
  /** Of the set, where there is one. */
  readonly ttlSeconds?: number
  /** Why nothing is known of this server. */
  readonly problem?: string
}

/**
 * Asks every authoritative server of the zone that holds a name, one by one, without a cache between.
 *
 * Shape: aliases are not followed. Never rejects; an empty list means that no server could be found.
 */
export type AskEveryServer = (
  name: string,
  type: RecordSetType,
  signal?: AbortSignal,
) => Promise<readonly ServerAnswer[]>

/** What every server is to say. */
export interface ExpectedRecords {
  readonly name: string
  readonly type: RecordSetType
  readonly values: readonly string[]
  /** Values that must not be there any more. */
  readonly gone: readonly string[]
}

export interface RecordVerdict extends ExpectedRecords {
  /** Whether every server, and at least one, says so. */
  readonly verified: boolean
  readonly servers: readonly (ServerAnswer & { readonly verified: boolean })[]
}

export interface VerifyOptions {
  readonly ask: AskEveryServer
  readonly now: () => number
  /** Waits; resolves early when aborted. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>
  /** How long servers may lag behind one another; 0 looks once. */
  readonly timeoutSeconds: number
  readonly signal?: AbortSignal
}

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 10_000

/**
 * Waits until every authoritative server has the records, and tells of each server what it says.
 *
 * Shape: servers lag behind one another; what is not everywhere is asked for again, with longer and longer waits,
 * until the time is over. TTLs, and values not spoken of, are not compared.
 * Errors: none; what is not verified says so, server by server.
 */
export async function verifyRecords(
  expected: readonly ExpectedRecords[],
  options: VerifyOptions,
): Promise<readonly RecordVerdict[]> {
  const { now, sleep, signal } = options
  const deadline = now() + options.timeoutSeconds * 1000
  const verdicts = new Map<string, RecordVerdict>()
  let open = expected
  let waitMs = FIRST_WAIT_MS
  for (;;) {
    for (const verdict of await Promise.all(open.map(set => verifyOnce(set, options))))
      verdicts.set(recordSetKey(verdict), verdict)
    open = open.filter(set => verdicts.get(recordSetKey(set))?.verified !== true)
    const leftMs = deadline - now()
    if (open.length === 0 || leftMs <= 0 || signal?.aborted === true) break
    await sleep(Math.min(waitMs, leftMs), signal)
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
  }
  return [...verdicts.values()]
}

async function verifyOnce(expected: ExpectedRecords, { ask, signal }: VerifyOptions): Promise<RecordVerdict> {
  const { name, type, values, gone } = expected
  const servers = (await ask(name, type, signal)).map(answer => ({
    ...answer,
    verified:
      answer.values !== undefined &&
      values.every(value => answer.values?.includes(value)) &&
      !gone.some(value => answer.values?.includes(value)),
  }))
  return {
    ...expected,
    verified: servers.length > 0 && servers.every(({ verified }) => verified),
    servers,
  }
}
