import type { Command } from 'commander'
import type { Config } from '../config/index.ts'
import type { SocketmapAddress } from '../outbound/index.ts'
import { bytesAsHex } from './bytes-as-hex.ts'
import {
  type CommandIo,
  errLine,
  type GlobalOptions,
  globalOptions,
  mayColor,
  needConfig,
} from './command-io.ts'
import { exitCode } from './exit-code.ts'
import { type DaemonAnswer, formatLookUp } from './look-up-text.ts'
import { painter } from './painter.ts'
import { serverOf, worksRemotely } from './server-option.ts'

/** The map that has the most to say; a daemon answers all alike but for the form. */
const MAP_ASKED = 'postfix310'
/** Longer than any answer budget a careful operator sets. */
const DAEMON_TIMEOUT_MS = 15_000

export function registerLookup(program: Command, io: CommandIo): void {
  worksRemotely(program.command('lookup'))
    .description('show what Postfix is told about a destination, and why')
    .argument('<destination...>', 'domain, domain:port, [host] or [host]:port, as Postfix writes a next hop')
    .option('--explain', 'show every DNS answer, MX host, TLSA record and the policy host')
    .action(async (destinations: string[], options: { explain?: boolean }, command: Command) => {
      await lookup(io, globalOptions(command), destinations, options.explain === true)
    })
}

async function lookup(
  io: CommandIo,
  options: GlobalOptions,
  destinations: readonly string[],
  explain: boolean,
): Promise<void> {
  const server = serverOf(io, options)
  if (server === 'bad') return
  if (server !== undefined) {
    const { lookUpRemotely } = await import('./lookup-remote.ts')
    return await lookUpRemotely(io, server, options, destinations, explain)
  }
  const loaded = needConfig(io, options)
  if (loaded === undefined) return
  const { lookUp, parseLookUpKey } = await import('../outbound/index.ts')
  const nextHops = destinations.map(text => ({ text, nextHop: parseLookUpKey(text) }))
  for (const { text, nextHop } of nextHops) {
    if (nextHop !== undefined) continue
    errLine(io, `${text}: no policy can belong to it; give a domain such as example.com (RFC 8461 §3.4)`)
    io.end(exitCode.usage)
    return
  }
  const eyes = await openEyes(loaded.config)
  try {
    for (const { text, nextHop } of nextHops) {
      if (nextHop === undefined) continue
      const [report, daemon] = await Promise.all([
        lookUp(nextHop, eyes.sources),
        askDaemon(loaded.config, text),
      ])
      if (report.decision.action === 'defer') io.end(exitCode.temporary)
      if (options.json === true) io.out(`${JSON.stringify({ ...report, daemon }, bytesAsHex)}\n`)
      else io.out(formatLookUp(report, daemon, { explain, paint: painter(mayColor(io, options, 'stdout')) }))
    }
  } finally {
    await eyes.close()
  }
}

/** What a lookup by hand looks with: the same resolver and fetcher as the daemon, its database only to read. */
async function openEyes(config: Config) {
  const [{ observeNextHop }, { EventHistory, PolicyStore }, { Store }, { createOutside, outboundSettings }] =
    await Promise.all([
      import('@sternpost/network'),
      import('../outbound/index.ts'),
      import('../store/index.ts'),
      import('../daemon/index.ts'),
    ])
  const { createSteadyClock } = await import('../base/index.ts')
  const clock = createSteadyClock()
  const store = new Store({ dataDir: config.dataDirectory, clock, readOnly: true, onNotice: () => {} })
  await store.open()
  const { dns, fetcher } = createOutside(config, clock.now)
  return {
    sources: {
      dns,
      observe: async (
        lookup: Parameters<typeof observeNextHop>[0],
        nextHop: Parameters<typeof observeNextHop>[1],
      ) => (await observeNextHop(lookup, nextHop)).observation,
      fetchPolicy: (policyDomain: Parameters<typeof fetcher.fetch>[0]) => fetcher.fetch(policyDomain),
      proveValidation: () => dns.proveValidation(),
      policies: new PolicyStore(store, clock),
      history: new EventHistory(store, clock, () => {}),
      settings: outboundSettings(config),
      now: clock.now,
    },
    async close() {
      dns.close()
      await store.close()
    },
  }
}

/** Asks the daemon that this configuration would start, if it runs. */
async function askDaemon(config: Config, destination: string): Promise<DaemonAnswer | undefined> {
  const [listen] = config.outbound.socketmap.listen
  if (listen === undefined) return undefined
  const address: SocketmapAddress =
    listen.kind === 'tcp'
      ? { kind: 'tcp', host: listen.host, port: listen.port }
      : { kind: 'unix', path: listen.path }
  const { askSocketmap } = await import('../outbound/index.ts')
  try {
    const reply = await askSocketmap(address, MAP_ASKED, destination, DAEMON_TIMEOUT_MS)
    return { kind: 'answered', address: listen.text, reply }
  } catch (error) {
    return {
      kind: 'not-running',
      address: listen.text,
      reason: error instanceof Error ? error.message : String(error),
    }
  }
}
