import { randomBytes } from 'node:crypto'
import type { DomainName } from '@sternpost/protocol'
import pLimit from 'p-limit'
import type { Clock } from '../../base/index.ts'
import type { Logger } from '../../log/index.ts'
import type { AssessmentContext } from '../assess/index.ts'
import type { CheckOptions } from '../check-domain.ts'
import type { CheckResult } from '../check-result.ts'
import type { CheckArchive, KeptCheck } from './check-archive.ts'
import type { CheckNews, CheckWish } from './check-news.ts'
import { RequestBudget } from './request-budget.ts'
import { RunningCheck } from './running-check.ts'

export interface CheckDeskOptions {
  readonly archive: CheckArchive
  readonly clock: Clock
  readonly log: Logger
  readonly check: (domain: DomainName, options: CheckOptions) => Promise<CheckResult>
  /** What is known of a domain here: its policies of before, reports about it. */
  readonly contextOf: (domain: DomainName) => Promise<AssessmentContext>
  /** Results that are kept at most. */
  readonly keepResults: number
  /** Told when a check is waiting, runs, or has ended. */
  readonly onChange: (check: KeptCheck) => void
}

export type CheckAcceptance =
  | { readonly ok: true; readonly check: KeptCheck }
  | {
      readonly ok: false
      readonly reason: 'queue-full' | 'too-many' | 'not-kept'
      readonly retryAfterSeconds: number
    }

/** Each connects to every MX host of a domain. */
const MAX_RUNNING = 4
const MAX_WAITING = 64

/** Takes checks in, runs some at a time, tells what they see and keeps what came of them. */
export class CheckDesk {
  readonly #options: CheckDeskOptions
  readonly #limit = pLimit(MAX_RUNNING)
  readonly #running = new Map<string, RunningCheck>()
  readonly #budget: RequestBudget
  readonly #stop = new AbortController()
  readonly #work = new Set<Promise<void>>()

  constructor(options: CheckDeskOptions) {
    this.#options = options
    this.#budget = new RequestBudget(options.clock)
  }

  /** Tells of those that a crash or a restart ended. */
  async start(): Promise<void> {
    await this.#options.archive.interrupt()
  }

  /** Accepts a check; one of the same domain with the same wishes that is under way stands for it. */
  async request(wish: CheckWish): Promise<CheckAcceptance> {
    const same = [...this.#running.values()].find(running => running.isFor(wish))
    if (same !== undefined) return { ok: true, check: same.kept }
    const { archive, clock } = this.#options
    if (this.#limit.pendingCount >= MAX_WAITING)
      return { ok: false, reason: 'queue-full', retryAfterSeconds: 30 }
    const waitSeconds = this.#budget.take(wish.countedFor)
    if (waitSeconds > 0) return { ok: false, reason: 'too-many', retryAfterSeconds: waitSeconds }
    const running = new RunningCheck(wish, randomBytes(12).toString('base64url'), clock.now())
    const { checkId } = running.kept
    this.#running.set(checkId, running)
    if (!(await archive.add(running.kept))) {
      this.#running.delete(checkId)
      running.end('interrupted', clock.now())
      return { ok: false, reason: 'not-kept', retryAfterSeconds: 60 }
    }
    const work = this.#limit(() => this.#run(running)).finally(() => this.#work.delete(work))
    this.#work.add(work)
    this.#options.onChange(running.kept)
    return { ok: true, check: running.kept }
  }

  /** A check by its id, whether it runs or ended long ago. */
  async find(checkId: string): Promise<KeptCheck | undefined> {
    return this.#running.get(checkId)?.kept ?? (await this.#options.archive.find(checkId))
  }

  get archive(): Pick<CheckArchive, 'page' | 'result'> {
    return this.#options.archive
  }

  /** What a check that is under way tells, from its beginning or after some events; undefined for any other. */
  watch(checkId: string, signal: AbortSignal, after = 0): AsyncGenerator<CheckNews, void, void> | undefined {
    return this.#running.get(checkId)?.watch(signal, after)
  }

  /** Ends what runs; it is kept as interrupted. */
  async stop(): Promise<void> {
    this.#stop.abort()
    for (const running of this.#running.values()) running.end('interrupted', this.#options.clock.now())
    await Promise.all(this.#work)
    await this.#options.archive.interrupt()
  }

  async #run(running: RunningCheck): Promise<void> {
    const { archive, check, contextOf, clock, keepResults, log, onChange } = this.#options
    const { domain, input, timeoutMs, rcpt } = running.wish
    const { checkId } = running.kept
    if (this.#stop.signal.aborted) return
    try {
      running.begin()
      onChange(running.kept)
      const result = await check(domain, {
        input,
        timeoutMs,
        rcpt,
        context: await contextOf(domain),
        signal: this.#stop.signal,
        onProgress: progress => running.tell(progress),
      })
      if (this.#stop.signal.aborted) return
      // Durable before it is told: whoever hears that it is finished asks for it at once.
      const isKept = await archive.finish(checkId, result, keepResults)
      running.end(isKept ? 'finished' : 'interrupted', clock.now(), isKept ? result : undefined)
    } catch (error) {
      log.error({ err: error, domain }, 'a check failed by a mistake of Sternpost')
      running.end('interrupted', clock.now())
      await archive.interrupt(checkId)
    } finally {
      this.#running.delete(checkId)
      onChange(running.kept)
    }
  }
}
