import { destination, type Logger, pino, stdTimeFunctions } from 'pino'
import type { LogConfig } from '../config/index.ts'
import { formatTextLine } from './text-line.ts'

export type { Logger } from 'pino'

/** What no line may hold, wherever in an object a caller left it. */
const SECRETS = ['password', 'token', 'secret', 'authorization', 'key', 'proxy'].flatMap(name => [
  name,
  `*.${name}`,
])

/** What a reader that stalls can cost: beyond it lines are dropped rather than memory filled. */
const MAX_WAITING_BYTES = 4_194_304

export interface LoggerOptions {
  readonly isTerminal: boolean
  readonly color: boolean
  /** Where lines go; standard error unless given. */
  readonly write?: (line: string) => void
}

/**
 * Makes the logger every room is given; a room takes a child with its own name in `room`.
 *
 * Effects: writes to standard error without waiting for it, and flushes when the process ends.
 */
export function createLogger(config: LogConfig, options: LoggerOptions): Logger {
  const format = config.format === 'auto' ? (options.isTerminal ? 'text' : 'json') : config.format
  const write = options.write ?? standardError()
  const sink =
    format === 'json'
      ? { write }
      : { write: (line: string) => write(formatTextLine(line, { color: options.color })) }
  return pino(
    {
      level: config.level,
      base: null,
      ...(format === 'json'
        ? { timestamp: stdTimeFunctions.isoTime, formatters: { level: label => ({ level: label }) } }
        : {}),
      redact: { paths: SECRETS, censor: '[not shown]' },
    },
    sink,
  )
}

function standardError(): (line: string) => void {
  const stream = destination({ fd: 2, sync: false, maxLength: MAX_WAITING_BYTES })
  return line => void stream.write(line)
}
