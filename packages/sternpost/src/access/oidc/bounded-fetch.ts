import type { CustomFetch } from 'openid-client'

const MAX_ANSWER_BYTES = 1_048_576

/** Fetches an answer that is small enough to be one of a sign-in provider; a larger one is an error. */
export const boundedFetch: CustomFetch = async (url, options) => {
  const response = await fetch(url, options as RequestInit)
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response.body ?? []) {
    bytes += part.length
    if (bytes > MAX_ANSWER_BYTES)
      throw new TypeError(`the answer of ${new URL(url).host} has more than 1 MiB`)
    parts.push(part)
  }
  const { status, statusText, headers } = response
  // A response of these cannot have a body, not even an empty one.
  const body = [101, 204, 205, 304].includes(status) ? null : Buffer.concat(parts)
  return new Response(body, { status, statusText, headers })
}
