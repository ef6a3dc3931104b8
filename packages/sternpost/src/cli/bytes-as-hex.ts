/** Replacer for JSON, which has no bytes: TLSA data is read as hexadecimal everywhere else too. */
export function bytesAsHex(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
}
