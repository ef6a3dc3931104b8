import { readFileSync } from 'node:fs'
import type { OutboundConfig } from '../config/index.ts'
import type { SocketmapListener } from '../outbound/index.ts'

/** systemd hands its sockets over from this descriptor on (sd_listen_fds(3)). */
const FIRST_INHERITED = 3

/**
 * Where the socketmap listens: sockets handed over by systemd, else what the configuration names.
 *
 * Errors: throws where an owner or group of a unix socket does not exist.
 */
export function socketmapListeners(
  socketmap: OutboundConfig['socketmap'],
  env: Readonly<Record<string, string | undefined>>,
): SocketmapListener[] {
  const inherited = inheritedDescriptors(env)
  if (inherited.length > 0) return inherited.map(fd => ({ kind: 'inherited', fd }))
  const uid = idOf(socketmap.unixOwner, '/etc/passwd', 'outbound.socketmap.unixOwner')
  const gid = idOf(socketmap.unixGroup, '/etc/group', 'outbound.socketmap.unixGroup')
  return socketmap.listen.map(listen =>
    listen.kind === 'tcp'
      ? { kind: 'tcp', host: listen.host, port: listen.port }
      : {
          kind: 'unix',
          path: listen.path,
          mode: socketmap.unixMode,
          ...(uid === undefined ? {} : { uid }),
          ...(gid === undefined ? {} : { gid }),
        },
  )
}

/** LISTEN_PID guards against descriptors meant for a parent that forgot to clean its environment. */
function inheritedDescriptors(env: Readonly<Record<string, string | undefined>>): number[] {
  const count = Number(env.LISTEN_FDS ?? 0)
  if (env.LISTEN_PID !== String(process.pid) || !Number.isInteger(count) || count < 1 || count > 64) return []
  return Array.from({ length: count }, (_, index) => FIRST_INHERITED + index)
}

/** The third field of a passwd or group line. */
function idOf(name: string | undefined, file: string, setting: string): number | undefined {
  if (name === undefined) return undefined
  if (/^[0-9]+$/.test(name)) return Number(name)
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .find(candidate => candidate.startsWith(`${name}:`))
  const id = Number(line?.split(':')[2])
  if (line === undefined || !Number.isInteger(id)) throw new Error(`${setting}: ${file} knows no ${name}`)
  return id
}
