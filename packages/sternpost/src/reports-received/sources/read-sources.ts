import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import { formatBytes } from '../unpack/index.ts'
import { isMbox, type MboxMail, MboxSplitter } from './mbox-splitter.ts'
import type { SourceItem } from './source-item.ts'
import { describeSpecial, reasonOf, walkFiles } from './walk-files.ts'

export interface SourceOptions {
  /** Files and folders; `-` is standard input. */
  readonly paths: readonly string[]
  readonly standardInput: AsyncIterable<Uint8Array>
  /** Of one document: a file, or one mail of an mbox file. */
  readonly documentBytes: number
  /** `mbox`: every file is one. `single`: no file is, so that a mail that begins with `From ` stays whole. */
  readonly form: 'auto' | 'mbox' | 'single'
}

const PIECE_BYTES = 256 * 1024
/** So many bytes tell an mbox file from everything else. */
const MBOX_MARK_BYTES = 5

/**
 * Reads documents one after the other; what is not asked for is not read.
 *
 * Effects: reads with blocking calls, which for many small files take a fraction of the time.
 */
export async function* readSources(options: SourceOptions): AsyncGenerator<SourceItem> {
  let filesDone = 0
  for (const path of options.paths) {
    if (path === '-') {
      filesDone += 1
      yield* readStandardInput(options, filesDone)
      continue
    }
    for (const file of walkFiles([path])) {
      filesDone += 1
      if (file.kind === 'file') yield* readFile(file.path, options, filesDone)
      else if (file.kind === 'skipped') yield { ...file, name: file.path, filesDone }
      else yield { ...file, name: file.path, code: 'report/unreadable', filesDone }
    }
  }
}

function* readFile(path: string, options: SourceOptions, filesDone: number): Generator<SourceItem> {
  let file: number | undefined
  try {
    // What was a file a moment ago may be a pipe by now, and must not hold us.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
    const stats = fstatSync(file)
    const special = describeSpecial(stats)
    if (special !== undefined) {
      yield { kind: 'skipped', name: path, reason: `it is ${special}`, filesDone }
      return
    }
    const firstBytes = Math.min(stats.size + 1, PIECE_BYTES)
    const first = readPiece(file, firstBytes)
    if (options.form === 'mbox' || (options.form === 'auto' && isMbox(first))) {
      yield* readMbox(file, first, stats.size, path, options, filesDone)
    } else if (stats.size > options.documentBytes) {
      yield tooLarge(path, stats.size, options, filesDone)
    } else {
      const isWhole = first.length < firstBytes
      const bytes = isWhole ? first : readRest(file, first, options.documentBytes)
      yield { kind: 'document', name: path, fileName: basename(path), bytes, filesDone }
    }
  } catch (error) {
    yield { kind: 'unreadable', name: path, code: 'report/unreadable', reason: reasonOf(error), filesDone }
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

function* readMbox(
  file: number,
  first: Buffer,
  size: number,
  path: string,
  options: SourceOptions,
  filesDone: number,
): Generator<SourceItem> {
  const splitter = new MboxSplitter(options.documentBytes)
  let readBytes = 0
  for (let piece = first; piece.length > 0; piece = readPiece(file, PIECE_BYTES)) {
    readBytes += piece.length
    const done = filesDone - 1 + Math.min(1, readBytes / Math.max(1, size))
    for (const mail of splitter.push(piece)) yield fromMbox(mail, path, options, done)
  }
  for (const mail of splitter.end()) yield fromMbox(mail, path, options, filesDone)
}

async function* readStandardInput(options: SourceOptions, filesDone: number): AsyncGenerator<SourceItem> {
  const { documentBytes, form } = options
  const pieces: Buffer[] = []
  let bytes = 0
  let splitter = form === 'mbox' ? new MboxSplitter(documentBytes) : undefined
  for await (const chunk of options.standardInput) {
    let piece: Buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (splitter === undefined) {
      const mayTell = form === 'auto' && bytes < MBOX_MARK_BYTES
      bytes += piece.length
      // Beyond what is read of a document only its size matters.
      if (bytes <= documentBytes || mayTell) pieces.push(piece)
      if (!mayTell || bytes < MBOX_MARK_BYTES) continue
      piece = Buffer.concat(pieces)
      if (!isMbox(piece)) continue
      splitter = new MboxSplitter(documentBytes)
    }
    for (const mail of splitter.push(piece)) yield fromMbox(mail, '-', options, filesDone)
  }
  if (splitter !== undefined) {
    for (const mail of splitter.end()) yield fromMbox(mail, '-', options, filesDone)
  } else if (bytes > documentBytes) {
    yield tooLarge('-', bytes, options, filesDone)
  } else {
    yield { kind: 'document', name: '-', fileName: undefined, bytes: Buffer.concat(pieces), filesDone }
  }
}

function fromMbox(
  { number, bytes }: MboxMail,
  path: string,
  options: SourceOptions,
  filesDone: number,
): SourceItem {
  const name = `${path}#${number}`
  // The name of an mbox file says nothing of the reports in it.
  if (bytes !== undefined) return { kind: 'document', name, fileName: undefined, bytes, filesDone }
  return tooLarge(name, undefined, options, filesDone)
}

function tooLarge(
  name: string,
  bytes: number | undefined,
  { documentBytes }: SourceOptions,
  filesDone: number,
): SourceItem {
  const has = bytes === undefined ? 'more' : formatBytes(bytes)
  const reason = `it has ${has}; ${formatBytes(documentBytes)} are read`
  return { kind: 'unreadable', name, code: 'report/document-too-large', reason, filesDone }
}

function readPiece(file: number, size: number): Buffer {
  const piece = Buffer.allocUnsafe(size)
  return piece.subarray(0, readSync(file, piece, 0, size, null))
}

function readRest(file: number, first: Buffer, mostBytes: number): Buffer {
  const pieces = [first]
  let bytes = first.length
  while (bytes <= mostBytes) {
    const piece = readPiece(file, PIECE_BYTES)
    if (piece.length === 0) break
    pieces.push(piece)
    bytes += piece.length
  }
  return pieces.length === 1 ? first : Buffer.concat(pieces)
}
