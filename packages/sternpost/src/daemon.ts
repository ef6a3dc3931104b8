import { observeNextHop } from '@sternpost/network'
import type { PostfixDialect } from '@sternpost/protocol'
import type { ReportNews } from './api/index.ts'
import { createSteadyClock, EventHub } from './base/index.ts'
import type { LoadedConfig } from './config/index.ts'
import {
  ClockWatch,
  createOutside,
  createPublishOutside,
  dialectOfInstalledPostfix,
  LiveNews,
  type OpenCheckDesk,
  oidcSettings,
  openCheckDesk,
  openPublishDesk,
  openReportDoor,
  outboundSettings,
  type PublishOutside,
  PublishStart,
  publishesDomains,
  ResolverWatch,
  settingsInForce,
  setupLink,
  socketmapListeners,
  wantsPublish,
  wantsReports,
} from './daemon/index.ts'
import type { HealthPart, HttpServer } from './http/index.ts'
import type { Logger } from './log/index.ts'
import { createRegistry } from './metrics/index.ts'
import { Outbound } from './outbound/index.ts'
import type { DocumentIntake, ReportChannels } from './reports-received/index.ts'
import { Store, type StoreNotice } from './store/index.ts'
import { VERSION } from './version.ts'

type GoodConfig = Extract<LoadedConfig, { readonly ok: true }>

export interface DaemonOptions {
  /** The configuration to start with. */
  readonly loaded: GoodConfig
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
  /** The one-time link by which the first admin is made; undefined where there are users. */
  readonly setupUrl: string | undefined
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
  const { log } = options
  const { config } = options.loaded
  const clock = createSteadyClock()
  const inForce = { loaded: options.loaded, readAt: clock.now() }
  const events = new EventHub()
  const news = new LiveNews(events, clock)
  const registry = createRegistry(VERSION)
  const logs = [log]
  const logOf = (room: string) => {
    const child = log.child({ room })
    logs.push(child)
    return child
  }
  const store = new Store({
    dataDir: config.dataDirectory,
    clock,
    onNotice: notice => {
      logStoreNotice(log, notice)
      // Only after the query that found the database well again.
      if (notice.kind === 'state' && notice.state.kind === 'ok')
        setImmediate(() => void outbound.saveWaiting())
    },
  })
  await store.open()

