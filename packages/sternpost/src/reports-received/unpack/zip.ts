import { crc32 } from 'node:zlib'
import { type Entry, fromBufferPromise, getFileNameLowLevel, type ZipFile } from 'yauzl'
import { type InflateLimits, inflate } from './inflate.ts'
import { formatBytes, UnpackProblem } from './limits.ts'

export interface ZipMember {
  /** As the archive says; it is shown and never used as a path. */
  readonly name: string
  readonly bytes: Buffer
  /** Whether `bytes` were made by inflating, so that they count against the limit. */
  readonly isInflated: boolean
}

/** A member that cannot be unpacked; the others may be fine. */
export interface BrokenZipMember {
  readonly name: string
  readonly problem: UnpackProblem
}

export interface ZipLimits {
  readonly leftBytes: () => number
  readonly ratio: number
  readonly members: number
}

const STORED = 0
const DEFLATED = 8

/**
 * Reads an archive member by member.
 *
 * Errors: UnpackProblem for an archive whose directory is broken and for every limit.
 * Strict: members that overlap are refused; only a zip bomb is built so.
 */
export async function* readZip(
  archive: Buffer,
  limits: ZipLimits,
): AsyncGenerator<ZipMember | BrokenZipMember> {
  const zip = await asZipProblem(fromBufferPromise(archive, { decodeStrings: false, lazyEntries: true }))
  if (zip.entryCount > limits.members) {
    throw new UnpackProblem(
      'report/members',
      `the zip archive has ${zip.entryCount} members; ${limits.members} are read`,
      true,
    )
  }
  let packedBytes = 0
  const entries = zip.eachEntry()
  while (true) {
    const next = await asZipProblem(entries.next())
    if (next.done === true) return
    const entry: Entry = next.value
    const name = nameOf(entry)
    if (name.endsWith('/')) continue
    packedBytes += entry.compressedSize
    if (packedBytes > archive.length) {
      throw new UnpackProblem('report/zip', 'members of the zip archive overlap', true)
    }
    yield await readMember(zip, entry, archive, limits).then(
      member => ({ name, ...member }),
      (problem: unknown) => {
        if (!(problem instanceof UnpackProblem) || problem.isLimit) throw problem
        return { name, problem }
      },
    )
  }
}

async function readMember(
  zip: ZipFile,
  entry: Entry,
  archive: Buffer,
  limits: ZipLimits,
): Promise<Pick<ZipMember, 'bytes' | 'isInflated'>> {
  if (entry.isEncrypted()) throw new UnpackProblem('report/zip', 'the member is encrypted')
  const method = entry.compressionMethod
  if (method !== STORED && method !== DEFLATED) {
    throw new UnpackProblem('report/zip', `the member is compressed by method ${method}; 0 and 8 are read`)
  }
  const leftBytes = limits.leftBytes()
  if (entry.uncompressedSize > leftBytes) {
    throw new UnpackProblem(
      'report/unpacked-too-large',
      `the member says to unpack to ${formatBytes(entry.uncompressedSize)}`,
      true,
    )
  }
  const header = await asZipProblem(zip.readLocalFileHeaderPromise(entry, { minimal: true }))
  const packed = archive.subarray(header.fileDataStart, header.fileDataStart + entry.compressedSize)
  const inflateLimits: InflateLimits = { leftBytes, ratio: limits.ratio }
  const bytes = method === STORED ? packed : await inflate('deflate', packed, inflateLimits)
  if (bytes.length !== entry.uncompressedSize || crc32(bytes) !== entry.crc32) {
    throw new UnpackProblem('report/zip', 'the member is not what its checksum and size say')
  }
  return { bytes, isInflated: method === DEFLATED }
}

function nameOf(entry: Entry): string {
  return getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false)
}

async function asZipProblem<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UnpackProblem('report/zip', `the zip archive is broken: ${reason}`)
  }
}
