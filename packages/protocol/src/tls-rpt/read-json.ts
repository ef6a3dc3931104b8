export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject

/** An object as `JSON.parse` makes it: `__proto__` in a text is a member like any other. */
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined
}

export type JsonReading =
  | {
      readonly ok: true
      readonly value: JsonValue
      /** Where a key stands twice in one object, at most the first 20; the last one counts. */
      readonly duplicateKeys: readonly string[]
      /** Whether no string in the value can hold NUL or half a surrogate pair. */
      readonly isWellFormed: boolean
    }
  | { readonly ok: false; readonly fault: 'syntax' | 'depth'; readonly reason: string }

/** A report needs 6 levels; some room for wrappers and for what the standard may add. */
export const MAX_JSON_DEPTH = 32

const MAX_REPORTED_DUPLICATES = 20

/**
 * Reads JSON as I-JSON wants it, and tells what I-JSON forbids.
 *
 * Shape: nesting is measured before `JSON.parse` sees the text. Duplicate keys cost nothing where there are none:
 * the members in the text are as many as those in the value.
 * Lenient: of a key that stands twice the last one counts, as with nearly every reader.
 * Source: RFC 8259, RFC 7493 §2.3.
 */
export function readJson(text: string): JsonReading {
  const { depth, memberCount } = scan(text)
  if (depth > MAX_JSON_DEPTH) {
    return { ok: false, fault: 'depth', reason: `nested more than ${MAX_JSON_DEPTH} levels deep` }
  }
  let value: JsonValue
  try {
    value = JSON.parse(text) as JsonValue
  } catch (error) {
    return { ok: false, fault: 'syntax', reason: describeSyntaxError(error) }
  }
  const duplicateKeys = countMembers(value) === memberCount ? [] : findDuplicateKeys(text)
  // NUL has to be escaped in JSON, and without an escape a surrogate is as in the text.
  const isWellFormed = !text.includes('\\u') && text.isWellFormed()
  return { ok: true, value, duplicateKeys, isWellFormed }
}

/** Depth and number of members, for a text that is JSON; for any other text some numbers. */
function scan(text: string): { depth: number; memberCount: number } {
  let level = 0
  let depth = 0
  let memberCount = 0
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    if (code === 0x22) {
      // Most strings hold no quote, so the search for one is done here and the rest elsewhere.
      const quote = text.indexOf('"', i + 1)
      if (quote === -1) break
      i = text.charCodeAt(quote - 1) === 0x5c ? endOfString(text, i) : quote
    } else if (code === 0x3a) {
      memberCount += 1
    } else if (code === 0x7b || code === 0x5b) {
      level += 1
      if (level > depth) {
        depth = level
        if (depth > MAX_JSON_DEPTH) break
      }
    } else if (code === 0x7d || code === 0x5d) {
      level -= 1
    }
  }
  return { depth, memberCount }
}

/** Where the string that begins at `start` has its closing quote; the length of the text where it has none. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end !== -1) {
    // An even number of backslashes before a quote are escaped backslashes. No backslash is counted twice.
    let at = end
    while (text.charCodeAt(at - 1) === 0x5c) at -= 1
    if ((end - at) % 2 === 0) return end
    end = text.indexOf('"', end + 1)
  }
  return text.length
}

/** Recursion is safe: `scan` has bounded the depth. */
function countMembers(value: JsonValue): number {
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (Array.isArray(value)) {
    for (const element of value as readonly JsonValue[]) count += countMembers(element)
    return count
  }
  const object = value as JsonObject
  for (const key in object) {
    count += 1
    const member = object[key]
    if (typeof member === 'object' && member !== null) count += countMembers(member)
  }
  return count
}

interface Container {
  /** Undefined for an array. */
  readonly keys: Set<string> | undefined
  readonly path: string
  key: string
  index: number
}

/** Walks a text that is known to be JSON, and known to have duplicate keys. */
function findDuplicateKeys(text: string): string[] {
  const found: string[] = []
  const open: Container[] = []
  let path = ''
  for (let i = 0; i < text.length && found.length < MAX_REPORTED_DUPLICATES; i += 1) {
    const code = text.charCodeAt(i)
    const container = open.at(-1)
    if (code === 0x22) {
      const end = endOfString(text, i)
      if (container !== undefined) container.key = text.slice(i, end + 1)
      i = end
    } else if (code === 0x3a && container?.keys !== undefined) {
      const key = JSON.parse(container.key) as string
      path = joinPath(container.path, key)
      if (container.keys.has(key)) found.push(path)
      container.keys.add(key)
    } else if (code === 0x7b || code === 0x5b) {
      if (container !== undefined && container.keys === undefined)
        path = `${container.path}[${container.index}]`
      open.push({ keys: code === 0x7b ? new Set() : undefined, path, key: '', index: 0 })
    } else if (code === 0x7d || code === 0x5d) {
      open.pop()
    } else if (code === 0x2c && container !== undefined) {
      container.index += 1
    }
  }
  return found
}

/** The path of a member whose key is ours. */
export function memberPath(path: string, key: string): string {
  if (path === '' || key === '') return path + key
  return key.startsWith('[') ? path + key : `${path}.${key}`
}

/** The path of a member; a foreign key that could disturb a terminal or a log is shown escaped. */
export function joinPath(path: string, key: string): string {
  const shown = /^[A-Za-z0-9_-]{1,40}$/.test(key) ? key : `"${escapeKey(key)}"`
  return memberPath(path, shown)
}

function escapeKey(key: string): string {
  let shown = ''
  for (const character of key.slice(0, 40)) {
    const code = character.codePointAt(0) ?? 0
    shown +=
      code >= 0x20 && code <= 0x7e && code !== 0x22 && code !== 0x5c ? character : `\\u{${code.toString(16)}}`
  }
  return key.length > 40 ? `${shown}…` : shown
}

/** In words of our own: engines quote the text, which may be hostile. */
function describeSyntaxError(error: unknown): string {
  const message = error instanceof Error ? error.message : ''
  const position = /position (\d+)/.exec(message)?.[1]
  if (position !== undefined) return `it stops being JSON at character ${Number(position) + 1}`
  return /end of|unterminated/i.test(message) ? 'the JSON ends in the middle' : 'it is no JSON'
}
