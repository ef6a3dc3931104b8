import type { Readable } from 'node:stream'

/** A stream that ends when a signal comes, also while nothing comes in. */
export async function* readUntilStopped(stream: Readable, stop: AbortSignal): AsyncGenerator<Uint8Array> {
  const end = () => void stream.destroy()
  stop.addEventListener('abort', end)
  try {
    for await (const chunk of stream) yield chunk as Uint8Array
  } catch (error) {
    if (!stop.aborted) throw error
  } finally {
    stop.removeEventListener('abort', end)
  }
}
