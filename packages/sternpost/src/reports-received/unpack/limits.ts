import type { IntakeIssueCode } from '../intake-issues.ts'

/**
 * Why a document, or one part of it, cannot be unpacked.
 *
 * A broken part is passed over and the rest is read; `isLimit` ends the whole document, as nobody sends such a
 * thing by mistake and every further part would cost as much again.
 */
export class UnpackProblem extends Error {
  readonly code: IntakeIssueCode
  readonly isLimit: boolean

  constructor(code: IntakeIssueCode, message: string, isLimit = false) {
    super(message)
    this.name = 'UnpackProblem'
    this.code = code
    this.isLimit = isLimit
  }
}

/** Limits of MIME that nobody needs to set: real mails stay far below them. */
export const mimeLimits = {
  /** Of the header of a mail or part; mail servers refuse far shorter ones. */
  headerBytes: 256 * 1024,
  /** Multiparts in multiparts. */
  depth: 20,
  /** Lines that could be a delimiter and are none. */
  falseDelimiters: 100_000,
  /** RFC 2046 §5.1.1 allows 70. */
  boundaryCharacters: 200,
} as const

const KIB = 1024
const MIB = KIB * KIB

/** Writes a size for people: `32 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes >= MIB) return `${Math.round((bytes / MIB) * 10) / 10} MiB`
  return bytes >= KIB ? `${Math.round(bytes / KIB)} KiB` : `${bytes} bytes`
}
