import { Resolver } from 'node:dns/promises'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { NAME_SERVER_ADDRESS, RESOLVER_ADDRESS } from '../ground/addresses.ts'
import { SCRATCH } from '../ground/namespace.ts'
import { type RootProcess, runInRoot, startInRoot, waitFor } from './root-process.ts'
import { type Delegation, formatStart, formatZone, type Zone, type ZoneRecord, zoneOf } from './zone.ts'

/** What the resolver is told to do with a name, whatever its zone says. */
export type Blockade = 'always_nxdomain' | 'always_refuse' | 'always_deny'

/** A signed DNS tree: NSD serves it, unbound validates it from a root key of our own. */
export interface Names {
  /** Serves these records in place of all those before and waits until clients can see it. */
  publish(records: readonly ZoneRecord[]): Promise<void>
  /** What an attacker between resolver and client would do: `always_deny` lets questions vanish. */
  block(name: string, how: Blockade): Promise<void>
  unblock(name: string): Promise<void>
  /** Ends the resolver alone, and starts it again with an empty cache. */
  stopResolver(): Promise<void>
  startResolver(): Promise<void>
  stop(): Promise<void>
}

const FOLDER = `${SCRATCH}/names`

/**
 * Signs and serves `zones`; each is delegated from the longest other one that contains it, and each record is put
 * into the longest that contains its name.
 */
export async function startNames(
  root: string,
  zones: readonly Zone[],
  records: readonly ZoneRecord[],
): Promise<Names> {
  const folder = join(root, FOLDER)
  mkdirSync(folder, { recursive: true })
  const tree = new SignedTree(root, withRoot(zones))
  await tree.makeKeys()
  await tree.write(records)
  writeFileSync(join(folder, 'nsd.conf'), nsdConfig(tree.zones))
  writeFileSync(
    join(folder, 'root.hints'),
    `. 3600 IN NS ns.test.\nns.test. 3600 IN A ${NAME_SERVER_ADDRESS}\n`,
  )
  writeFileSync(join(folder, 'root.key'), tree.publicKey(''))
  writeFileSync(join(folder, 'unbound.conf'), unboundConfig())

  const nameServer = startInRoot(root, 'nsd', ['-d', '-c', `${FOLDER}/nsd.conf`])
  await tree.waitUntilServed(nameServer)
  let resolver: RootProcess | undefined
  const control = (...args: string[]) =>
    runInRoot(root, 'unbound-control', ['-c', `${FOLDER}/unbound.conf`, ...args])
  const startResolver = async () => {
    const started = startInRoot(root, 'unbound', ['-d', '-c', `${FOLDER}/unbound.conf`])
    resolver = started
    await waitFor(
      () => control('status').catch(() => undefined),
      () => `unbound does not start:\n${started.output()}`,
    )
  }
  const stopResolver = async () => {
    await resolver?.stop()
    resolver = undefined
  }
  await startResolver()

  return {
    async publish(changed) {
      await tree.write(changed)
      await runInRoot(root, 'nsd-control', ['-c', `${FOLDER}/nsd.conf`, 'reload'])
      await tree.waitUntilServed(nameServer)
      if (resolver !== undefined) await control('flush_zone', '.')
    },
    async block(name, how) {
      await control('local_zone', name, how)
    },
    async unblock(name) {
      await control('local_zone_remove', name)
      await control('flush_zone', name)
    },
    startResolver,
    stopResolver,
    async stop() {
      await stopResolver()
      await nameServer.stop()
    },
  }
}

function withRoot(zones: readonly Zone[]): Zone[] {
  const all = [...zones]
  for (const origin of ['test', '']) {
    if (!all.some(zone => zone.origin === origin)) all.push({ origin, security: 'secure' })
  }
  return all
}

/** The zones with their keys, written and signed whenever their records change. */
class SignedTree {
  readonly zones: readonly Zone[]
  readonly #root: string
  readonly #keyNames = new Map<string, string>()
  /** What each zone was last written with, but for its serial. */
  readonly #written = new Map<string, string>()
  #serial = 1

  constructor(root: string, zones: readonly Zone[]) {
    this.#root = root
    this.zones = zones
  }

  async makeKeys(): Promise<void> {
    const signed = this.zones.filter(({ security }) => security === 'secure' || security === 'bogus')
    for (const { origin, security } of signed) {
      this.#keyNames.set(origin, await this.#makeKey(origin))
      if (security === 'bogus') this.#keyNames.set(`other ${origin}`, await this.#makeKey(origin))
    }
  }

