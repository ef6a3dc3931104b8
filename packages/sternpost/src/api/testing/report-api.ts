import { type FastifyInstance, fastify } from 'fastify'
import type { AuditEntry, Principal } from '../../access/index.ts'
import { EventHub } from '../../base/index.ts'
import { createLogger } from '../../log/index.ts'
import { PublishStore } from '../../publish/index.ts'
import { createReportWorld, type ReportWorld } from '../../reports-received/testing/index.ts'
import { contract } from '../contract/index.ts'
import { overviewHandlers } from '../handlers/overview.ts'
import { reportsHandlers } from '../handlers/reports/index.ts'
import { API_PREFIX, registerApi } from '../register-api.ts'
import type { ApiServices } from '../services.ts'

/** Somebody with a session, an admin of everything unless `changes` say otherwise. */
export function somebody(changes: Partial<Principal> = {}): Principal {
  return { kind: 'user', name: 'ada', userId: 1, role: 'admin', domains: 'all', scopes: 'all', ...changes }
}

/** The API of reports on a real database that the real intake fills. */
export interface ReportApi extends AsyncDisposable {
  readonly world: ReportWorld
  readonly audited: AuditEntry[]
  /** Whose requests follow. */
  principal: Principal
  get(path: string): Promise<{ readonly status: number; readonly body: string; json(): never }>
  post(path: string, body: Buffer): Promise<{ readonly status: number; readonly body: string; json(): never }>
}

export async function createReportApi(): Promise<ReportApi> {
  const world = await createReportWorld()
  const log = createLogger({ level: 'silent', format: 'json' }, { isTerminal: false, color: false })
  let version = 0
  const services = {
    version: '0',
    startedAt: 0,
    clock: world.clock,
    store: world.store,
    log,
    events: new EventHub(),
    reportIntake: world.intake,
    publish: { autoAdvance: false, rollout: { publish: new PublishStore(world.store, world.clock) } },
    // Tests store reports behind the back of the API.
    reportsVersion: () => (version += 1),
    health: () => [],
  } as unknown as ApiServices
  const handlers = { ...reportsHandlers(services), ...overviewHandlers(services) }
  const app: FastifyInstance = fastify()
  const audited: AuditEntry[] = []
  registerApi(app, {
    contract: Object.fromEntries(Object.entries(contract).filter(([key]) => key in handlers)),
    handlers,
    gate: {
      identify: async () => ({ kind: 'somebody', principal: api.principal }),
      audit: async entry => void audited.push(entry),
    },
    log,
  })
  await app.ready()
  const api: ReportApi = {
    world,
    audited,
    principal: somebody(),
    async get(path) {
      const response = await app.inject({ method: 'GET', url: API_PREFIX + path })
      return { status: response.statusCode, body: response.body, json: () => response.json() as never }
    },
    async post(path, body) {
      const response = await app.inject({
        method: 'POST',
        url: API_PREFIX + path,
        headers: { 'content-type': 'application/gzip' },
        payload: body,
      })
      return { status: response.statusCode, body: response.body, json: () => response.json() as never }
    },
    async [Symbol.asyncDispose]() {
      await app.close()
      await world[Symbol.asyncDispose]()
    },
  }
  return api
}
