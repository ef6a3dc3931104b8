import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BIND_ADDRESS, KNOT_ADDRESS } from '../ground/addresses.ts'
import { SCRATCH } from '../ground/namespace.ts'
import { runInRoot, startInRoot, waitFor } from './root-process.ts'
import type { ZoneRecord } from './zone.ts'

/** A key of TSIG; `secret` is base64. */
export interface UpdateKey {
  readonly name: string
  readonly algorithm: string
  readonly secret: string
}

export interface UpdatableZone {
  readonly origin: string
  /** The other server has a copy. */
  readonly primary: 'bind' | 'knot'
  /** Whether the primary tells the other server of changes; where not, it lags until it is told to look. */
  readonly notifies: boolean
}

/** BIND and Knot, each the primary of some zones and the secondary of the others. */
export interface UpdatableServers {
  /** Has Knot, the secondary of a zone, look for changes now. */
  refresh(origin: string): Promise<void>
  /** What a server has for a name, as drill prints it. */
  ask(server: string, name: string, type: string): Promise<readonly string[]>
  output(): string
  stop(): Promise<void>
}

const FOLDER = `${SCRATCH}/updates`

/** The records by which the parent zone leads to both servers. */
export function delegationTo(zones: readonly UpdatableZone[]): readonly ZoneRecord[] {
  const servers = [
    ['ns-bind.test', BIND_ADDRESS],
    ['ns-knot.test', KNOT_ADDRESS],
  ] as const
  return [
    ...servers.map(([name, data]) => ({ name, type: 'A', data })),
    ...zones.flatMap(({ origin }) =>
      servers.map(([name]) => ({ name: origin, type: 'NS', data: `${name}.` })),
    ),
  ]
}

/**
 * Starts both servers with empty zones.
 *
 * @param writer may change every zone; @param stranger is known to both servers and may change nothing.
 */
export async function startUpdatableServers(
  root: string,
  zones: readonly UpdatableZone[],
  writer: UpdateKey,
  stranger: UpdateKey,
): Promise<UpdatableServers> {
  const folder = join(root, FOLDER)
  mkdirSync(folder, { recursive: true })
  for (const { origin, primary } of zones)
    writeFileSync(join(folder, `${origin}.${primary}`), emptyZone(origin))
  writeFileSync(join(folder, 'named.conf'), bindConfig(zones, writer, stranger))
  writeFileSync(join(folder, 'knot.conf'), knotConfig(zones, writer, stranger))
  const processes = [startInRoot(root, 'knotd', ['-c', `${FOLDER}/knot.conf`])]
  const output = () => processes.map(each => each.output()).join('\n')

  async function ask(server: string, name: string, type: string): Promise<readonly string[]> {
    const text = await runInRoot(root, 'drill', ['-t', name, `@${server}`, type])
    const from = text.indexOf(';; ANSWER SECTION:')
    const until = text.indexOf(';; AUTHORITY SECTION:')
    return text
      .slice(from, until)
      .split('\n')
      .filter(line => /^[^;\s]/.test(line))
      .map(line => line.split('\t').slice(3).join(' '))
  }
  const serves = async (server: string, served: readonly UpdatableZone[]) => {
    for (const { origin } of served) {
      await waitFor(
        async () => ((await ask(server, origin, 'SOA').catch(() => [])).length > 0 ? true : undefined),
        () => `${server} does not serve ${origin}:\n${output()}`,
      )
    }
  }
  const refresh = async (origin: string) => {
    const zone = zones.find(each => each.origin === origin)
    // BIND has no primary that does not notify it here.
    if (zone?.primary !== 'bind') throw new Error(`${origin} has no secondary that can be told`)
    await runInRoot(root, 'knotc', ['-c', `${FOLDER}/knot.conf`, 'zone-refresh', origin])
  }
  // A secondary that finds no primary waits long before it looks again, so each is told when its primary is there.
  const of = (primary: UpdatableZone['primary']) => zones.filter(zone => zone.primary === primary)
  await serves(KNOT_ADDRESS, of('knot'))
  processes.push(startInRoot(root, 'named', ['-g', '-n', '1', '-c', `${FOLDER}/named.conf`]))
  await serves(BIND_ADDRESS, zones)
  for (const { origin } of of('bind')) await refresh(origin)
  await serves(KNOT_ADDRESS, zones)
  return {
    refresh,
    ask,
    output,
    async stop() {
      for (const each of processes) await each.stop()
    },
  }
}

function emptyZone(origin: string): string {
  return `$TTL 60
${origin}. IN SOA ns-bind.test. hostmaster.test. 1 3600 600 86400 60
${origin}. IN NS ns-bind.test.
${origin}. IN NS ns-knot.test.
`
}

function bindConfig(zones: readonly UpdatableZone[], writer: UpdateKey, stranger: UpdateKey): string {
  const keys = [writer, stranger].map(
    key => `key "${key.name}" { algorithm ${key.algorithm}; secret "${key.secret}"; };`,
  )
  const entries = zones.map(({ origin, primary, notifies }) =>
    primary === 'bind'
      ? `zone "${origin}" {
  type primary;
  file "${origin}.bind";
  update-policy { grant ${writer.name} zonesub ANY; };
  notify ${notifies ? 'explicit' : 'no'};
  also-notify { ${KNOT_ADDRESS}; };
};`
      : `zone "${origin}" { type secondary; primaries { ${KNOT_ADDRESS}; }; file "${origin}.copy"; notify no; };`,
  )
  return `options {
  directory "${FOLDER}";
  listen-on { ${BIND_ADDRESS}; };
  listen-on-v6 { none; };
  query-source address ${BIND_ADDRESS};
  transfer-source ${BIND_ADDRESS};
  notify-source ${BIND_ADDRESS};
  allow-transfer { any; };
  recursion no;
  dnssec-validation no;
  notify-delay 0;
  pid-file none;
  session-keyfile none;
};
controls { };
${keys.join('\n')}
${entries.join('\n')}
`
}

function knotConfig(zones: readonly UpdatableZone[], writer: UpdateKey, stranger: UpdateKey): string {
  const keys = [writer, stranger].map(
    key => `  - id: ${key.name}\n    algorithm: ${key.algorithm}\n    secret: ${key.secret}\n`,
  )
  const entries = zones.map(({ origin, primary, notifies }) =>
    primary === 'knot'
      ? `  - domain: ${origin}\n    file: ${origin}.knot\n    acl: [update, transfer]\n${notifies ? '    notify: bind\n' : ''}`
      : `  - domain: ${origin}\n    file: ${origin}.mirror\n    master: bind\n    acl: [told]\n`,
  )
  return `server:
  listen: ${KNOT_ADDRESS}@53
  rundir: ${FOLDER}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
control:
  listen: knot.sock
database:
  storage: ${FOLDER}
log:
  - target: stderr
    any: info
key:
${keys.join('')}
remote:
  - id: bind
    address: ${BIND_ADDRESS}@53
    via: ${KNOT_ADDRESS}
acl:
  - id: update
    key: ${writer.name}
    action: update
  - id: transfer
    address: 127.0.0.0/8
    action: transfer
  - id: told
    address: 127.0.0.0/8
    action: notify
template:
  - id: default
    storage: ${FOLDER}
zone:
${entries.join('')}`
}
