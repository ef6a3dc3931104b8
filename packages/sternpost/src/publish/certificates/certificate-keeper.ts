import type { Clock } from '../../base/index.ts'
import type { Logger } from '../../log/index.ts'
import { askRenewalAdvice } from './ask-renewal-advice.ts'
import type { CertificateFiles } from './certificate-files.ts'
import { CertificateFault } from './certificate-issues.ts'
import type { CertificateOrderRow, CertificateRow } from './certificate-store.ts'
import { type ObtainOptions, obtainCertificate } from './obtain-certificate.ts'
import { renewalTime, retryDelay } from './renewal-schedule.ts'

export interface CertificateKeeperOptions extends Omit<ObtainOptions, 'wait' | 'onFault' | 'now'> {
  readonly clock: Clock
  readonly random: () => number
  readonly log: Logger
  readonly files: CertificateFiles
  /** Really waits, whatever the clock says: for an authority that is at work. */
  readonly sleep: (milliseconds: number) => Promise<void>
  /** The part of a certificate's life after which it is renewed. */
  readonly renewAfter: number
  /** Orders under way at one time. */
  readonly concurrency: number
  readonly onOutcome: (host: string, result: 'issued' | CertificateFault['code']) => void
}

/** How long nobody else takes a host; held on to while an order is under way. */
const CLAIM_MS = 120_000
/** A new certificate's authority is asked for advice only when it can have some. */
const FIRST_ADVICE_MS = 3_600_000
/** How long a host waits at least whose authority is left alone. */
const PUT_OFF_MS = 30_000
/** An order that fails so often may itself be what is wrong. */
const TRIES_PER_ORDER = 4
/** However long an authority wants a host to wait. */
const LONGEST_WAIT_SECONDS = 7 * 86_400
/** How long what is under way may take when the program ends. */
const STOP_GRACE_MS = 3_000
/** A certificate in a file is looked at again so often, should it stop to be renewed. */
const FILE_LOOK_MS = 6 * 3_600_000

/**
 * Orders and renews certificates in the background, a few at a time, each when it is due.
 *
 * Nothing here is waited for by anybody. What fails keeps the certificate that is there and waits longer each time.
 */
export class CertificateKeeper {
  readonly #options: CertificateKeeperOptions
  readonly #running = new Map<string, Promise<void>>()
  #filling: Promise<void> | undefined
  #stopped = false

  constructor(options: CertificateKeeperOptions) {
    this.#options = options
  }

  /** Orders under way. */
  get runningCount(): number {
    return this.#running.size
  }

