/** What a TLS client says of itself in its first message, as far as a server routes by it. */
export interface ClientHello {
  /** SNI, in lower case. */
  readonly serverName: string | undefined
  /** ALPN, in the client's order. */
  readonly protocols: readonly string[]
}

/**
 * Reads the first bytes a TLS client sends.
 *
 * Shape: `incomplete` when more bytes are needed, undefined where this is no ClientHello. One that is spread over
 * several records counts as none; no client does that.
 * Source: RFC 8446 §4.1.2, RFC 6066 §3, RFC 7301 §3.1.
 */
export function readClientHello(bytes: Buffer): ClientHello | undefined | 'incomplete' {
  // Record header: type 22 (handshake), version, length.
  if (bytes.length > 0 && bytes[0] !== 22) return undefined
  if (bytes.length < 5) return 'incomplete'
  const end = 5 + bytes.readUInt16BE(3)
  if (bytes.length < end) return 'incomplete'
  try {
    return readHello(bytes.subarray(5, end))
  } catch (error) {
    // Lengths that point beyond the end: a fuzzer's hello, which the TLS library will refuse by itself.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const SERVER_NAME = 0
const PROTOCOLS = 16

function readHello(hello: Buffer): ClientHello | undefined {
  if (hello.readUInt8(0) !== 1) return undefined
  let serverName: string | undefined
  let protocols: string[] = []
  // Handshake header 4, version 2, random 32, then session id, cipher suites, compression methods.
  let at = 38
  at += 1 + hello.readUInt8(at)
  at += 2 + hello.readUInt16BE(at)
  at += 1 + hello.readUInt8(at)
  if (at === hello.length) return { serverName, protocols }
  const extensionsEnd = Math.min(at + 2 + hello.readUInt16BE(at), hello.length)
  at += 2
  while (at + 4 <= extensionsEnd) {
    const type = hello.readUInt16BE(at)
    const length = hello.readUInt16BE(at + 2)
    at += 4
    if (type === SERVER_NAME && length > 5) {
      const nameLength = hello.readUInt16BE(at + 3)
      serverName = hello.toString('latin1', at + 5, Math.min(at + 5 + nameLength, at + length)).toLowerCase()
    }
    if (type === PROTOCOLS && length > 2) protocols = readProtocols(hello.subarray(at + 2, at + length))
    at += length
  }
  return { serverName, protocols }
}

function readProtocols(list: Buffer): string[] {
  const protocols: string[] = []
  for (let at = 0; at < list.length; ) {
    const length = list.readUInt8(at)
    protocols.push(list.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return protocols
}
