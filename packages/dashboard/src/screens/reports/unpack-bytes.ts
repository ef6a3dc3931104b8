/** Why packed bytes cannot be read here, said to a person. */
export class UnpackError extends Error {
  override readonly name = 'UnpackError'
}

/**
 * Unpacks bytes, and stops as soon as there are more than `maxBytes`: a bomb of some kilobytes may hold terabytes.
 *
 * Errors: `UnpackError`.
 */
export async function unpackBytes(
  bytes: Uint8Array<ArrayBuffer>,
  format: 'gzip' | 'deflate-raw',
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(format)).getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      length += next.value.length
      if (length > maxBytes) throw new UnpackError(tooLarge(maxBytes))
      chunks.push(next.value)
    }
  } catch (error) {
    await reader.cancel().catch(() => undefined)
    if (error instanceof UnpackError) throw error
    throw new UnpackError('what it has packed is broken: it may have been cut off on its way')
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

export function tooLarge(maxBytes: number): string {
  return `it unpacks to more than ${Math.round(maxBytes / 1_048_576)} MiB, which no TLS report does`
}
