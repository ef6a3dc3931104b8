import { readFileSync, type Stats, unwatchFile, watchFile } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import type { ResolverAddress } from './resolver-address.ts'

/** A C library uses three; some more do no harm, a thousand would. */
const MAX_NAMESERVERS = 8
const MAX_FILE_BYTES = 65_536

/**
 * Reads the resolvers from the text of a resolv.conf.
 *
 * Shape: addresses in order, port 53, no duplicates; search domains and options are not used.
 * Lenient: lines that are not understood are passed over, as a C library does.
 * Source: resolv.conf(5).
 */
export function parseResolvConf(text: string): readonly ResolverAddress[] {
  const found: ResolverAddress[] = []
  for (const line of text.slice(0, MAX_FILE_BYTES).split('\n')) {
    const address = /^nameserver[ \t]+([^ \t\r#;]+)/.exec(line)?.[1]
    if (address === undefined || isIP(address) === 0) continue
    if (found.some(resolver => resolver.address === address)) continue
    found.push({ transport: 'udp', address, port: 53 })
    if (found.length === MAX_NAMESERVERS) break
  }
  return found
}

export interface ResolvConfFollower {
  /** What the file says now; `127.0.0.1` where it is missing or names nobody, as a C library has it. */
  readonly initial: readonly ResolverAddress[]
  close(): void
}

/**
 * Reads a resolv.conf now and again whenever it changes.
 *
 * Effects: looks at the file's status every `pollMs`: a watch on the file is lost when it is replaced by rename,
 * one on its directory sees no change of the target of a link, and this sees both. Does not keep a process alive.
 * Errors: none; while the file is unreadable or names nobody, the last list holds.
 */
export function followResolvConf(
  path: string,
  pollMs: number,
  onChange: (resolvers: readonly ResolverAddress[]) => void,
): ResolvConfFollower {
  let closed = false
  const reload = async () => {
    try {
      const resolvers = parseResolvConf(await readFile(path, 'latin1'))
      if (!closed && resolvers.length > 0) onChange(resolvers)
    } catch {
      // Replaced at this very moment, or gone: the next look finds it again.
    }
  }
  const listener = (current: Stats) => {
    if (current.size <= MAX_FILE_BYTES) void reload()
  }
  watchFile(path, { persistent: false, interval: pollMs }, listener)
  return {
    initial: readInitial(path),
    close() {
      closed = true
      unwatchFile(path, listener)
    },
  }
}

function readInitial(path: string): readonly ResolverAddress[] {
  try {
    const resolvers = parseResolvConf(readFileSync(path, 'latin1'))
    if (resolvers.length > 0) return resolvers
  } catch {
    // No file is the same as an empty one.
  }
  return [{ transport: 'udp', address: '127.0.0.1', port: 53 }]
}
