import { type ClientRequest, request as requestHttp } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { ConnectAttempt } from './connect-race.ts'
import type { FetchDeadline } from './fetch-deadline.ts'
import { errorName, fault } from './fetch-fault.ts'

const MAX_HEAD_BYTES = 16_384

/** An HTTP proxy that opens tunnels. */
export interface HttpProxy {
  readonly host: string
  readonly port: number
  /** The value of Proxy-Authorization. */
  readonly authorization?: string
}

/**
 * Reads a proxy's URL: `http://[user:password@]host:port`.
 *
 * Errors: throws TypeError when it is anything else; the message does not repeat it, for the password's sake.
 */
export function parseHttpProxy(text: string): HttpProxy {
  const url = URL.parse(text)
  const bare = url?.protocol === 'http:' && (url.pathname === '/' || url.pathname === '')
  if (url === null || !bare || url.hostname === '' || url.search !== '' || url.hash !== '') {
    throw new TypeError('the proxy must be given as http://[user:password@]host:port')
  }
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname
  const port = url.port === '' ? 80 : Number(url.port)
  if (url.username === '' && url.password === '') return { host, port }
  const credentials = `${decodePercent(url.username)}:${decodePercent(url.password)}`
  return { host, port, authorization: `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}` }
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new TypeError(
      'the user name or password of the proxy has a % that is not followed by two hex digits',
    )
  }
}

/**
 * Opens a tunnel to a policy host through an HTTP proxy.
 *
 * The proxy resolves the policy host's name, so neither our resolver nor the address guard has a say; the
 * proxy's own name is resolved by the operating system.
 * Effects: on failure the socket is destroyed.
 * Errors: fault `policy-host/proxy`.
 * Source: RFC 9110 §9.3.6.
 */
export function openProxyTunnel(
  proxy: HttpProxy,
  target: string,
  deadline: FetchDeadline,
  attempts: ConnectAttempt[],
): Promise<Socket> {
  deadline.enter(`the tunnel through the proxy to ${target}`)
  const attempt: ConnectAttempt = {
    address: proxy.host.includes(':') ? `[${proxy.host}]:${proxy.port}` : `${proxy.host}:${proxy.port}`,
  }
  attempts.push(attempt)
  const socket = connect({ host: proxy.host, port: proxy.port })
  let request: ClientRequest | undefined
  return deadline.run<Socket>(
    (resolve, reject) => {
      const fail = (what: string) => {
        attempt.error = what
        reject(
          fault('policy-host/proxy', `no tunnel to ${target} through the proxy: ${what} (RFC 9110 §9.3.6)`),
        )
      }
      // Stays for the life of the socket: a late error must not end the process.
      socket.on('error', error => fail(errorName(error)))
      request = requestHttp({
        createConnection: () => socket,
        method: 'CONNECT',
        path: target,
        setHost: false,
        maxHeaderSize: MAX_HEAD_BYTES,
        headers: {
          Host: target,
          ...(proxy.authorization === undefined ? {} : { 'Proxy-Authorization': proxy.authorization }),
        },
      })
      request.on('error', error => fail(errorName(error)))
      request.on('connect', ({ statusCode = 0 }, _socket, rest) => {
        // To CONNECT Node gives out the very first answer, so an informational one counts as a refusal.
        if (statusCode < 200 || statusCode > 299) fail(`it answered ${statusCode}`)
        // In TLS the client speaks first; whatever stands here already did not come from the policy host.
        else if (rest.length > 0) fail('it sent more than its answer')
        else resolve(socket)
      })
      request.end()
    },
    ended => {
      if (ended === 'resolved') return
      attempt.error ??= 'given up'
      request?.destroy()
      socket.destroy()
    },
  )
}
