import * as z from 'zod'
import { type ApiIssueCode, apiIssues } from './issues.ts'

/** An error as the API tells it: a problem document (RFC 9457) with our code and what to do. */
export const problemSchema = z
  .object({
    type: z.string().describe('`about:blank`; `code` tells what kind of problem it is.'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What was seen and what is needed, in words.'),
    code: z.string().describe('A stable code, see docs/reference/errors.md.'),
    remedy: z.string().optional().describe('What to do next.'),
    issues: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('Each fault of the input, with its place such as `body.mx[0]`.'),
    retryAfterSeconds: z.int().optional(),
  })
  .meta({ id: 'Problem' })
export type Problem = z.output<typeof problemSchema>

export interface ApiProblemOptions {
  readonly remedy?: string
  readonly issues?: readonly { readonly path: string; readonly message: string }[]
  readonly retryAfterSeconds?: number
  /** A code of another table, such as `dns-write/refused`, in place of ours; the status stays ours. */
  readonly foreignCode?: string
}

/** Thrown by handlers to answer with a problem; `message` becomes its `detail`. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly code: ApiIssueCode
  readonly options: ApiProblemOptions

  constructor(code: ApiIssueCode, detail: string, options: ApiProblemOptions = {}) {
    super(detail)
    this.code = code
    this.options = options
  }

  get status(): number {
    return apiIssues[this.code].status
  }

  /** As it goes over the wire. */
  toDocument(): Problem {
    const { remedy, issues, retryAfterSeconds, foreignCode } = this.options
    return {
      type: 'about:blank',
      title: titles[this.status] ?? 'Error',
      status: this.status,
      detail: this.message,
      code: foreignCode ?? this.code,
      ...(remedy === undefined ? {} : { remedy }),
      ...(issues === undefined ? {} : { issues: [...issues] }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    }
  }
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}
