import type { Socket } from 'node:net'
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls'
import type { FetchDeadline } from './fetch-deadline.ts'
import { errorName, fault } from './fetch-fault.ts'

export interface SecureConnectionOptions {
  readonly policyHost: string
  /** The name sent as SNI; null for none. Default the policy host. */
  readonly serverName?: string | null
  readonly secureContext: SecureContext
  readonly deadline: FetchDeadline
  /** An earlier end than the deadline's, for when there are other addresses left to try. */
  readonly timeoutMs: number | undefined
}

/**
 * Does the TLS handshake with a policy host, without yet judging its certificate.
 *
 * Effects: sends nothing after the handshake. On failure both sockets are destroyed.
 * Errors: fault `policy-host/tls`.
 */
export function secureConnection(
  socket: Socket,
  { policyHost, serverName = policyHost, secureContext, deadline, timeoutMs }: SecureConnectionOptions,
): Promise<TLSSocket> {
  deadline.enter(`the TLS handshake with ${policyHost}`)
  const tlsSocket = connectTls({
    socket,
    secureContext,
    ...(serverName === null ? {} : { servername: serverName }),
    ALPNProtocols: ['http/1.1'],
    // The certificate is judged by judgeCertificate, before anything is sent, so that a rejected one can be
    // shown, and with the rules of RFC 8461 instead of Node's, which know the common name and IP addresses.
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  })
  let timer: NodeJS.Timeout | undefined
  return deadline.run<TLSSocket>(
    (resolve, reject) => {
      const fail = (what: string) =>
        reject(
          fault('policy-host/tls', `the TLS handshake with ${policyHost} failed: ${what} (RFC 8461 §3.3)`),
        )
      // Stays for the life of the socket: a late error must not end the process.
      tlsSocket.on('error', error => fail(errorName(error)))
      tlsSocket.once('close', () => fail('the connection was closed'))
      tlsSocket.once('secureConnect', () => resolve(tlsSocket))
      if (timeoutMs !== undefined)
        timer = setTimeout(() => fail(`it did not end within ${timeoutMs / 1000} s`), timeoutMs)
    },
    ended => {
      clearTimeout(timer)
      if (ended === 'resolved') return
      tlsSocket.destroy()
      socket.destroy()
    },
  )
}
