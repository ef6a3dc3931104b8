import { readFileSync } from 'node:fs'
import { getCACertificates } from 'node:tls'
import { createDnsClient, createPolicyFetcher, type DnsClient, observeNextHop } from '@sternpost/network'
import type { PostfixDialect } from '@sternpost/protocol'
import { createSteadyClock, type SteadyClock } from './base/index.ts'
import type { Config, LoadedConfig } from './config/index.ts'
import { ClockWatch, dialectOfInstalledPostfix, ResolverWatch, socketmapListeners } from './daemon/index.ts'
import type { HealthPart, HttpServer } from './http/index.ts'
import type { Logger } from './log/index.ts'
import { createRegistry } from './metrics/index.ts'
import { Outbound, type OutboundSettings, Overrides } from './outbound/index.ts'
import { Store, type StoreNotice } from './store/index.ts'
import { VERSION } from './version.ts'

export interface DaemonOptions {
  readonly config: Config
  /** Reads the configuration again, for SIGHUP. */
  readonly reload: () => LoadedConfig
  readonly log: Logger
  readonly env: Readonly<Record<string, string | undefined>>
}

/** The daemon at work. */
export interface RunningDaemon {
  readonly socketmapAddresses: readonly string[]
  /** Undefined where `http.listen` is off. */
  readonly httpAddress: string | undefined
  /** The database's file. */
  readonly databaseFile: string
  /** Settles when the resolver has been put to the proof for the first time. */
  readonly resolverProved: Promise<void>
  health(): readonly HealthPart[]
  /** Takes over what can be changed while running; a broken configuration changes nothing. */
  reload(): void
  stop(): Promise<void>
}

/**
 * Joins the rooms and starts them.
 *
 * Errors: `ListenError` where an address cannot be had; everything else that can be missing (resolver, disk) is
 * reported as health and waited for.
 */
export async function startDaemon(options: DaemonOptions): Promise<RunningDaemon> {
  const { config, log } = options
  const clock = createSteadyClock()
  const registry = createRegistry(VERSION)
  const store = new Store({
    dataDir: config.dataDirectory,
    clock,
    onNotice: notice => logStoreNotice(log, notice),
  })
  await store.open()

  const dns = createDnsClient({
    ...(config.dns.resolvers.length > 0 ? { servers: config.dns.resolvers } : {}),
    resolvConfPath: config.dns.resolvConf,
    trustAd: config.dns.trustAd,
    timeoutsMs: [config.dns.timeoutSeconds * 1000],
    signedName: config.dns.signedName,
    bogusNames: [config.dns.bogusName],
    onResolversChanged: resolvers => {
      log.info({ resolvers }, 'the resolvers changed')
      watch.proveNow()
    },
    now: clock.now,
  })
  const watch = new ResolverWatch({ dns, clock, log, onChange: () => outbound.forgetReplies() })
  const fetcher = createPolicyFetcher(fetcherOptions(config, dns, clock))
  let dialect: PostfixDialect = 'plain'
  const outbound = new Outbound({
    settings: outboundSettings(config),
    listeners: socketmapListeners(config.outbound.socketmap, options.env),
    maxConnections: config.outbound.socketmap.maxConnections,
    idleTimeoutMs: config.outbound.socketmap.idleTimeoutSeconds * 1000,
    replyBytes: config.outbound.cache.replyBytes,
    autoDialect: () => dialect,
    dns,
    observe: nextHop => observeNextHop(dns, nextHop),
    fetchPolicy: policyDomain => fetcher.fetch(policyDomain),
    daneOffBecause: () => watch.daneOffBecause,
    store,
    clock,
    random: Math.random,
    log: log.child({ room: 'outbound' }),
    registry,
  })

  let http: HttpServer | undefined
  const clockWatch = new ClockWatch(clock, log)
  const health = (): HealthPart[] => [
    { name: 'outbound', state: 'ok', message: `answers on ${outbound.addresses.join(', ')}` },
    storeHealth(store, outbound),
    watch.health,
    clockWatch.health,
  ]
  try {
    await outbound.start()
    const { listen } = config.http
    if (listen !== 'off') {
      // Loaded after the socketmap stands, so that Postfix does not wait for the web side.
      const { startHttpServer } = await import('./http/index.ts')
      http = await startHttpServer({ listen, health, metrics: registry, log: log.child({ room: 'http' }) })
    }
  } catch (error) {
    await outbound.stop()
    dns.close()
    await store.close()
    throw error
  }
  clockWatch.start()
  const resolverProved = watch.start()
  void dialectOfInstalledPostfix().then(found => {
    dialect = found
  })

  return {
    socketmapAddresses: outbound.addresses,
    httpAddress: http?.address,
    databaseFile: store.file,
    resolverProved,
    health,
    reload: () => reload(options, outbound),
    async stop() {
      clockWatch.stop()
      watch.stop()
      await http?.close()
      await outbound.stop()
      dns.close()
      await store.close()
    },
  }
}

