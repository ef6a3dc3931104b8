import { execFile } from 'node:child_process'
import type { PostfixDialect } from '@sternpost/protocol'

/** Since this version Postfix knows the attributes for TLSRPT; an earlier one would defer mail over them. */
const TLSRPT_SINCE = [3, 10] as const

/**
 * The dialect of the Postfix installed on this machine, `plain` where there is none or it does not say.
 *
 * Effects: runs `postconf`, for two seconds at most.
 */
export async function dialectOfInstalledPostfix(): Promise<PostfixDialect> {
  const version = await new Promise<string>(resolve => {
    execFile('postconf', ['-dh', 'mail_version'], { timeout: 2_000 }, (error, stdout) =>
      resolve(error === null ? stdout : ''),
    )
  })
  const [, major, minor] = /^([0-9]+)\.([0-9]+)/.exec(version.trim()) ?? []
  if (major === undefined || minor === undefined) return 'plain'
  const [sinceMajor, sinceMinor] = TLSRPT_SINCE
  const newer = Number(major) > sinceMajor || (Number(major) === sinceMajor && Number(minor) >= sinceMinor)
  return newer ? 'tlsrpt' : 'plain'
}
