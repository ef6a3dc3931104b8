import { type FileHandle, open } from 'node:fs/promises'
import { type ResultHead, readResultHead } from './result-line.ts'

const READ_BYTES = 256 * 1024
const NEWLINE = 0x0a
/** A line longer than this was not written by a check. */
const MAX_LINE_BYTES = 64 * 1024 * 1024

/** A file of results that a run adds to. */
export interface ResultFile {
  /** Bytes of a last line that was cut off in the middle, as after a kill; they are gone from the file. */
  readonly tornBytes: number
  append(text: string): Promise<void>
  close(): Promise<void>
}

export class ForeignFileError extends Error {
  override readonly name = 'ForeignFileError'
}

/**
 * Opens the file of an earlier run to go on with it, or makes a new one; `onLine` is told each line of it.
 *
 * Errors: a `ForeignFileError` where the file has lines that are no results, so that nobody's file is spoilt by a slip
 * of the pen; the system's for what cannot be opened or written.
 * Effects: the file may be read and written by its owner alone; a torn last line is cut off.
 */
export async function openResultFile(path: string, onLine: (head: ResultHead) => void): Promise<ResultFile> {
  const handle = await open(path, 'a+', 0o600)
  try {
    const { endsAt, size } = await readLines(handle, path, onLine)
    if (endsAt < size) await handle.truncate(endsAt)
    let written: Promise<void> = Promise.resolve()
    return {
      tornBytes: size - endsAt,
      append(text) {
        // One after the other: a long line takes several writes, and no other may come between them.
        written = written.then(() => handle.appendFile(text))
        return written
      },
      close: () => handle.close(),
    }
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function readLines(
  handle: FileHandle,
  path: string,
  onLine: (head: ResultHead) => void,
): Promise<{ readonly endsAt: number; readonly size: number }> {
  const buffer = Buffer.allocUnsafe(READ_BYTES)
  let pieces: Buffer[] = []
  let [size, endsAt, lines] = [0, 0, 0]
  while (true) {
    const { bytesRead } = await handle.read(buffer, 0, READ_BYTES, size)
    if (bytesRead === 0) {
      if (!isBeginningOfResult(Buffer.concat(pieces)))
        throw new ForeignFileError(`${path}: its last line is no result of a check`)
      return { endsAt, size }
    }
    let from = 0
    for (let at = buffer.indexOf(NEWLINE); at !== -1 && at < bytesRead; at = buffer.indexOf(NEWLINE, from)) {
      lines += 1
      const line = Buffer.concat([...pieces, buffer.subarray(from, at)]).toString()
      const head = readResultHead(line)
      if (head === undefined) throw new ForeignFileError(`${path}: line ${lines} is no result of a check`)
      onLine(head)
      pieces = []
      from = at + 1
      endsAt = size + from
    }
    if (bytesRead > from) pieces.push(Buffer.from(buffer.subarray(from, bytesRead)))
    size += bytesRead
    if (size - endsAt > MAX_LINE_BYTES) throw new ForeignFileError(`${path}: it has no lines of results`)
  }
}

function isBeginningOfResult(torn: Buffer): boolean {
  const beginning = Buffer.from('{"version":1,"domain":')
  const length = Math.min(torn.length, beginning.length)
  return torn.subarray(0, length).equals(beginning.subarray(0, length))
}
