import { readFile } from 'node:fs/promises'
import { Agent, request } from 'node:https'
import { VERSION } from '../../../version.ts'
import { CertificateFault } from '../certificate-issues.ts'

export interface AcmeResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

export interface AcmeRequest {
  readonly method: 'GET' | 'HEAD' | 'POST'
  readonly url: string
  /** JSON of a JWS. */
  readonly body?: string
}

export interface AcmeHttp {
  /** Errors: `CertificateFault` with `acme-unreachable` or `acme-malformed`. */
  send(request: AcmeRequest): Promise<AcmeResponse>
  close(): void
}

/** A chain of certificates is the longest thing an authority has to say. */
const MAX_BODY_BYTES = 262_144
const TOTAL_TIMEOUT_MS = 30_000
const MAX_SOCKETS = 4

/**
 * Makes requests of one certificate authority.
 *
 * Strict: `https:` only, no redirect is followed, and a response is bounded in size and time: what an authority
 * names as its URLs is data from outside.
 * @param caFile whom to trust in place of the system's authorities, in PEM; read when it is first needed.
 */
export function createAcmeHttp(caFile: string | undefined): AcmeHttp {
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS })
  let ca: Buffer | undefined
  return {
    async send(wanted) {
      if (caFile !== undefined) ca ??= await readFile(caFile).catch(cannotRead)
      return await exchange(wanted, agent, ca)
    },
    close: () => agent.destroy(),
  }
}

function cannotRead(cause: unknown): never {
  const why = cause instanceof Error ? cause.message : String(cause)
  throw new CertificateFault('certificate/acme-unreachable', `caFile: ${why}`, { cause })
}

function exchange(
  { method, url, body }: AcmeRequest,
  agent: Agent,
  ca: Buffer | undefined,
): Promise<AcmeResponse> {
  return new Promise((resolve, reject) => {
    if (!URL.canParse(url) || new URL(url).protocol !== 'https:') {
      reject(new CertificateFault('certificate/acme-malformed', `${url.slice(0, 200)} is no https URL`))
      return
    }
    const unreachable = (cause: unknown) =>
      reject(new CertificateFault('certificate/acme-unreachable', reasonOf(url, cause), { cause }))
    const signal = AbortSignal.timeout(TOTAL_TIMEOUT_MS)
    const sent = request(url, {
      method,
      agent,
      signal,
      ...(ca === undefined ? {} : { ca }),
      headers: {
        'user-agent': `Sternpost/${VERSION}`,
        'accept-language': 'en',
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/jose+json', 'content-length': Buffer.byteLength(body) }),
      },
    })
    sent.on('error', unreachable)
    sent.on('response', response => {
      const chunks: Buffer[] = []
      let length = 0
      response.on('error', unreachable)
      response.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length <= MAX_BODY_BYTES) chunks.push(chunk)
        else {
          response.destroy()
          reject(new CertificateFault('certificate/acme-malformed', `${url} answers with more than 256 KiB`))
        }
      })
      response.on('end', () => {
        const headers: Record<string, string | undefined> = {}
        for (const [name, value] of Object.entries(response.headers))
          headers[name] = Array.isArray(value) ? value.join(', ') : value
        resolve({ status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks).toString('utf8') })
      })
    })
    sent.end(body)
  })
}

function reasonOf(url: string, cause: unknown): string {
  const { host } = new URL(url)
  const { code, name, message } = cause as { code?: string; name?: string; message?: string }
  if (name === 'TimeoutError' || code === 'ABORT_ERR')
    return `${host} did not answer within ${TOTAL_TIMEOUT_MS / 1000} s`
  return `${host} cannot be reached: ${message ?? String(cause)}`
}