  async #makeKey(origin: string): Promise<string> {
    const args = ['-a', 'ECDSAP256SHA256', '-k', '-r', '/dev/urandom', origin === '' ? '.' : origin]
    const script = `cd ${FOLDER} && ldns-keygen "$@"`
    return (await runInRoot(this.#root, 'sh', ['-c', script, 'sh', ...args])).trim()
  }

  publicKey(origin: string): string {
    return this.#read(`${this.#keyNames.get(origin)}.key`)
  }

  #read(file: string): string {
    return readFileSync(join(this.#root, FOLDER, file), 'utf8')
  }

  /** Writes and signs zones that changed under a new serial; the root always, to tell when all are served. */
  async write(records: readonly ZoneRecord[]): Promise<void> {
    this.#serial += 1
    const byZone = Map.groupBy(records, ({ name }) => zoneOf(name, this.zones)?.origin)
    const commands: string[] = []
    for (const zone of this.zones) {
      const content = formatZone(
        zone.origin,
        byZone.get(zone.origin) ?? [],
        NAME_SERVER_ADDRESS,
        this.zones
          .filter(child => this.#parentOf(child) === zone.origin)
          .map(child => this.#delegation(child)),
      )
      const same = content === this.#written.get(zone.origin)
      if (zone.security === 'lame' || (same && zone.origin !== '')) continue
      this.#written.set(zone.origin, content)
      const file = zoneFile(zone)
      const text = formatStart(zone.origin, this.#serial) + content
      writeFileSync(join(this.#root, FOLDER, `${file}.plain`), text)
      const key = this.#keyNames.get(zone.origin)
      commands.push(
        key === undefined
          ? `cp ${file}.plain ${file}`
          : `ldns-signzone -f ${file} -o ${zone.origin === '' ? '.' : zone.origin} ${file}.plain ${key}`,
      )
    }
    await runInRoot(this.#root, 'sh', ['-ec', [`cd ${FOLDER}`, ...commands].join('\n')])
  }

  #parentOf(zone: Zone): string | undefined {
    const others = this.zones.filter(({ origin }) => origin !== zone.origin)
    return zone.origin === '' ? undefined : zoneOf(zone.origin, others)?.origin
  }

  #delegation(child: Zone): Delegation {
    const keyName = this.#keyNames.get(child.security === 'bogus' ? `other ${child.origin}` : child.origin)
    return {
      origin: child.origin,
      dsRecords: keyName === undefined ? [] : [this.#read(`${keyName}.ds`).trim()],
    }
  }

  /** Waits until the name server answers with the root's last serial. */
  async waitUntilServed(nameServer: RootProcess): Promise<void> {
    await waitFor(
      async () => {
        const resolver = new Resolver({ timeout: 500, tries: 1 })
        resolver.setServers([NAME_SERVER_ADDRESS])
        const soa = await resolver.resolveSoa('.').catch(() => undefined)
        return soa?.serial === this.#serial ? true : undefined
      },
      () =>
        `NSD does not serve the zones:\n${nameServer.output()}\n${readdirSync(join(this.#root, FOLDER)).join(' ')}`,
    )
  }
}

function zoneFile(zone: Zone): string {
  return zone.origin === '' ? 'zone-root' : `zone-${zone.origin}`
}

/** A lame zone is listed like the others; having no file, it is answered with SERVFAIL. */
function nsdConfig(zones: readonly Zone[]): string {
  return `server:
  ip-address: ${NAME_SERVER_ADDRESS}
  port: 53
  username: ""
  server-count: 1
  zonesdir: "${FOLDER}"
  pidfile: "${FOLDER}/nsd.pid"
  zonelistfile: "${FOLDER}/nsd.zones"
  xfrdfile: ""
  cookie-secret-file: ""
  logfile: ""
remote-control:
  control-enable: yes
  control-interface: "${FOLDER}/nsd.socket"
${zones.map(zone => `zone:\n  name: "${zone.origin === '' ? '.' : zone.origin}"\n  zonefile: "${zoneFile(zone)}"\n`).join('')}`
}

/** As a mail server would have it, but for the root it starts from and how long it keeps what it learnt. */
function unboundConfig(): string {
  return `server:
  interface: ${RESOLVER_ADDRESS}
  port: 53
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  do-ip6: no
  username: ""
  chroot: ""
  directory: "${FOLDER}"
  pidfile: ""
  use-syslog: no
  logfile: ""
  num-threads: 1
  module-config: "validator iterator"
  trust-anchor-file: "${FOLDER}/root.key"
  root-hints: "${FOLDER}/root.hints"
  local-zone: "test." nodefault
  ede: yes
  prefetch: no
  msg-cache-size: 1m
  rrset-cache-size: 2m
  cache-max-negative-ttl: 1
  val-bogus-ttl: 1
  infra-host-ttl: 1
remote-control:
  control-enable: yes
  control-interface: "${FOLDER}/unbound.socket"
  control-use-cert: no
`
}
