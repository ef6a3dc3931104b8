import { tooLarge, UnpackError, unpackBytes } from './unpack-bytes.ts'

export interface ZipMember {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** A report archive has one member; some more are read, a flood is not. */
const MAX_MEMBERS = 100
const END_MARK = 0x06054b50
const ENTRY_MARK = 0x02014b50
const LOCAL_MARK = 0x04034b50
const END_BYTES = 22
const MAX_COMMENT_BYTES = 65_535
const STORED = 0
const DEFLATED = 8

/**
 * Unpacks the members of a zip archive, `maxBytes` of all together.
 *
 * Errors: `UnpackError` for archives that are broken, encrypted, of zip64 or packed in another way than by deflate.
 */
export async function unpackZip(bytes: Uint8Array<ArrayBuffer>, maxBytes: number): Promise<ZipMember[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = findEnd(view)
  const count = view.getUint16(end + 10, true)
  if (count > MAX_MEMBERS) throw new UnpackError(`it has ${count} members; ${MAX_MEMBERS} are read`)
  const members: ZipMember[] = []
  let at = view.getUint32(end + 16, true)
  let leftBytes = maxBytes
  for (let each = 0; each < count; each += 1) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== ENTRY_MARK) throw broken()
    const nameLength = view.getUint16(at + 28, true)
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength))
    if (!name.endsWith('/')) {
      const member = await unpackMember(bytes, view, at, leftBytes)
      leftBytes -= member.length
      if (leftBytes < 0) throw new UnpackError(tooLarge(maxBytes))
      members.push({ name, bytes: member })
    }
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  return members
}

async function unpackMember(
  bytes: Uint8Array<ArrayBuffer>,
  view: DataView,
  entryAt: number,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const isEncrypted = (view.getUint16(entryAt + 8, true) & 1) === 1
  if (isEncrypted) throw new UnpackError('it is encrypted')
  const method = view.getUint16(entryAt + 10, true)
  const packedBytes = view.getUint32(entryAt + 20, true)
  const localAt = view.getUint32(entryAt + 42, true)
  if (localAt + 30 > view.byteLength || view.getUint32(localAt, true) !== LOCAL_MARK) throw broken()
  const dataAt = localAt + 30 + view.getUint16(localAt + 26, true) + view.getUint16(localAt + 28, true)
  if (dataAt + packedBytes > view.byteLength) throw broken()
  const packed = bytes.slice(dataAt, dataAt + packedBytes)
  if (method === STORED) return packed
  if (method === DEFLATED) return unpackBytes(packed, 'deflate-raw', maxBytes)
  throw new UnpackError('it is packed in a way that is not read here')
}

/** The record at the end that says where the members are; a comment may follow it. */
function findEnd(view: DataView): number {
  const first = Math.max(0, view.byteLength - END_BYTES - MAX_COMMENT_BYTES)
  for (let at = view.byteLength - END_BYTES; at >= first; at -= 1)
    if (view.getUint32(at, true) === END_MARK) return at
  throw broken()
}

function broken(): UnpackError {
  return new UnpackError('the zip archive is broken')
}
