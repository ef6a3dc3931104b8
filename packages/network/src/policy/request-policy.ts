import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http'
import type { Socket } from 'node:net'
import { MAX_POLICY_BYTES, quote } from '@sternpost/protocol'
import type { FetchDeadline } from './fetch-deadline.ts'
import { errorName, fault, type PolicyFetchFault } from './fetch-fault.ts'

const MAX_HEAD_BYTES = 16_384
/** Where a policy belongs (RFC 8461 §3.2). */
export const POLICY_PATH = '/.well-known/mta-sts.txt'
/** A refused answer is read on for its evidence only. */
const REFUSED_BODY_MS = 3000
const MAX_INFORMATIONAL_RESPONSES = 8
/** A body of 64 KiB in chunks of one byte, each in its own TLS record, is no honest answer. */
const MAX_CONNECTION_BYTES = 1_048_576

export interface PolicyRequest {
  /** The value of the Host field. */
  readonly host: string
  /** Default: where a policy belongs. */
  readonly path?: string
  /** Null leaves the field out. */
  readonly userAgent: string | null
}

/** What is told of the answer while it comes in, for the evidence. */
export interface PolicyResponseObserver {
  onHead(status: number, headers: IncomingHttpHeaders): void
  onBody(body: Buffer): void
  /**
   * How much of the body of an answer that was refused by its head is read before the fault is told. Default none.
   */
  readonly refusedBodyBytes?: number
}

/**
 * Asks a policy host for its policy over a connection whose certificate was accepted.
 *
 * Shape: one GET, nothing kept alive. Only status 200 counts; no redirect is followed.
 * Strict: the media type must be text/plain, and must be there (§3.2 has a SHOULD): a server where strangers
 * may put files does not say so of theirs. The other MTA-STS daemons demand it too. Its parameters are ignored.
 * Strict: a compressed body is refused, none was asked for.
 * Errors: faults `policy-host/http`, `http-status`, `redirect`, `content-type`, `content-encoding`, `too-large`.
 * Source: RFC 8461 §3.2, §3.3.
 */
export function requestPolicy(
  socket: Socket,
  { host, path = POLICY_PATH, userAgent }: PolicyRequest,
  deadline: FetchDeadline,
  observer: PolicyResponseObserver,
): Promise<Buffer> {
  deadline.enter(`the HTTP answer of ${host}`)
  let request: ClientRequest | undefined
  return deadline.run<Buffer>(
    (resolve, reject) => {
      request = requestHttp({
        createConnection: () => socket,
        method: 'GET',
        path,
        setHost: false,
        maxHeaderSize: MAX_HEAD_BYTES,
        headers: {
          Host: host,
          ...(userAgent === null ? {} : { 'User-Agent': userAgent }),
          Accept: 'text/plain',
          'Accept-Encoding': 'identity',
          Connection: 'close',
        },
      })
      let informational = 0
      request.on('information', ({ statusCode }) => {
        informational += 1
        if (informational > MAX_INFORMATIONAL_RESPONSES)
          reject(
            fault(
              'policy-host/http',
              `more than ${MAX_INFORMATIONAL_RESPONSES} answers ${statusCode} before the real one`,
            ),
          )
      })
      request.on('upgrade', ({ statusCode }) => reject(statusFault(statusCode ?? 0)))
      request.on('error', error =>
        reject(fault('policy-host/http', `no usable HTTP answer: ${errorName(error)} (RFC 8461 §3.3)`)),
      )
      request.on('response', response => {
        observer.onHead(response.statusCode ?? 0, response.headers)
        const refused = judgeHead(response)
        if (refused !== undefined && (observer.refusedBodyBytes ?? 0) > 0)
          readRefusedBody(response, observer, () => reject(refused))
        else if (refused !== undefined) reject(refused)
        else readBody(response, socket, host, deadline, observer, resolve, reject)
      })
      request.end()
    },
    () => request?.destroy(),
  )
}

