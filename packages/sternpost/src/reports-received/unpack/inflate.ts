import { constants, gunzip, gunzipSync, inflateRaw, inflateRawSync } from 'node:zlib'
import { inflateWholeMembers } from './gzip-members.ts'
import { formatBytes, UnpackProblem } from './limits.ts'

/** Below this a high ratio does no harm: a report of one long list packs very well. */
const RATIO_FREE_BYTES = 1024 * 1024
/** Small input is inflated at once, up to `AT_ONCE_BYTES` of output; everything else beside the event loop. */
const AT_ONCE_PACKED_BYTES = 64 * 1024
const AT_ONCE_BYTES = 256 * 1024

export interface InflateLimits {
  /** What may still come out of this document. */
  readonly leftBytes: number
  readonly ratio: number
}

/**
 * Inflates gzip (all of its members) or the raw deflate of a zip member, and stops as soon as a limit is passed.
 *
 * Lenient: bytes after the last gzip member are ignored, as gzip itself does.
 * Errors: UnpackProblem.
 */
export async function inflate(
  format: 'gzip' | 'deflate',
  packed: Buffer,
  limits: InflateLimits,
): Promise<Buffer> {
  const byRatio = Math.max(RATIO_FREE_BYTES, packed.length * limits.ratio)
  const most = Math.min(byRatio, limits.leftBytes)
  const tooMuch = () =>
    limits.leftBytes <= byRatio
      ? new UnpackProblem('report/unpacked-too-large', 'unpacks to more than is read of one document', true)
      : new UnpackProblem(
          'report/ratio',
          `${formatBytes(packed.length)} unpack to more than ${limits.ratio} times as much`,
          true,
        )
  if (most <= 0) throw tooMuch()
  if (packed.length <= AT_ONCE_PACKED_BYTES) {
    try {
      return inflateAtOnce(format, packed, Math.min(most, AT_ONCE_BYTES))
    } catch (error) {
      if (!isTooLarge(error)) return salvage(format, packed, most, error)
      if (most <= AT_ONCE_BYTES) throw tooMuch()
    }
  }
  try {
    return await inflateAside(format, packed, most)
  } catch (error) {
    if (isTooLarge(error)) throw tooMuch()
    return salvage(format, packed, most, error)
  }
}

/** What is whole of gzip data that zlib refuses; throws where nothing is. */
function salvage(format: 'gzip' | 'deflate', packed: Buffer, most: number, error: unknown): Buffer {
  const members = format === 'gzip' ? inflateWholeMembers(packed, most) : undefined
  if (members === undefined) throw asProblem(format, error)
  return members
}

function inflateAtOnce(format: 'gzip' | 'deflate', packed: Buffer, most: number): Buffer {
  const options = {
    maxOutputLength: most,
    finishFlush: constants.Z_FINISH,
    chunkSize: likelySize(format, packed),
  }
  return format === 'gzip' ? gunzipSync(packed, options) : inflateRawSync(packed, options)
}

/** So that small reports do not each hold a chunk meant for large ones; what it says is only a guess. */
function likelySize(format: 'gzip' | 'deflate', packed: Buffer): number {
  const said = format === 'gzip' && packed.length >= 18 ? packed.readUInt32LE(packed.length - 4) : 0
  const guess = said > 0 && said <= AT_ONCE_BYTES ? said + 1 : packed.length * 4
  return Math.min(64 * 1024, Math.max(1024, guess))
}

function inflateAside(format: 'gzip' | 'deflate', packed: Buffer, most: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const run = format === 'gzip' ? gunzip : inflateRaw
    run(packed, { maxOutputLength: most, chunkSize: 64 * 1024 }, (error, bytes) => {
      if (error === null) resolve(bytes)
      else reject(error)
    })
  })
}

function isTooLarge(error: unknown): boolean {
  return error instanceof RangeError && (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
}

function asProblem(format: 'gzip' | 'deflate', error: unknown): UnpackProblem {
  const reason = error instanceof Error ? error.message : String(error)
  const what = reason === 'unexpected end of file' ? 'it ends too early' : reason
  return new UnpackProblem(
    format === 'gzip' ? 'report/gzip' : 'report/zip',
    `the compressed data are broken: ${what}`,
  )
}
