import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { PolicySite } from './policy-site.ts'

export const POLICY_PATH = '/.well-known/mta-sts.txt'
/** Where a redirect leads: the valid policy, beside its proper place. */
const MOVED_PATH = '/moved/mta-sts.txt'
const EXTENSION_LINE = `x_padding: ${'x'.repeat(64)}\r\n`

/**
 * Answers one HTTP request for a site.
 * Effects: a `drip` runs until the body is out or the client has gone; `reset` is called to break the connection.
 */
export function respond(
  site: PolicySite,
  request: IncomingMessage,
  response: ServerResponse,
  reset: () => void,
): void {
  const { fault, text } = site
  if (text === undefined || (request.url !== POLICY_PATH && request.url !== MOVED_PATH)) {
    return plain(response, 404, 'not found\n')
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(response, 405, 'only GET\n')
  if (fault === undefined || request.url === MOVED_PATH) return plain(response, 200, text)

  switch (fault.kind) {
    case 'status':
      return plain(response, fault.status, text)
    case 'redirect': {
      const location = fault.location ?? `https://${request.headers.host}${MOVED_PATH}`
      response.writeHead(fault.status ?? 301, { location, 'content-type': 'text/plain' })
      response.end()
      return
    }
    case 'content-type':
      response.writeHead(200, fault.contentType === '' ? {} : { 'content-type': fault.contentType })
      response.end(text)
      return
    case 'size': {
      const body = padPolicy(text, fault.bytes)
      if (fault.chunked !== true) return plain(response, 200, body)
      response.writeHead(200, { 'content-type': 'text/plain' })
      // The first write without a length makes the response chunked.
      response.write(body.slice(0, 1024))
      response.end(body.slice(1024))
      return
    }
    case 'drip':
      return drip(response, Buffer.from(text), fault.chunkBytes, fault.intervalMs)
    case 'hang':
    case 'reset':
      if (fault.at === 'body') {
        response.writeHead(200, { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(text) })
        response.write(text.slice(0, text.length >> 1), () => {
          if (fault.kind === 'reset') reset()
        })
      } else if (fault.kind === 'reset') reset()
      return
    case 'html':
      return page(response, fault.status ?? 200)
    case 'bot-wall': {
      const passes = request.headers['user-agent']?.includes(fault.passes ?? 'Mozilla') === true
      return passes ? plain(response, 200, text) : page(response, 403)
    }
    case 'stream':
      return streamForEver(response, text)
    case 'gzip': {
      const body = gzipSync(text)
      response.writeHead(200, {
        'content-type': 'text/plain',
        'content-encoding': 'gzip',
        'content-length': body.length,
      })
      response.end(body)
      return
    }
  }
}

function page(response: ServerResponse, status: number): void {
  const body = `<!DOCTYPE html>\n<html><head><title>Just a moment...</title></head><body>${status}</body></html>\n`
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'content-length': body.length })
  response.end(body)
}

/** Writes as fast as the client reads, until it goes. */
function streamForEver(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'text/plain' })
  response.write(text)
  const piece = EXTENSION_LINE.repeat(200)
  const write = () => {
    while (!response.destroyed && response.write(piece));
    if (!response.destroyed) response.once('drain', write)
  }
  write()
}

export function plain(response: ServerResponse, status: number, body: string): void {
  const bodyAllowed = status >= 200 && status !== 204 && status !== 304
  const headers = { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(body) }
  response.writeHead(status, bodyAllowed ? headers : {})
  response.end(bodyAllowed ? body : undefined)
}

/** Makes a policy as long as asked by lines that every reader must ignore, so that only the size is wrong. */
function padPolicy(text: string, bytes: number): string {
  const ended = text.endsWith('\n') ? text : `${text}\r\n`
  const missing = bytes - Buffer.byteLength(ended)
  if (missing <= 0) return ended
  const lines = EXTENSION_LINE.repeat(Math.floor(missing / EXTENSION_LINE.length))
  const rest = missing - lines.length
  // The shortest extension line has five bytes; a rest below that goes into the last line's value.
  if (rest === 0) return ended + lines
  if (rest >= 5) return `${ended}${lines}x:${'x'.repeat(rest - 4)}\r\n`
  return lines === '' ? `${ended}x:x\r\n` : `${ended}${lines.slice(0, -2)}${'x'.repeat(rest)}\r\n`
}

function drip(response: ServerResponse, body: Buffer, chunkBytes: number, intervalMs: number): void {
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length })
  response.flushHeaders()
  let at = 0
  const timer = setInterval(() => {
    response.write(body.subarray(at, at + chunkBytes))
    at += chunkBytes
    if (at >= body.length) {
      clearInterval(timer)
      response.end()
    }
  }, intervalMs)
  response.once('close', () => clearInterval(timer))
}