function judgeHead({ statusCode = 0, headers }: IncomingMessage): PolicyFetchFault | undefined {
  if (statusCode >= 300 && statusCode <= 399) {
    const target = headers.location === undefined ? 'without Location' : `to ${quote(headers.location, 200)}`
    const message = `the policy host answered ${statusCode}, a redirect ${target}; it must answer 200 itself`
    return fault('policy-host/redirect', `${message} (RFC 8461 §3.3)`)
  }
  if (statusCode !== 200) return statusFault(statusCode)

  const contentType = headers['content-type']
  if (contentType?.split(';', 1)[0]?.trim().toLowerCase() !== 'text/plain') {
    const seen = contentType === undefined ? 'has no media type' : `has the media type ${quote(contentType)}`
    return fault('policy-host/content-type', `the answer ${seen}; text/plain is needed (RFC 8461 §3.2)`)
  }
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  const transfer = headers['transfer-encoding']?.trim().toLowerCase() ?? 'chunked'
  if (encoding !== 'identity' || transfer !== 'chunked') {
    const seen = encoding !== 'identity' ? encoding : transfer
    const message = `the body is encoded as ${quote(seen)}, though only identity was asked for`
    return fault('policy-host/content-encoding', `${message} (RFC 9110 §12.5.3)`)
  }
  // Only a length the parser took for one can be so large; it refuses what is no number.
  if (Number(headers['content-length'] ?? 0) > MAX_POLICY_BYTES) {
    return tooLarge(`Content-Length is ${quote(headers['content-length'] ?? '')}`)
  }
  return undefined
}

function readBody(
  response: IncomingMessage,
  socket: Socket,
  host: string,
  deadline: FetchDeadline,
  observer: PolicyResponseObserver,
  resolve: (body: Buffer) => void,
  reject: (error: Error) => void,
): void {
  deadline.enter(`the body from ${host}`)
  // One piece of memory, as joining many small pieces again and again would be work for an attacker to give.
  const memory = Buffer.allocUnsafe(MAX_POLICY_BYTES + 1)
  let length = 0
  response.on('data', (piece: Buffer) => {
    deadline.touch()
    length += piece.copy(memory, length)
    observer.onBody(memory.subarray(0, Math.min(length, MAX_POLICY_BYTES)))
    if (length > MAX_POLICY_BYTES) reject(tooLarge('the body goes on beyond that'))
    else if (socket.bytesRead > MAX_CONNECTION_BYTES)
      reject(fault('policy-host/http', `over ${MAX_CONNECTION_BYTES} bytes arrived for a body of ${length}`))
  })
  response.on('end', () => {
    if (response.complete) resolve(memory.subarray(0, length))
  })
  response.on('error', error =>
    reject(fault('policy-host/http', `the answer broke off: ${errorName(error)} (RFC 8461 §3.3)`)),
  )
  response.on('close', () => reject(fault('policy-host/http', 'the answer broke off (RFC 8461 §3.3)')))
}

/** Reads the beginning of what is no policy, for a moment, and whatever comes of it says the fault that was found. */
function readRefusedBody(
  response: IncomingMessage,
  observer: PolicyResponseObserver,
  refuse: () => void,
): void {
  const memory = Buffer.allocUnsafe(observer.refusedBodyBytes ?? 0)
  let length = 0
  const timer = setTimeout(refuse, REFUSED_BODY_MS)
  const end = () => {
    clearTimeout(timer)
    refuse()
  }
  response.on('data', (piece: Buffer) => {
    length += piece.copy(memory, length)
    observer.onBody(memory.subarray(0, length))
    if (length === memory.length) end()
  })
  response.on('end', end).on('error', end).on('close', end)
}

function statusFault(status: number): PolicyFetchFault {
  return fault(
    'policy-host/http-status',
    `the policy host answered ${status}; only 200 counts (RFC 8461 §3.3)`,
  )
}

function tooLarge(seen: string): PolicyFetchFault {
  return fault(
    'policy-host/too-large',
    `a policy has at most ${MAX_POLICY_BYTES} bytes; ${seen} (RFC 8461 §3.3)`,
  )
}