  /** Begins with what is due, as far as there is room, and asks for advice on renewals. */
  async runRound(): Promise<void> {
    await this.#fill()
    await askRenewalAdvice({ ...this.#options, isStopped: () => this.#stopped })
  }

  /** Works until nothing is due. */
  async runAll(): Promise<void> {
    while (!this.#stopped) {
      await this.runRound()
      if (this.#running.size > 0) await Promise.race(this.#running.values())
      else if ((await this.#options.store.due(1, [])).length === 0) return
    }
  }

  /** Begins with nothing new and waits a little for what is under way; the next start goes on with it. */
  async stop(): Promise<void> {
    this.#stopped = true
    const ended = Promise.all(this.#running.values())
    await Promise.race([ended, this.#options.sleep(STOP_GRACE_MS)])
    for (const authority of this.#options.authorities) authority.close()
    await ended
  }

  /** One at a time, so that no two give the same room away. */
  async #fill(): Promise<void> {
    this.#filling ??= this.#fillOnce().finally(() => {
      this.#filling = undefined
    })
    await this.#filling
  }

  async #fillOnce(): Promise<void> {
    const room = this.#options.concurrency - this.#running.size
    if (room <= 0 || this.#stopped) return
    const due = await this.#options.store.due(room, [...this.#running.keys()])
    for (const host of due) {
      if (this.#running.has(host) || this.#stopped) continue
      const work = this.#workOn(host)
        .catch((error: unknown) => this.#options.log.error({ err: error, host }, 'an order failed'))
        .finally(() => {
          this.#running.delete(host)
          if (!this.#stopped) void this.#fill().catch(() => {})
        })
      this.#running.set(host, work)
    }
  }

  async #workOn(host: string): Promise<void> {
    const { store, clock, files } = this.#options
    const row = await store.claim(host, CLAIM_MS)
    // Another process was faster.
    if (row === undefined) return
    const current = await store.certificate(host)
    const file = await files.find(host)
    if (file !== undefined && file.notAfter > clock.now()) {
      await store.release(host, { next_try_at: Math.min(clock.now() + FILE_LOOK_MS, file.notAfter) })
      return
    }
    try {
      await this.#take(row, current)
    } catch (error) {
      await this.#failed(row, current, error)
    }
  }

  async #take(row: CertificateOrderRow, current: CertificateRow | undefined): Promise<void> {
    const { store, clock, sleep, log, random, renewAfter, onOutcome } = this.#options
    const { host } = row
    const obtained = await obtainCertificate(row, current, {
      ...this.#options,
      now: clock.now,
      wait: async milliseconds => {
        await sleep(milliseconds)
        if (this.#stopped) throw new CertificateFault('certificate/order-slow', 'the daemon is being stopped')
        if ((await store.claim(host, CLAIM_MS)) === undefined)
          throw new CertificateFault('certificate/order-slow', 'another process went on with the order')
      },
      onFault: ({ settings: { name } }, { code, message }) =>
        log[code === 'certificate/budget-spent' ? 'debug' : 'warn'](
          { host, authority: name, code, reason: message },
          'no certificate came',
        ),
    })
    const { notBefore, notAfter } = obtained
    const issuedAt = clock.now()
    const renewAt = renewalTime({ notBefore, notAfter }, issuedAt, renewAfter, random)
    await store.keepCertificate(
      {
        host,
        chain_pem: obtained.chainPem,
        key_pem: obtained.keyPem,
        not_before: notBefore,
        not_after: notAfter,
        directory_url: obtained.authority.settings.directoryUrl,
        issued_at: issuedAt,
      },
      renewAt,
      issuedAt + FIRST_ADVICE_MS,
    )
    await obtained.authority.budget.wentWell()
    onOutcome(host, 'issued')
    log.info(
      { host, authority: obtained.authority.settings.name, notAfter: new Date(notAfter).toISOString() },
      current === undefined ? 'a certificate came' : 'a certificate was renewed',
    )
  }

  async #failed(
    row: CertificateOrderRow,
    current: CertificateRow | undefined,
    error: unknown,
  ): Promise<void> {
    const { store, clock, random, log, onOutcome } = this.#options
    if (!(error instanceof CertificateFault)) log.error({ err: error, host: row.host }, 'an order failed')
    // A fault of ours waits as long as one of others: it must not order again and again.
    const fault =
      error instanceof CertificateFault
        ? error
        : new CertificateFault('certificate/order-invalid', `the order failed here: ${String(error)}`)
    const { code, message, retryAfterSeconds = 0 } = fault
    const now = clock.now()
    if (this.#stopped) {
      await store.release(row.host, {})
      return
    }
    onOutcome(row.host, code)
    // An authority that is left alone, or an hour's orders that are spent, is nothing the host did wrong.
    const isPutOff = code === 'certificate/budget-spent'
    const failures = row.failures + (isPutOff ? 0 : 1)
    if (!isPutOff && failures % TRIES_PER_ORDER === 0) await store.keepOrder(row.host, undefined)
    const leftMs = current === undefined ? undefined : Math.max(0, Number(current.not_after) - now)
    const askedMs = Math.min(retryAfterSeconds, LONGEST_WAIT_SECONDS) * 1000 * (1 + 0.1 * random())
    const delay = isPutOff ? PUT_OFF_MS * (1 + random()) : retryDelay(failures, code, leftMs, random)
    const nextTryAt = now + Math.max(delay, askedMs)
    await store.release(row.host, {
      next_try_at: Math.round(nextTryAt),
      ...(isPutOff && row.last_error !== null
        ? {}
        : { failures, last_tried_at: now, last_error: code, last_error_message: message.slice(0, 1000) }),
    })
    log[current === undefined && !isPutOff ? 'info' : 'debug'](
      { host: row.host, code, reason: message, nextTryAt: new Date(nextTryAt).toISOString() },
      'a certificate is tried again later',
    )
  }
}
