import { type Dirent, opendirSync, type Stats, statSync } from 'node:fs'
import { join } from 'node:path'

/** A file to read, or what was met in place of one. */
export type WalkedFile =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'skipped'; readonly path: string; readonly reason: string }
  | { readonly kind: 'unreadable'; readonly path: string; readonly reason: string }

const MAX_DEPTH = 64
/** Entries of a folder held at once. */
const ENTRIES = 256

/**
 * Walks files and folders in the order the system names them, holding no list of them.
 *
 * Symbolic links are followed; a folder is entered once, however many ways lead to it. Of a Maildir `cur` and `new`
 * are read, in its subfolders too, and nothing of `tmp`, where mail is not complete.
 */
export function* walkFiles(paths: Iterable<string>): Generator<WalkedFile> {
  const entered = new Set<string>()
  for (const path of paths) yield* walkPath(path, 0, entered)
}

function* walkPath(path: string, depth: number, entered: Set<string>): Generator<WalkedFile> {
  let stats: Stats
  try {
    stats = statSync(path)
  } catch (error) {
    yield { kind: 'unreadable', path, reason: reasonOf(error) }
    return
  }
  const special = describeSpecial(stats)
  if (special !== undefined) yield { kind: 'skipped', path, reason: `it is ${special}` }
  else if (stats.isDirectory()) yield* walkFolder(path, stats, depth, entered)
  else yield { kind: 'file', path }
}

function* walkFolder(path: string, stats: Stats, depth: number, entered: Set<string>): Generator<WalkedFile> {
  const identity = `${stats.dev}:${stats.ino}`
  if (entered.has(identity)) {
    yield { kind: 'skipped', path, reason: 'it leads to a folder that was read already' }
    return
  }
  entered.add(identity)
  if (depth > MAX_DEPTH) {
    yield { kind: 'skipped', path, reason: `folders lie more than ${MAX_DEPTH} deep` }
    return
  }
  const isMaildir = isFolder(join(path, 'cur')) && isFolder(join(path, 'new'))
  try {
    for (const entry of entriesOf(path)) {
      const below = join(path, entry.name)
      if (isMaildir && (entry.isFile() || entry.name === 'tmp')) continue
      if (entry.isFile()) yield { kind: 'file', path: below }
      else yield* walkPath(below, depth + 1, entered)
    }
  } catch (error) {
    yield { kind: 'unreadable', path, reason: reasonOf(error) }
  }
}

function* entriesOf(path: string): Generator<Dirent> {
  const folder = opendirSync(path, { bufferSize: ENTRIES })
  try {
    for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) yield entry
  } finally {
    folder.closeSync()
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

/** Names what is no file and no folder. */
export function describeSpecial(stats: Stats): string | undefined {
  if (stats.isFIFO()) return 'a named pipe'
  if (stats.isSocket()) return 'a socket'
  return stats.isBlockDevice() || stats.isCharacterDevice() ? 'a device' : undefined
}

/** Why the system refused, in its words: `permission denied`, `no such file or directory`. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return /^E[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? message
}
