import type { OutgoingHttpHeaders } from 'node:http'
import { isDomainName } from '@sternpost/protocol'
import type { ServedPolicies, ServedPolicy } from './served-policies.ts'

/** The one path that exists. Source: RFC 8461 §3.3. */
export const POLICY_PATH = '/.well-known/mta-sts.txt'
const HOST_PREFIX = 'mta-sts.'

/** A request as far as its answer depends on it. */
export interface PolicyRequest {
  readonly method: string
  /** As it stands in the request line. */
  readonly target: string
  /** Host or `:authority`. */
  readonly authority: string | undefined
  /** The name the client gave in the TLS handshake; undefined over plain HTTP. */
  readonly serverName: string | undefined
}

/** What came of a request: a label of metrics. */
export const requestResults = [
  'served',
  'unknown-host',
  'not-found',
  'method',
  'misdirected',
  'unavailable',
] as const
export type RequestResult = (typeof requestResults)[number]

export interface PolicyAnswer {
  readonly result: RequestResult
  readonly status: number
  readonly headers: OutgoingHttpHeaders
  readonly body: Buffer
  readonly policy?: ServedPolicy
}

/**
 * Answers one request: the policy of the host that is asked for, or what is wrong with the question.
 *
 * Shape: 200 for GET and HEAD of the one path, 404 for all else, 405 for other methods, 421 where the request is for
 * another host than the handshake (RFC 9110 §15.5.20), 503 where the database does not answer. Never a redirect and
 * never a cookie, as senders follow none and keep none.
 * Source: RFC 8461 §3.2, §3.3.
 */
export function answerRequest(
  request: PolicyRequest,
  policies: Pick<ServedPolicies, 'get'>,
): PolicyAnswer | Promise<PolicyAnswer> {
  const { target, authority } = splitTarget(request)
  const host = hostOf(authority) ?? request.serverName
  if (request.serverName !== undefined && host !== request.serverName) return misdirected
  if (host === undefined || !host.startsWith(HOST_PREFIX)) return unknownHost
  const domain = host.slice(HOST_PREFIX.length)
  if (!isDomainName(domain)) return unknownHost
  const query = target.indexOf('?')
  if ((query === -1 ? target : target.slice(0, query)) !== POLICY_PATH) return notFound
  if (request.method !== 'GET' && request.method !== 'HEAD') return wrongMethod
  const policy = policies.get(domain)
  if (policy instanceof Promise) return policy.then(answerPolicy, () => unavailable)
  return answerPolicy(policy)
}

function answerPolicy(policy: ServedPolicy | undefined): PolicyAnswer {
  if (policy === undefined) return unknownHost
  return { result: 'served', status: 200, headers: policy.headers, body: policy.body, policy }
}

/** A target in absolute form names its host itself (RFC 9112 §3.2.2). */
function splitTarget({ target, authority }: PolicyRequest): {
  target: string
  authority: string | undefined
} {
  if (target.startsWith('/')) return { target, authority }
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/i.exec(target)
  if (absolute === null) return { target, authority }
  return { target: absolute[2] === '' ? '/' : (absolute[2] ?? '/'), authority: absolute[1] }
}

/** The name of `Host`: lower case, without port and final dot; undefined where there is none. */
export function hostOf(authority: string | undefined): string | undefined {
  if (authority === undefined || authority === '') return undefined
  const port = /:[0-9]{1,5}$/.exec(authority)
  const host = (port === null ? authority : authority.slice(0, port.index)).toLowerCase()
  return host.endsWith('.') ? host.slice(0, -1) : host
}

function refusal(
  result: RequestResult,
  status: number,
  sentence: string,
  headers: OutgoingHttpHeaders = {},
): PolicyAnswer {
  const body = Buffer.from(`${sentence}\n`)
  return {
    result,
    status,
    body,
    headers: {
      'content-type': 'text/plain; charset=us-ascii',
      'content-length': body.length,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
  }
}

const notFound = refusal('not-found', 404, `Only ${POLICY_PATH} is served here (RFC 8461).`)
const unknownHost = refusal('unknown-host', 404, 'No MTA-STS policy is published here for this host.')
const wrongMethod = refusal('method', 405, 'A policy can only be read: GET or HEAD.', { allow: 'GET, HEAD' })
const misdirected = refusal('misdirected', 421, 'This connection was made for another host.')
const unavailable = refusal('unavailable', 503, 'The policy cannot be read now; try again in a minute.', {
  'retry-after': '60',
})
