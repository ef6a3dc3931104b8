import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { Logger } from '../log/index.ts'
import type { EventResponse } from './endpoint.ts'

/** A sign of life, so that proxies and browsers keep the connection. */
const KEEP_ALIVE_MS = 15_000

/**
 * Sends events as they come, until they end or the reader goes away.
 *
 * Shape: `text/event-stream`; the data of an event is one line of JSON. An event that does not fit its schema
 * ends the stream and is logged.
 */
export async function sendEvents(
  reply: FastifyReply,
  response: EventResponse,
  events: AsyncIterable<{ readonly event: string; readonly data: unknown; readonly id?: string }>,
  log: Logger,
): Promise<FastifyReply> {
  reply.hijack()
  const { raw } = reply
  raw.writeHead(200, {
    ...reply.getHeaders(),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  } as Record<string, string>)
  raw.write(': welcome\n\n')
  raw.socket?.setTimeout(0)
  const alive = setInterval(() => raw.write(': still here\n\n'), KEEP_ALIVE_MS)
  const iterator = events[Symbol.asyncIterator]()
  raw.once('close', () => void iterator.return?.(undefined))
  try {
    for (;;) {
      const { done, value } = await iterator.next()
      if (done === true || raw.destroyed) break
      const data = JSON.stringify(response.events[value.event]!.parse(value.data))
      const id = value.id === undefined ? '' : `id: ${value.id}\n`
      if (!raw.write(`${id}event: ${value.event}\ndata: ${data}\n\n`) && !raw.destroyed) await emptied(raw)
    }
  } catch (error) {
    log.error({ err: error }, 'a stream of events failed')
  } finally {
    clearInterval(alive)
    raw.end()
  }
  return reply
}

/** Waits until a slow reader has read, or is gone. */
function emptied(raw: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      raw.off('drain', done)
      raw.off('close', done)
      resolve()
    }
    raw.on('drain', done)
    raw.on('close', done)
  })
}
