import { quote } from '@sternpost/protocol'
import { encodeName } from '../dns/wire-name.ts'

/** The algorithms a key may be for, and the digest each is made with (RFC 8945 §6); MD5 and SHA-1 are not. */
export const tsigAlgorithms = {
  'hmac-sha256': { digest: 'sha256', bytes: 32 },
  'hmac-sha384': { digest: 'sha384', bytes: 48 },
  'hmac-sha512': { digest: 'sha512', bytes: 64 },
} as const
export type TsigAlgorithm = keyof typeof tsigAlgorithms

/** A secret shared with a name server. Never printed: nothing shows `secret` but whoever asks for it. */
export interface TsigKey {
  /** Lower case without a trailing dot. */
  readonly name: string
  readonly algorithm: TsigAlgorithm
  readonly secret: Buffer
}

export type TsigKeyReading =
  | { readonly ok: true; readonly key: TsigKey }
  | { readonly ok: false; readonly message: string }

const LEAST_SECRET_BYTES = 16
const MAX_KEY_FILE_CHARACTERS = 16_384

/**
 * Reads a key as name servers write it.
 *
 * Shape: `key "name" { algorithm hmac-sha256; secret "base64"; };` of tsig-keygen and ddns-confgen, or
 * `hmac-sha256:name:base64`, which nsupdate -y and knsupdate -y take and which is the first line of what Knot's
 * keymgr prints, behind `# `.
 * Errors: a sentence, which never holds any of the text, as it may be the secret.
 */
export function parseTsigKey(text: string): TsigKeyReading {
  if (text.length > MAX_KEY_FILE_CHARACTERS) return refuse('it is too long for a key')
  const line = /^(?:#\s*)?([a-z0-9-]+):([^\s:]+):([A-Za-z0-9+/=]+)\s*$/im.exec(text)
  if (line !== null) return makeKey(line[2] ?? '', line[1] ?? '', line[3] ?? '')
  const blocks = [...text.matchAll(/\bkey\s+"?([^\s"{};]+)"?\s*\{([^{}]*)\}/g)]
  if (blocks.length !== 1) {
    return refuse(
      blocks.length === 0
        ? 'it holds neither `key "name" { … };` nor a line `algorithm:name:secret`'
        : 'it holds several keys; one is needed',
    )
  }
  const [, name = '', body = ''] = blocks[0] ?? []
  const algorithm = /\balgorithm\s+"?([A-Za-z0-9-]+)"?\s*;/.exec(body)?.[1]
  const secret = /\bsecret\s+"?([A-Za-z0-9+/=]+)"?\s*;/.exec(body)?.[1]
  if (algorithm === undefined || secret === undefined) return refuse('its key lacks an algorithm or a secret')
  return makeKey(name, algorithm, secret)
}

function makeKey(writtenName: string, writtenAlgorithm: string, base64: string): TsigKeyReading {
  const name = writtenName.toLowerCase().replace(/\.$/, '')
  if (encodeName(name) === null) return refuse('the name of its key is no domain name')
  const algorithm = writtenAlgorithm.toLowerCase()
  if (!isAlgorithm(algorithm)) {
    const known = Object.keys(tsigAlgorithms).join(', ')
    return refuse(`its algorithm ${quote(algorithm, 30)} is none of ${known}`)
  }
  const secret = Buffer.from(base64, 'base64')
  if (secret.toString('base64').replace(/=+$/, '') !== base64.replace(/=+$/, ''))
    return refuse('its secret is not base64')
  if (secret.length < LEAST_SECRET_BYTES) return refuse('its secret is shorter than 128 bits')
  return { ok: true, key: { name, algorithm, secret } }
}

function isAlgorithm(text: string): text is TsigAlgorithm {
  return Object.hasOwn(tsigAlgorithms, text)
}

function refuse(message: string): TsigKeyReading {
  return { ok: false, message }
}
