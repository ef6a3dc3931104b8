import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import pLimit from 'p-limit'
import { AccessError } from './access-error.ts'

const derive = promisify(argon2)

/** Cost of a new hash: 19 MiB and two passes, the least that OWASP recommends; about 30 ms. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const
const TAG_BYTES = 32

/** Each takes 19 MiB, so strangers at the sign-in must not start as many as they like. */
const atMost = pLimit(2)
const MAX_WAITING = 32

export const MIN_PASSWORD_LENGTH = 10
/** Long enough for any sentence, short enough to hash without harm. */
export const MAX_PASSWORD_LENGTH = 512

/**
 * Checks a password somebody chose.
 *
 * Errors: `access/weak-password`. Length is all that is asked, as NIST SP 800-63B §3.1.1.2 advises.
 */
export function checkNewPassword(password: string, userName: string): void {
  const length = [...password].length
  if (length < MIN_PASSWORD_LENGTH)
    throw new AccessError(
      'access/weak-password',
      `the password has ${length} characters; it needs at least ${MIN_PASSWORD_LENGTH}`,
    )
  if (length > MAX_PASSWORD_LENGTH)
    throw new AccessError(
      'access/weak-password',
      `the password has ${length} characters; at most ${MAX_PASSWORD_LENGTH} are taken`,
    )
  if (password.toLowerCase() === userName || new Set(password).size < 4)
    throw new AccessError('access/weak-password', 'the password is too easy to guess')
}

/** Hashes a password. Shape: a PHC string, `$argon2id$v=19$m=…,t=…,p=…$salt$tag`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const tag = await inTurn(() =>
    derive('argon2id', { message: normal(password), nonce: salt, tagLength: TAG_BYTES, ...COST }),
  )
  const { memory, passes, parallelism } = COST
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`
}

/**
 * Whether a password is the one of a hash.
 *
 * Without a hash the same work is done and the answer is no, so that time does not tell which names exist.
 * Errors: `access/busy` where too many wait already.
 */
export async function verifyPassword(password: string, hash: string | undefined): Promise<boolean> {
  const known = hash === undefined ? undefined : parseHash(hash)
  const { salt, tag, ...cost } = known ?? { salt: NO_SALT, tag: NO_TAG, ...COST }
  const seen = await inTurn(() =>
    derive('argon2id', { message: normal(password), nonce: salt, tagLength: tag.length, ...cost }),
  )
  return timingSafeEqual(seen, tag) && known !== undefined
}

const NO_SALT = randomBytes(16)
const NO_TAG = randomBytes(TAG_BYTES)

/** The same text typed on different keyboards gives the same bytes. */
function normal(password: string): Buffer {
  return Buffer.from(password.normalize('NFKC'), 'utf8')
}

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (atMost.pendingCount >= MAX_WAITING)
    throw new AccessError('access/busy', 'too many sign-ins at once; try again in a moment')
  return atMost(work)
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}

interface ParsedHash {
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
  readonly salt: Buffer
  readonly tag: Buffer
}

function parseHash(hash: string): ParsedHash | undefined {
  const match =
    /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d)\$([A-Za-z0-9+/]{22,86})\$([A-Za-z0-9+/]{43,86})$/.exec(
      hash,
    )
  if (match === null) return undefined
  const [, memory, passes, parallelism, salt = '', tag = ''] = match
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  }
}
