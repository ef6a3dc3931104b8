import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

/** The first bytes of a file, or why there are none. */
export type CappedBytes =
  | { readonly ok: true; readonly bytes: Buffer }
  | { readonly ok: false; readonly reason: string }

/** Reads at most `limitBytes` and one more of a file, so that a longer one shows; never waits for a pipe. */
export function readCapped(path: string, limitBytes: number): CappedBytes {
  let file: number | undefined
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
    const stats = fstatSync(file)
    if (stats.isDirectory()) return { ok: false, reason: 'it is a folder' }
    if (!stats.isFile()) return { ok: false, reason: 'it is no regular file; use - for standard input' }
    const bytes = Buffer.alloc(Math.min(limitBytes, stats.size) + 1)
    let length = 0
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(file, bytes, length, bytes.length - length, null)
    return { ok: true, bytes: bytes.subarray(0, length) }
  } catch (error) {
    return { ok: false, reason: describe(error) }
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** Reads at most `limitBytes` and one more of a stream. */
export async function readCappedStream(
  stream: AsyncIterable<Uint8Array | string>,
  limitBytes: number,
): Promise<Buffer> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const chunk of stream) {
    const piece = Buffer.from(chunk as Uint8Array)
    pieces.push(piece)
    length += piece.length
    if (length > limitBytes) break
  }
  return Buffer.concat(pieces).subarray(0, limitBytes + 1)
}

function describe(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file'
  if (code === 'EACCES' || code === 'EPERM') return 'it may not be read'
  if (code === 'EISDIR') return 'it is a folder'
  return error instanceof Error ? error.message : String(error)
}
