import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import type { ConfigIssue, ConfigIssueCode } from './issues.ts'

export const MAX_CONFIG_BYTES = 1_048_576
const MAX_ALIASES = 100

/** A configuration file as it was written, with the way back from a value to its line. */
export interface ConfigDocument {
  /** The file as it was named. */
  readonly file: string
  /** Plain values: maps, lists, text, numbers, booleans, null. An empty file is an empty map. */
  readonly content: unknown
  /** Where the value at a path stands, or the nearest value around it; with `key`, where that key stands. */
  locate(path: readonly PropertyKey[], key?: string): { readonly line: number; readonly column: number }
}

export type ReadDocument =
  | { readonly ok: true; readonly document: ConfigDocument; readonly warnings: readonly ConfigIssue[] }
  | { readonly ok: false; readonly issues: readonly ConfigIssue[] }

/** Reads a file of at most `MAX_CONFIG_BYTES` and parses it; every failure is an issue. */
export function readConfigDocument(file: string): ReadDocument {
  let bytes: Buffer
  try {
    bytes = readLimited(file, MAX_CONFIG_BYTES + 1)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return failed(file, 'config/not-found', 'there is no such file')
    return failed(file, 'config/unreadable', `the file cannot be read (${code ?? String(error)})`)
  }
  if (bytes.length > MAX_CONFIG_BYTES) return failed(file, 'config/too-large', 'the file has more than 1 MiB')
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return failed(file, 'config/encoding', 'the file is not UTF-8 text')
  }
  return parseConfigDocument(file, text)
}

/**
 * Parses the text of a configuration.
 *
 * Strict: one document, YAML 1.2 with its core schema, keys at most once in a section.
 * Errors: `config/yaml`, `config/duplicate-key`, each with its line. Nesting that exhausts the stack and
 * aliases that multiply are errors too.
 */
export function parseConfigDocument(file: string, text: string): ReadDocument {
  const lines = new LineCounter()
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const parsed = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    version: '1.2',
    schema: 'core',
    logLevel: 'error',
  })
  const issues = parsed.errors.slice(0, 10).map(error => ({
    code: yamlCode(error.code),
    message: yamlMessage(error.code, error.message),
    file,
    ...at(error.pos[0]),
  }))
  if (issues.length > 0) return { ok: false, issues }

  let keyWithoutName: number | undefined
  visit(parsed, {
    Pair: (_, pair) => {
      if (isScalar(pair.key)) return undefined
      keyWithoutName = (pair.key as { range?: [number] } | null)?.range?.[0] ?? 0
      return visit.BREAK
    },
  })
  if (keyWithoutName !== undefined) {
    const message = 'a key must be a plain word'
    return { ok: false, issues: [{ code: 'config/yaml', message, file, ...at(keyWithoutName) }] }
  }

  let content: unknown
  try {
    content = parsed.toJS({ maxAliasCount: MAX_ALIASES }) ?? {}
  } catch (error) {
    const message = error instanceof ReferenceError ? `aliases: ${error.message}` : 'nested too deeply'
    return failed(file, 'config/yaml', message)
  }
  const warnings = parsed.warnings.map(warning => ({
    code: 'config/yaml' as const,
    message: warning.message,
    file,
    ...at(warning.pos[0]),
  }))
  const document: ConfigDocument = {
    file,
    content,
    locate: (path, key) => at(offsetOf(parsed.contents, path, key)),
  }
  return { ok: true, document, warnings }
}

/** Walks along a path as far as there are nodes; the start of a key names its value's place best. */
function offsetOf(root: unknown, path: readonly PropertyKey[], key: string | undefined): number {
  let node = root
  let offset = 0
  for (const step of key === undefined ? path : [...path, key]) {
    if (isMap(node)) {
      const pair = node.items.find(item => isScalar(item.key) && String(item.key.value) === String(step))
      if (pair === undefined) break
      offset = (isScalar(pair.key) ? pair.key.range?.[0] : undefined) ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      const item = node.items[Number(step)]
      if (item === undefined || isPair(item)) break
      node = item
      offset = (item as { range?: [number, number, number] | null }).range?.[0] ?? offset
    } else break
  }
  // The value is the better place than its key, unless the key itself is what is wrong.
  if (key === undefined && isScalar(node) && node.range && node.source !== '') offset = node.range[0]
  return offset
}

function yamlCode(code: string): ConfigIssueCode {
  return code === 'DUPLICATE_KEY' ? 'config/duplicate-key' : 'config/yaml'
}

function yamlMessage(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'this key stands twice in its section; remove one'
  if (code === 'MULTIPLE_DOCS') return 'the file holds several documents; only one is allowed'
  if (code === 'RESOURCE_EXHAUSTION') return 'nested too deeply'
  if (code === 'TAB_AS_INDENT') return 'indent with spaces; YAML does not allow tabs'
  return `not YAML: ${message}`
}

function failed(file: string, code: ConfigIssueCode, message: string): ReadDocument {
  return { ok: false, issues: [{ code, message, file }] }
}

/** Reads at most `limit` bytes, so that a device or an endless file given by mistake does not fill memory. */
function readLimited(file: string, limit: number): Buffer {
  const descriptor = openSync(file, 'r')
  try {
    if (fstatSync(descriptor).isDirectory()) throw Object.assign(new Error('directory'), { code: 'EISDIR' })
    const chunks: Buffer[] = []
    let length = 0
    while (length < limit) {
      const chunk = Buffer.alloc(Math.min(65_536, limit - length))
      const count = readSync(descriptor, chunk)
      if (count === 0) break
      chunks.push(chunk.subarray(0, count))
      length += count
    }
    return Buffer.concat(chunks)
  } finally {
    closeSync(descriptor)
  }
}
