import { quote } from '@sternpost/protocol'
import { DnsWriteError, type DnsWriteIssueCode } from './issues.ts'

const MAX_ANSWER_BYTES = 4 * 1_048_576
const MAX_RETRY_AFTER_SECONDS = 86_400

export interface ApiAnswer {
  readonly status: number
  readonly text: string
  /** What `Retry-After` says, where it says seconds. */
  readonly retryAfterSeconds: number | undefined
}

export interface ApiCall {
  /** Who is asked, for messages. */
  readonly label: string
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Asks an API and reads its whole answer, whatever the status.
 *
 * Shape: redirects are not followed, as credentials would travel with them; at most 4 MiB are read.
 * Errors: DnsWriteError `dns-write/unreachable`, `dns-write/timeout`, `dns-write/aborted`, `dns-write/malformed-reply`;
 * never anything of the request, which holds credentials.
 */
export async function askApi(request: Request, { label, timeoutMs, signal }: ApiCall): Promise<ApiAnswer> {
  const timeout = AbortSignal.timeout(timeoutMs)
  const ends = signal === undefined ? timeout : AbortSignal.any([timeout, signal])
  try {
    const response = await fetch(request, { redirect: 'manual', signal: ends })
    const text = await readCapped(response, label)
    const retryAfter = response.headers.get('retry-after') ?? ''
    return {
      status: response.status,
      text,
      retryAfterSeconds: /^[0-9]{1,6}$/.test(retryAfter)
        ? Math.min(Number(retryAfter), MAX_RETRY_AFTER_SECONDS)
        : undefined,
    }
  } catch (error) {
    if (error instanceof DnsWriteError) throw error
    if (signal?.aborted === true)
      throw new DnsWriteError('dns-write/aborted', `the request to ${label} was given up`)
    if (timeout.aborted)
      throw new DnsWriteError('dns-write/timeout', `${label} did not answer within ${timeoutMs / 1000} s`)
    throw new DnsWriteError('dns-write/unreachable', `${label}: ${quote(reasonOf(error), 120)}`)
  }
}

/** Makes an error of an answer that is none: by status, with what the API says of it. */
export function apiError(label: string, answer: ApiAnswer, said: string): DnsWriteError {
  const told = said === '' ? '' : `: ${quote(said, 200)}`
  return new DnsWriteError(
    codeOf(answer.status),
    `${label} answered with status ${answer.status}${told}`,
    answer.retryAfterSeconds,
  )
}

function codeOf(status: number): DnsWriteIssueCode {
  if (status === 429) return 'dns-write/rate-limited'
  if (status === 401) return 'dns-write/credentials'
  if (status === 404) return 'dns-write/zone-unknown'
  if (status >= 500) return 'dns-write/server-failure'
  return 'dns-write/refused'
}

async function readCapped(response: Response, label: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > MAX_ANSWER_BYTES)
      throw new DnsWriteError('dns-write/malformed-reply', `${label} sent more than 4 MiB`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  if (cause instanceof Error) return (cause as NodeJS.ErrnoException).code ?? cause.message
  return String(cause)
}
