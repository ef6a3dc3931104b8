import { PolicyFetchFault } from './fetch-fault.ts'

/**
 * Turns the bytes of a policy file into text, without changing anything.
 *
 * Strict: a byte order mark is an error: §3.2 has a letter or digit first.
 * Errors: fault `mta-sts/policy-encoding`.
 * Source: RFC 8461 §3.2, RFC 3629.
 */
export function decodePolicy(body: Uint8Array): string {
  const mark = byteOrderMarkOf(body)
  if (mark !== undefined) {
    throw encodingFault(
      `the policy starts with a byte order mark (${mark}); it must start with its first key`,
    )
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    throw encodingFault('the policy is no UTF-8 text; save it as ASCII or UTF-8')
  }
}

function byteOrderMarkOf(body: Uint8Array): string | undefined {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return 'EF BB BF, UTF-8'
  if (body[0] === 0xfe && body[1] === 0xff) return 'FE FF, UTF-16'
  if (body[0] === 0xff && body[1] === 0xfe) return 'FF FE, UTF-16'
  return undefined
}

function encodingFault(message: string): PolicyFetchFault {
  return new PolicyFetchFault({ code: 'mta-sts/policy-encoding', message: `${message} (RFC 8461 §3.2)` })
}
