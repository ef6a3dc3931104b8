/** The beginning of a stream of bytes as text. */
export interface Head {
  readonly text: string
  /** Whether the stream ended there. */
  readonly isWhole: boolean
}

/** Reads no more than about `maxBytes` of a stream and lets go of the rest. */
export async function readHead(stream: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Head> {
  if (stream === null) return { text: '', isWhole: true }
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  while (bytes < maxBytes) {
    const { done, value } = await reader.read()
    if (done) return { text: text + decoder.decode(), isWhole: true }
    const taken = value.subarray(0, maxBytes - bytes)
    bytes += value.length
    text += decoder.decode(taken, { stream: true })
  }
  const rest = bytes > maxBytes ? { done: false } : await reader.read()
  await reader.cancel()
  return { text, isWhole: rest.done === true }
}
