import type { IncomingMessage } from 'node:http'
import type { BudgetAccount, IntakeBudget } from './intake-budget.ts'

/** Why a body was not taken, as HTTP says it. */
export class ReportBodyError extends Error {
  override readonly name = 'ReportBodyError'
  readonly statusCode: 400 | 408 | 413 | 503
  readonly retryAfterSeconds: number | undefined

  constructor(statusCode: ReportBodyError['statusCode'], message: string, retryAfterSeconds?: number) {
    super(message)
    this.statusCode = statusCode
    this.retryAfterSeconds = retryAfterSeconds
  }
}

export interface ReportBodyOptions {
  readonly budget: IntakeBudget
  readonly maxDocumentBytes: number
  /** Time for the whole body. */
  readonly bodyTimeoutMs: number
}

/** A body in memory, counted against the budget until `account` is closed. */
export interface ReportBody {
  readonly bytes: Uint8Array
  readonly account: BudgetAccount
}

const BUSY_SECONDS = 30

/**
 * Reads a body while it is within all limits.
 *
 * Errors: `ReportBodyError`; nothing stays in the budget then.
 */
export async function readReportBody(
  request: IncomingMessage,
  { budget, maxDocumentBytes, bodyTimeoutMs }: ReportBodyOptions,
): Promise<ReportBody> {
  const tooLarge = () => new ReportBodyError(413, `more than ${maxDocumentBytes} bytes are not taken`)
  // What it says of itself saves reading it; what comes is counted all the same.
  if (Number(request.headers['content-length'] ?? 0) > maxDocumentBytes) throw tooLarge()
  const account = budget.open()
  const chunks: Buffer[] = []
  let length = 0
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new ReportBodyError(408, `the body took more than ${bodyTimeoutMs / 1000} s`)),
        bodyTimeoutMs,
      )
      const settle = (act: () => void) => () => {
        clearTimeout(timer)
        act()
      }
      const fail = (error: Error) => settle(() => reject(error))()
      request.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length > maxDocumentBytes) return fail(tooLarge())
        if (!account.grow(chunk.length))
          return fail(new ReportBodyError(503, 'too many reports are coming in just now', BUSY_SECONDS))
        chunks.push(chunk)
      })
      request.on('end', settle(resolve))
      const cut = () => fail(new ReportBodyError(400, 'the body ended before its end'))
      request.on('error', cut)
      request.on('close', cut)
    })
    return { bytes: Buffer.concat(chunks, length), account }
  } catch (error) {
    request.removeAllListeners('data')
    request.pause()
    account.close()
    throw error
  }
}
