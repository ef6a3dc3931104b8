import { readFile } from 'node:fs/promises'
import { getCACertificates } from 'node:tls'
import type { ImapFlow } from 'imapflow'

const CONNECT_TIMEOUT_MS = 30_000
const SILENCE_TIMEOUT_MS = 300_000
/** IDLE is renewed this often, as routers forget silent connections. */
const MAX_IDLE_MS = 240_000
const IDLE_AFTER_MS = 100

export interface ImapServer {
  readonly host: string
  readonly port: number
  /** `implicit`: TLS from the first byte; `none` is for a server on the same machine. */
  readonly tls: 'implicit' | 'starttls' | 'none'
  /** Further authorities, in PEM. */
  readonly caFile?: string
  readonly user: string
  /** Its first line is the password. */
  readonly passwordFile: string
}

/**
 * Connects and signs in; a client that waits is told of new mail (IDLE).
 *
 * Errors: those of files, of the network, of TLS and of the sign-in (`authenticationFailed`).
 */
export async function connectImap(
  server: ImapServer,
  hooks: { readonly onConnecting: (client: ImapFlow) => void },
): Promise<ImapFlow> {
  // Read each time: a password that was changed needs no restart.
  const [password = ''] = (await readFile(server.passwordFile, 'utf8')).split(/\r?\n/, 1)
  const ca = server.caFile === undefined ? undefined : await readFile(server.caFile, 'utf8')
  // Loaded with the first connection: it costs a daemon that reads no mailbox nothing.
  const { ImapFlow: Client } = await import('imapflow')
  const client = new Client({
    host: server.host,
    port: server.port,
    secure: server.tls === 'implicit',
    doSTARTTLS: server.tls === 'starttls',
    auth: { user: server.user, pass: password },
    tls: {
      minVersion: 'TLSv1.2',
      ...(ca === undefined ? {} : { ca: [...getCACertificates('default'), ca] }),
    },
    logger: false,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
    autoIdleDelay: IDLE_AFTER_MS,
    maxIdleTime: MAX_IDLE_MS,
  })
  hooks.onConnecting(client)
  await client.connect()
  return client
}
