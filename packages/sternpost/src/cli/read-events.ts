/** One server-sent event. */
export interface ReceivedEvent {
  readonly event: string
  readonly data: unknown
  readonly id: string | undefined
}

/** No event is larger. */
const MAX_EVENT_CHARACTERS = 1024 * 1024

/**
 * Reads `text/event-stream`, as far as we write it: each event with one line of JSON.
 *
 * Errors: throws for an event that is too large or no JSON.
 */
export async function* readEvents(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true })
    const blocks = rest.split('\n\n')
    rest = blocks.pop() ?? ''
    if (rest.length > MAX_EVENT_CHARACTERS) throw new RangeError('an event is too large')
    for (const block of blocks) {
      const event = readBlock(block)
      if (event !== undefined) yield event
    }
  }
}

function readBlock(block: string): ReceivedEvent | undefined {
  const fields = new Map<string, string>()
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).replace(/^ /, ''))
  }
  const [event, data] = [fields.get('event'), fields.get('data')]
  if (event === undefined || data === undefined) return undefined
  return { event, data: JSON.parse(data), id: fields.get('id') }
}