function reload(options: DaemonOptions, outbound: Outbound): void {
  const { log } = options
  const loaded = options.reload()
  if (!loaded.ok) {
    log.error(
      { source: loaded.source, issues: loaded.issues },
      'the new configuration is bad; the old one stays in force',
    )
    return
  }
  outbound.apply(outboundSettings(loaded.config))
  log.level = loaded.config.log.level
  log.info(
    { source: loaded.source },
    'configuration taken over; addresses, data folder, resolvers and policy fetching change with a restart',
  )
}

function outboundSettings(config: Config): OutboundSettings {
  const { outbound } = config
  return {
    dryRun: outbound.dryRun,
    answerBudgetMs: outbound.answerBudgetSeconds * 1000,
    whileFetching: outbound.whileFetching,
    afterFailure: outbound.afterFailure,
    refreshIntervalMs: outbound.refreshIntervalSeconds * 1000,
    retryAfterFailureMs: outbound.retryAfterFailureSeconds * 1000,
    maxDomains: outbound.cache.maxDomains,
    overrides: new Overrides(
      outbound.overrides.map(override => ({
        domain: override.domain,
        override,
        expiresAt: override.expiresAt,
      })),
    ),
  }
}

function fetcherOptions(config: Config, dns: DnsClient, clock: SteadyClock) {
  const { policyFetch } = config.outbound
  const { caFile, proxy } = policyFetch
  return {
    dns,
    now: clock.now,
    port: policyFetch.port,
    totalTimeoutMs: policyFetch.timeoutSeconds * 1000,
    idleTimeoutMs: policyFetch.idleTimeoutSeconds * 1000,
    allowAddresses: policyFetch.allowAddresses,
    ...(proxy === undefined ? {} : { proxy }),
    ...(caFile === undefined ? {} : { ca: [...getCACertificates('default'), readFileSync(caFile, 'utf8')] }),
  }
}

function storeHealth(store: Store, outbound: Outbound): HealthPart {
  const waiting = outbound.unsavedCount
  const inMemory = waiting === 0 ? '' : `; ${waiting} policies are kept in memory until it can`
  switch (store.state.kind) {
    case 'ok':
      return { name: 'store', state: 'ok', message: `state is kept in ${store.file}` }
    case 'not-writable':
      return {
        name: 'store',
        state: 'degraded',
        message: `${store.file} cannot be written: ${store.state.reason}${inMemory}`,
      }
    case 'unavailable':
      return {
        name: 'store',
        state: 'degraded',
        message: `${store.file} cannot be used: ${store.state.reason}; serving from memory${inMemory}`,
      }
  }
}

function logStoreNotice(log: Logger, notice: StoreNotice): void {
  if (notice.kind === 'replaced') {
    const { keptAs, salvagedRows, reason } = notice
    log.error(
      { keptAs, salvagedRows, reason },
      'the database was corrupt and has been replaced; what could be read of it was taken over',
    )
  } else if (notice.state.kind === 'ok') log.info('the database can be written again')
  else
    log.error(
      { reason: notice.state.reason },
      'the database cannot be written; serving from memory and trying again',
    )
}
