/**
 * Reads the server name from the first bytes a TLS client sends.
 *
 * Shape: `incomplete` when more bytes are needed, undefined when there is no name or this is no ClientHello.
 * Source: RFC 8446 §4.1.2, RFC 6066 §3.
 */
export function readServerName(bytes: Buffer): string | undefined | 'incomplete' {
  // Record header: type 22 (handshake), version, length; a hello split over records is not worth reading on.
  if (bytes.length < 5) return 'incomplete'
  if (bytes[0] !== 22) return undefined
  const end = 5 + bytes.readUInt16BE(3)
  if (bytes.length < end) return 'incomplete'
  const hello = bytes.subarray(5, end)
  try {
    // Handshake header 4, version 2, random 32.
    let at = 38
    at += 1 + hello.readUInt8(at)
    at += 2 + hello.readUInt16BE(at)
    at += 1 + hello.readUInt8(at)
    const extensionsEnd = at + 2 + hello.readUInt16BE(at)
    at += 2
    while (at + 4 <= extensionsEnd) {
      const type = hello.readUInt16BE(at)
      const length = hello.readUInt16BE(at + 2)
      at += 4
      if (type === 0) {
        const nameLength = hello.readUInt16BE(at + 3)
        return hello.toString('latin1', at + 5, at + 5 + nameLength).toLowerCase()
      }
      at += length
    }
    return undefined
  } catch (error) {
    // Lengths that point beyond the end: a fuzzer's hello, which the TLS library will refuse by itself.
    if (error instanceof RangeError) return undefined
    throw error
  }
}