  const { dns, fetcher } = createOutside(config, clock.now, resolvers => {
    log.info({ resolvers }, 'the resolvers changed')
    watch.proveNow()
  })
  const watch = new ResolverWatch({ dns, clock, log, onChange: () => outbound.forgetReplies() })
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
    log: logOf('outbound'),
    registry,
    onEvent: news.outbound,
  })

  let http: HttpServer | undefined
  let setupUrl: string | undefined
  let reports: ReportChannels | undefined
  const reportsLog = logOf('reports-received')
  let reportNews: ReportNews | undefined
  let door: Promise<DocumentIntake> | undefined
  const reportDoor = () =>
    (door ??= openReportDoor({
      ...{ config, store, clock, dns, log: reportsLog },
      onStored: report => reportNews?.add(report),
    }))
  const { env } = options
  let outside: Promise<PublishOutside> | undefined
  const publishOutside = () => (outside ??= createPublishOutside({ config, dns, fetcher, store, clock, env }))
  const publishLog = logOf('publish')
  const publish = new PublishStart({
    start: async () => {
      const { startPublish } = await import('./publish/index.ts')
      return startPublish({
        settings: config.publish,
        ...(await publishOutside()),
        ...{ store, clock, dns, registry },
        random: Math.random,
        log: publishLog,
        onOrder: news.order,
        onDomains: news.domains,
      })
    },
    isWanted: () => publishesDomains(store),
    clock,
    log: publishLog,
  })
  let checks: OpenCheckDesk | undefined
  const clockWatch = new ClockWatch(clock, log)
  const health = (): HealthPart[] => [
    { name: 'outbound', state: 'ok', message: `answers on ${outbound.addresses.join(', ')}` },
    storeHealth(store, outbound),
    watch.health,
    clockWatch.health,
    ...(reports === undefined ? [] : [reportsHealth(reports)]),
    ...publish.health,
  ]
  /** Who takes in first, the database last; what cannot be ended keeps nothing else from it. */
  const endAll = async () => {
    const rooms: readonly (() => unknown)[] = [
      () => checks?.close(),
      () => http?.close(),
      () => publish.close(),
      () => reports?.close(),
      () => outbound.stop(),
      () => dns.close(),
      () => store.close(),
    ]
    for (const end of rooms) {
      try {
        await end()
      } catch (error) {
        log.error({ err: error }, 'a part of the daemon could not be ended in order')
      }
    }
  }
  try {
    await outbound.start()
    if (wantsReports(config)) {
      // Loaded after the socketmap stands, as all that follows, so that Postfix does not wait for it.
      const { startReportsReceived } = await import('./reports-received/index.ts')
      const settings = config.reportsReceived
      const hasHttpServer = config.http.listen !== 'off'
      const intake = await reportDoor()
      reports = await startReportsReceived({ settings, hasHttpServer, store, clock, intake, log: reportsLog })
    }
    if (wantsPublish(config) || (await publishesDomains(store))) await publish.begin()
    publish.watch()
    const { listen } = config.http
    if (listen !== 'off') {
      const [
        { findDashboard, startHttpServer },
        { ReportNews, contract, createHandlers, registerApi },
        { AccessControl, OidcSignIn },
      ] = await Promise.all([
        import('./http/index.ts'),
        import('./api/index.ts'),
        import('./access/index.ts'),
      ])
      const apiLog = logOf('api')
      const arrivals = new ReportNews(events, clock)
      reportNews = arrivals
      checks = await openCheckDesk({
        config,
        store,
        policies: outbound.policies,
        clock,
        log: logOf('check'),
        onChange: news.check,
      })
      const access = new AccessControl({ store, clock, log: logOf('access'), settings: config.access })
      const oidc = oidcSettings(config)
      const publicUrl = () => config.access.publicUrl ?? `http://${http?.address ?? listen.text}`
      const handlers = createHandlers({
        access,
        oidc: oidc === undefined ? undefined : new OidcSignIn({ settings: oidc, users: access.users, clock }),
        publicUrl,
        version: VERSION,
        startedAt: clock.now(),
        clock,
        store,
        log: apiLog,
        events,
        checks: checks.desk,
        configuration: () => ({
          source: inForce.loaded.source,
          readAt: inForce.readAt,
          settings: settingsInForce(options.loaded, inForce.loaded),
        }),
        reportIntake: await reportDoor(),
        reportsVersion: () => arrivals.version,
        publish: await openPublishDesk({
          ...{ config, dns },
          beginPublishing: () => publish.tryToBegin(),
          outside: await publishOutside(),
          store,
          clock,
          log: apiLog,
        }),
        health,
        outbound: {
          outbound,
          daneOffBecause: () => watch.daneOffBecause,
          lookUpSources: {
            dns,
            observe: async (lookup, nextHop) => (await observeNextHop(lookup, nextHop)).observation,
            fetchPolicy: policyDomain => fetcher.fetch(policyDomain),
            proveValidation: () => dns.proveValidation(),
            policies: outbound.policies,
            history: outbound.history,
            now: clock.now,
          },
        },
      })
      http = await startHttpServer({
        listen,
        health,
        metrics: registry,
        log: logOf('http'),
        dashboardDirectory: findDashboard(),
        trustedProxies: config.access.trustedProxies,
        routes: [
          ...(reports?.routes === undefined ? [] : [reports.routes]),
          app => registerApi(app, { contract, handlers, gate: access, log: apiLog }),
        ],
      })
      setupUrl = await setupLink(access, publicUrl(), log)
    }
  } catch (error) {
    await endAll()
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
    setupUrl,
    databaseFile: store.file,
    resolverProved,
    health,
    reload: () => {
      const loaded = reload(options, outbound, logs)
      if (loaded !== undefined) Object.assign(inForce, { loaded, readAt: clock.now() })
    },
    async stop() {
      reportNews?.stop()
      news.stop()
      clockWatch.stop()
      watch.stop()
      await endAll()
    },
  }
}

function reload(options: DaemonOptions, outbound: Outbound, logs: readonly Logger[]): GoodConfig | undefined {
  const { log } = options
  const loaded = options.reload()
  if (!loaded.ok) {
    log.error(
      { source: loaded.source, issues: loaded.issues },
      'the new configuration is bad; the old one stays in force',
    )
    return undefined
  }
  outbound.apply(outboundSettings(loaded.config))
  // A child has a level of its own from the moment it is made.
  for (const each of logs) each.level = loaded.config.log.level
  log.info(
    { source: loaded.source },
    'configuration taken over; addresses, data folder, resolvers, policy fetching, the ways for reports and what is published change with a restart',
  )
  return loaded
}

function storeHealth(store: Store, outbound: Outbound): HealthPart {
  const waiting = outbound.unsavedCount
  const inMemory = waiting === 0 ? '' : `; ${waiting} policies are kept in memory until it can`
  switch (store.state.kind) {
    case 'ok':
      return { name: 'store', state: 'ok', message: `state is kept in ${store.file}${inMemory}` }
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

function reportsHealth({ troubles, addresses, routes }: ReportChannels): HealthPart {
  const faults = troubles()
  if (faults.length > 0) return { name: 'reports', state: 'degraded', message: faults.join('; ') }
  const places = [
    ...(routes === undefined ? [] : ['POST /v1/tlsrpt on the address of the web side']),
    ...addresses,
  ]
  return { name: 'reports', state: 'ok', message: `taken at ${places.join(', ')}` }
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
