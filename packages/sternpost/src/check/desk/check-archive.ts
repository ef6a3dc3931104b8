import { promisify } from 'node:util'
import { deflateRaw, inflateRaw } from 'node:zlib'
import type { Selectable } from 'kysely'
import type { Clock } from '../../base/index.ts'
import type { CheckTable, Store } from '../../store/index.ts'
import type { CheckResult, FindingCounts } from '../check-result.ts'
import type { Severity } from '../finding.ts'
import { parseSavedResult } from '../saved/index.ts'

/** A check in a few words. Times in milliseconds since 1970. */
export interface KeptCheck {
  readonly checkId: string
  readonly domain: string
  readonly input: string
  readonly state: CheckTable['state']
  readonly requestedAt: number
  readonly requestedBy: string
  readonly finishedAt: number | undefined
  readonly worst: Severity | undefined
  readonly summary: FindingCounts | undefined
}

export interface CheckFilter {
  readonly domain?: string | undefined
  /** Only of these; all without. */
  readonly domains?: ReadonlySet<string> | undefined
}

export interface CheckPosition {
  readonly requestedAt: number
  readonly checkId: string
}

const pack = promisify(deflateRaw)
const unpack = promisify(inflateRaw)

/** No result is larger: lists and texts are bounded where they are made. */
const MAX_RESULT_BYTES = 64 * 1024 * 1024
/** Domains that are asked for in one query; SQLite allows 32,766 bound values. */
const MAX_DOMAINS = 10_000

const columns = [
  'check_id',
  'domain',
  'input',
  'state',
  'requested_at',
  'requested_by',
  'finished_at',
  'worst',
  'summary',
] as const

/** The checks asked for by the web side, kept with their results. */
export class CheckArchive {
  readonly #store: Store
  readonly #clock: Clock

  constructor(store: Store, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** @returns whether it is durable. */
  async add(
    check: Pick<KeptCheck, 'checkId' | 'domain' | 'input' | 'requestedAt' | 'requestedBy'>,
  ): Promise<boolean> {
    return await this.#store.write(db =>
      db
        .insertInto('checks')
        .values({
          check_id: check.checkId,
          domain: check.domain,
          input: check.input,
          state: 'waiting',
          requested_at: check.requestedAt,
          requested_by: check.requestedBy,
          finished_at: null,
          worst: null,
          summary: null,
          result: null,
          result_encoding: null,
        })
        .execute(),
    )
  }

  /** Keeps a result, and only the newest `keep` checks. @returns whether it is durable. */
  async finish(checkId: string, result: CheckResult, keep: number): Promise<boolean> {
    const bytes = await pack(JSON.stringify(result))
    return await this.#store.write(db =>
      db.transaction().execute(async transaction => {
        await transaction
          .updateTable('checks')
          .set({
            state: 'finished',
            finished_at: this.#clock.now(),
            worst: result.worst,
            summary: JSON.stringify(result.summary),
            result: bytes,
            result_encoding: 'deflate-raw',
          })
          .where('check_id', '=', checkId)
          .execute()
        await transaction
          .deleteFrom('checks')
          .where('check_id', 'in', query =>
            query
              .selectFrom('checks')
              .select('check_id')
              .orderBy('requested_at', 'desc')
              .orderBy('check_id', 'desc')
              .limit(1_000)
              .offset(keep),
          )
          .execute()
      }),
    )
  }

  /** Notes that checks ended without a result; without ids, all that are not finished. */
  async interrupt(checkId?: string): Promise<void> {
    await this.#store.write(db => {
      const query = db
        .updateTable('checks')
        .set({ state: 'interrupted', finished_at: this.#clock.now() })
        .where('state', 'in', ['waiting', 'running'])
      return (checkId === undefined ? query : query.where('check_id', '=', checkId)).execute()
    })
  }

  async find(checkId: string): Promise<KeptCheck | undefined> {
    const row = await this.#store.read(db =>
      db.selectFrom('checks').select(columns).where('check_id', '=', checkId).executeTakeFirst(),
    )
    return row === undefined ? undefined : fromRow(row)
  }

  /** The whole result; undefined where there is none, or none that can be read. */
  async result(checkId: string): Promise<CheckResult | undefined> {
    const row = await this.#store.read(db =>
      db.selectFrom('checks').select('result').where('check_id', '=', checkId).executeTakeFirst(),
    )
    if (row === undefined || row.result === null) return undefined
    const text = await unpack(row.result, { maxOutputLength: MAX_RESULT_BYTES })
    const parsed = parseSavedResult(text.toString('utf8'))
    return parsed.ok ? parsed.result : undefined
  }

  /** A page of checks, the newest first. */
  async page(filter: CheckFilter, limit: number, after?: CheckPosition): Promise<KeptCheck[]> {
    const { domain, domains } = filter
    const rows = await this.#store.read(db => {
      let query = db
        .selectFrom('checks')
        .select(columns)
        .orderBy('requested_at', 'desc')
        .orderBy('check_id', 'desc')
        .limit(limit)
      if (domain !== undefined) query = query.where('domain', '=', domain)
      if (domains !== undefined) query = query.where('domain', 'in', [...domains].slice(0, MAX_DOMAINS))
      if (after !== undefined)
        query = query.where(where =>
          where.or([
            where('requested_at', '<', after.requestedAt),
            where.and([where('requested_at', '=', after.requestedAt), where('check_id', '<', after.checkId)]),
          ]),
        )
      return query.execute()
    })
    return (rows ?? []).map(fromRow)
  }
}

function fromRow(row: Pick<Selectable<CheckTable>, (typeof columns)[number]>): KeptCheck {
  return {
    checkId: row.check_id,
    domain: row.domain,
    input: row.input,
    state: row.state,
    requestedAt: Number(row.requested_at),
    requestedBy: row.requested_by,
    finishedAt: row.finished_at === null ? undefined : Number(row.finished_at),
    worst: (row.worst ?? undefined) as Severity | undefined,
    summary: row.summary === null ? undefined : (JSON.parse(row.summary) as FindingCounts),
  }
}
