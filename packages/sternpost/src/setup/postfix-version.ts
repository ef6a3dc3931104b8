/** A Postfix release; a snapshot such as `3.12-20260821` counts as its release. */
export interface PostfixVersion {
  readonly text: string
  readonly major: number
  readonly minor: number
  readonly patch: number
}

/** Reads `mail_version`: `3.7.11`, `3.10`, `3.12-20260821`; undefined where it is none. */
export function parsePostfixVersion(text: string): PostfixVersion | undefined {
  const [, major, minor, patch] =
    /^([0-9]{1,3})\.([0-9]{1,3})(?:\.([0-9]{1,3}))?(?:[-.].*)?$/.exec(text.trim()) ?? []
  if (major === undefined || minor === undefined) return undefined
  return { text: text.trim(), major: Number(major), minor: Number(minor), patch: Number(patch ?? 0) }
}

/** Tells whether a version is `major.minor.patch` or later. */
export function isPostfixAtLeast(version: PostfixVersion, major: number, minor: number, patch = 0): boolean {
  if (version.major !== major) return version.major > major
  if (version.minor !== minor) return version.minor > minor
  return version.patch >= patch
}

/** The first version that can send the MX name as SNI by policy, which RFC 8461 §7.1 demands. */
export const OLDEST_POSTFIX = '3.4'

/**
 * Which map name a version is to ask for, or undefined where it is too old.
 *
 * From 3.10 on Postfix takes the attributes for TLS reports and the MX host name check; earlier it would refuse
 * the whole answer over them and defer the mail.
 */
export function mapNameFor(version: PostfixVersion): 'postfix34' | 'postfix310' | undefined {
  if (isPostfixAtLeast(version, 3, 10)) return 'postfix310'
  return isPostfixAtLeast(version, 3, 4) ? 'postfix34' : undefined
}
