import { escapeForLine } from './escape.ts'

const LEVELS: Readonly<Record<number, readonly [name: string, color: string]>> = {
  10: ['trace', '90'],
  20: ['debug', '90'],
  30: ['info', '36'],
  40: ['warn', '33'],
  50: ['error', '31'],
  60: ['fatal', '31'],
}

const SHOWN_ELSEWHERE = new Set(['level', 'time', 'msg', 'pid', 'hostname', 'err'])

/**
 * Turns one JSON line of pino into a line for people.
 *
 * Shape: `21:45:51 warn  message  key=value key="two words"`; an error's stack follows indented.
 */
export function formatTextLine(json: string, options: { readonly color: boolean }): string {
  let entry: Record<string, unknown>
  try {
    entry = JSON.parse(json) as Record<string, unknown>
  } catch {
    return `${escapeForLine(json)}\n`
  }
  const [name, color] = LEVELS[Number(entry.level)] ?? ['log', '0']
  const time = new Date(Number(entry.time)).toISOString().slice(11, 19)
  const label = name.padEnd(5)
  const shown = options.color ? `\u001b[${color}m${label}\u001b[0m` : label
  const fields = Object.entries(entry)
    .filter(([key]) => !SHOWN_ELSEWHERE.has(key))
    .map(([key, value]) => `${escapeForLine(key)}=${formatValue(value)}`)
  const line = [`${time} ${shown} ${escapeForLine(String(entry.msg ?? ''))}`, ...fields].join(' ')
  return `${line}${formatError(entry.err)}\n`
}

function formatValue(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return /[\s"=]/.test(text) || text === '' ? escapeForLine(JSON.stringify(text)) : escapeForLine(text)
}

function formatError(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  const { stack, message } = error as { stack?: unknown; message?: unknown }
  return String(stack ?? message ?? '')
    .split('\n')
    .map(line => `\n  ${escapeForLine(line)}`)
    .join('')
}
