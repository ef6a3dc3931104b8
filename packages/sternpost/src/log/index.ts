/** Log lines: JSON for machines, text for a terminal, nothing secret in either. */
export { createLogger, type Logger, type LoggerOptions } from './create-logger.ts'
export { escapeForLine } from './escape.ts'
export { escapeJson } from './escape-json.ts'
