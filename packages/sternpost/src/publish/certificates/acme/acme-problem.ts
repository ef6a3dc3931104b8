import { CertificateFault, type CertificateIssueCode } from '../certificate-issues.ts'
import type { AcmeResponse } from './acme-http.ts'
import { type AcmeProblemDocument, problemSchema } from './acme-resources.ts'

const PREFIX = 'urn:ietf:params:acme:error:'

/** A refusal by an authority; `type` is the word after `urn:ietf:params:acme:error:`. */
export class AcmeProblem extends CertificateFault {
  readonly type: string
  readonly status: number

  constructor(type: string, status: number, message: string, retryAfterSeconds: number | undefined) {
    super(codeOf(type, status), message, { retryAfterSeconds })
    this.type = type
    this.status = status
  }
}

/** Reads the refusal in a response; a body that is no problem document is one without words. */
export function problemOf(response: AcmeResponse, from: string, now: number): AcmeProblem {
  const document = readProblem(response.body)
  const type = typeOf(document)
  const words = describeProblem(document) ?? `it answered with status ${response.status}`
  const retryAfterSeconds = parseRetryAfter(response.headers['retry-after'], now)
  return new AcmeProblem(type, response.status, `${from}: ${words}`, retryAfterSeconds)
}

/** The word of the problem's type, `malformed` where it has none. */
export function typeOf(document: AcmeProblemDocument): string {
  const { type = '' } = document
  return type.startsWith(PREFIX) ? type.slice(PREFIX.length) : 'malformed'
}

/** What a problem says, its subproblems included, in one line; undefined where it says nothing. */
export function describeProblem(document: AcmeProblemDocument | undefined): string | undefined {
  if (document === undefined) return undefined
  const details = [document, ...(document.subproblems ?? []).slice(0, 5)]
    .map(({ detail }) => detail)
    .filter(detail => detail !== undefined && detail !== '')
  if (details.length === 0) return undefined
  const word = typeOf(document)
  return `${details.join('; ').replace(/\s+/g, ' ').slice(0, 1000)} (${word})`
}

/**
 * Reads a Retry-After header in both of its forms.
 *
 * Units: seconds, at least 0; undefined where there is none or it cannot be read.
 * Source: RFC 9110 §10.2.3.
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined
  if (/^[0-9]{1,9}$/.test(header)) return Number(header)
  // Date.parse takes much for a date that is none; one of HTTP begins with the day of the week.
  const at = /^[A-Z][a-z]+, /.test(header) ? Date.parse(header) : Number.NaN
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000))
}

function readProblem(body: string): AcmeProblemDocument {
  try {
    return problemSchema.parse(JSON.parse(body))
  } catch {
    return {}
  }
}

function codeOf(type: string, status: number): CertificateIssueCode {
  switch (type) {
    case 'rateLimited':
      return 'certificate/acme-rate-limited'
    case 'accountDoesNotExist':
    case 'externalAccountRequired':
    case 'userActionRequired':
    case 'unsupportedContact':
    case 'invalidContact':
      return 'certificate/acme-account'
    case 'caa':
      return 'certificate/caa-forbids'
    case 'serverInternal':
      return 'certificate/acme-unreachable'
  }
  if (status === 429) return 'certificate/acme-rate-limited'
  return status >= 500 ? 'certificate/acme-unreachable' : 'certificate/acme-refused'
}
