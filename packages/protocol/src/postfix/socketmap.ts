import { encodeNetstring } from './netstring.ts'

/** A request as far as the protocol goes: which map is asked, for which key. */
export interface SocketmapRequest {
  readonly mapName: string
  readonly key: string
}

/** The answers of the protocol. `TIMEOUT` exists too; Postfix treats it as `TEMP`, so it is not used. */
export type SocketmapReply =
  | { readonly kind: 'found'; readonly data: string }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'temporary'; readonly reason: string }
  | { readonly kind: 'permanent'; readonly reason: string }

/** Postfix reads at most this much of a reply before 3.10 lets it be configured; wrapping not counted. */
export const MAX_REPLY_BYTES = 100_000
/** Postfix 3.12 sends at most this much. */
export const MAX_REQUEST_BYTES = 10_000

/**
 * Splits a request `<map> SP <key>`; undefined where there is no space and so no key.
 *
 * Shape: the key may be empty and may hold spaces.
 * Source: socketmap_table(5).
 */
export function parseSocketmapRequest(content: string): SocketmapRequest | undefined {
  const space = content.indexOf(' ')
  return space === -1 ? undefined : { mapName: content.slice(0, space), key: content.slice(space + 1) }
}

/**
 * Writes a reply as bytes, netstring included.
 *
 * Shape: `OK data`, `NOTFOUND `, `TEMP reason`, `PERM reason`. A reason is cut to printable ASCII and 400
 * characters: Postfix writes it to its log.
 * Source: socketmap_table(5).
 */
export function encodeSocketmapReply(reply: SocketmapReply): Uint8Array {
  return encodeNetstring(asciiBytes(replyText(reply)))
}

/**
 * Reads the content of a reply, netstring already taken off; undefined where it is none.
 *
 * Shape: `TIMEOUT` counts as temporary, as Postfix treats it.
 * Source: socketmap_table(5).
 */
export function parseSocketmapReply(content: string): SocketmapReply | undefined {
  const space = content.indexOf(' ')
  const [status, rest] = space === -1 ? [content, ''] : [content.slice(0, space), content.slice(space + 1)]
  switch (status) {
    case 'OK':
      return { kind: 'found', data: rest }
    case 'NOTFOUND':
      return { kind: 'not-found' }
    case 'TEMP':
    case 'TIMEOUT':
      return { kind: 'temporary', reason: rest }
    case 'PERM':
      return { kind: 'permanent', reason: rest }
    default:
      return undefined
  }
}

function replyText(reply: SocketmapReply): string {
  switch (reply.kind) {
    case 'found':
      return `OK ${reply.data}`
    case 'not-found':
      return 'NOTFOUND '
    case 'temporary':
      return `TEMP ${reply.reason.slice(0, MAX_REASON_CHARACTERS)}`
    case 'permanent':
      return `PERM ${reply.reason.slice(0, MAX_REASON_CHARACTERS)}`
  }
}

const MAX_REASON_CHARACTERS = 400

function asciiBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    bytes[i] = code >= 0x20 && code <= 0x7e ? code : 0x3f
  }
  return bytes
}
