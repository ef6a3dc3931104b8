/** The text of a policy file, and why it is not the plain UTF-8 it must be. */
export interface DecodedPolicyFile {
  readonly text: string
  /** What is wrong with the bytes, in a few words; undefined where nothing is. */
  readonly fault: string | undefined
}

/**
 * Reads the bytes of a policy file whatever way they were saved, so that the rest can be judged too; never fails.
 *
 * Shape: the text is without byte order mark; bytes that are no text become U+FFFD.
 * Source: RFC 8461 §3.2.
 */
export function decodePolicyFile(bytes: Uint8Array): DecodedPolicyFile {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    return { text: decode('utf-8', bytes.subarray(3)), fault: 'it begins with a byte order mark (EF BB BF)' }
  }
  const isBigEndian = bytes[0] === 0xfe && bytes[1] === 0xff
  const isLittleEndian = bytes[0] === 0xff && bytes[1] === 0xfe
  if (isBigEndian || isLittleEndian) {
    return { text: decode(isBigEndian ? 'utf-16be' : 'utf-16le', bytes.subarray(2)), fault: 'it is UTF-16' }
  }
  // UTF-16 without a mark: every other byte of ASCII text is zero.
  if (bytes.length >= 4 && bytes[1] === 0 && bytes[3] === 0 && bytes[0] !== 0) {
    return { text: decode('utf-16le', bytes), fault: 'it is UTF-16' }
  }
  try {
    return {
      text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
      fault: undefined,
    }
  } catch {
    return { text: decode('utf-8', bytes), fault: 'it holds bytes that are no UTF-8' }
  }
}

function decode(encoding: string, bytes: Uint8Array): string {
  return new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes)
}
