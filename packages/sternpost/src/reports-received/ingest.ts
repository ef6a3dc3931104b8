import { createHash } from 'node:crypto'
import type { DnsLookup } from '@sternpost/network'
import type { TlsReport } from '@sternpost/protocol'
import type { Clock } from '../base/index.ts'
import type { Logger } from '../log/index.ts'
import type { Store } from '../store/index.ts'
import { isTemporary, judgeMail, verifyMail } from './authenticate-mail.ts'
import type { Authentication } from './authentication.ts'
import type { IncomingDocument, UnpackLimits } from './document.ts'
import { IngestGate } from './ingest-gate.ts'
import type { ReadReport } from './ingest-read.ts'
import { readDocument } from './read-document.ts'
import { ReportNotStoredError, ReportStore } from './report-store.ts'
import { toStorableReport } from './report-store-rows.ts'
import type { AcceptedReport, IntakeVerdict } from './verdict.ts'

export interface ReportIntakeOptions {
  readonly store: Store
  readonly clock: Clock
  readonly dns: DnsLookup
  readonly limits: UnpackLimits
  /** Whether a policy domain is one of ours, see `ownDomains`. */
  readonly ourDomains: (domain: string) => boolean
  readonly log: Logger
  /** Read and judge everything, store nothing. Default false. */
  readonly dryRun?: boolean
}

/** Documents looked into at once. */
const MAX_DOCUMENTS = 512
/** How long a mail whose proof hangs on a silent DNS server is put off before its reports are taken without proof. */
const PUT_OFF_MS = 4 * 3_600_000
const MAX_PUT_OFF = 1_000

/**
 * The one door of all reports: takes a document apart, judges who sent it, stores what is a report.
 *
 * Memory is bounded: beyond some hundred documents, or the size they may unpack to, `take` waits. Whoever has many
 * hands over some hundred at a time, as they then share transactions.
 */
export class ReportIntake {
  readonly #options: ReportIntakeOptions
  readonly #gate: IngestGate
  readonly #reports: ReportStore
  /** Since when mails are put off, by a hash of their bytes. */
  readonly #putOffSince = new Map<string, number>()

  constructor(options: ReportIntakeOptions) {
    const { limits } = options
    this.#options = options
    this.#gate = new IngestGate(MAX_DOCUMENTS, 2 * (limits.documentBytes + limits.unpackedBytes))
    this.#reports = new ReportStore(options.store, options.clock, () => this.#gate.admitted)
  }

  /**
   * Takes one document; resolves when all its reports are on disk.
   *
   * Errors: `ReportNotStoredError` where a report could not be stored, or not be judged for now: the document must
   * not be acknowledged, and can be taken again without harm.
   */
  async take(document: IncomingDocument): Promise<IntakeVerdict> {
    const { limits } = this.#options
    const { length } = document.bytes
    const leave = await this.#gate.enter(length + Math.min(limits.unpackedBytes, length * limits.ratio))
    try {
      return await this.#take(document)
    } finally {
      leave()
      this.#reports.lookAgain()
    }
  }

  async #take(document: IncomingDocument): Promise<IntakeVerdict> {
    const found = await readDocument(document, this.#options.limits)
    if (found.kind === 'no-report') return { verdict: 'no-report', reason: found.reason, reports: [] }
    if (found.kind === 'reject')
      return { verdict: 'reject', code: found.code, reason: found.reason, reports: [] }

    const { reports: read, refused, isMail } = found
    const refusal = refused.find(({ verdict }) => verdict === 'reject') ?? refused[0]
    if (read.length === 0)
      return refusal ?? { verdict: 'no-report', reason: 'there is nothing in it', reports: [] }

    const judge = await this.#judgeOf(document, isMail)
    const judged = read.map(one => ({ one, authentication: judge(one) }))
    this.#putOffUnproved(document, judged)
    const reports = await Promise.all(
      judged.map(({ one, authentication }) => this.#accept(document, one, authentication)),
    )
    return {
      verdict: reports.every(report => report.isDuplicate) ? 'duplicate' : 'report',
      reports,
      ...(refusal?.reason === undefined ? {} : { reason: refusal.reason }),
      ...(refusal?.code === undefined ? {} : { code: refusal.code }),
    }
  }

  /** How far reports of this document are to be believed. */
  async #judgeOf(
    document: IncomingDocument,
    isMail: boolean,
  ): Promise<(report: ReadReport) => Authentication> {
    const { channel } = document
    // A mail in a watched folder came from a stranger like any other; only its delivery was somebody else's work.
    if (channel === 'upload') return always('imported', 'uploaded as a file by somebody who signed in')
    if (channel === 'import' || (channel === 'folder' && !isMail))
      return always('imported', 'handed over as a file')
    if (channel === 'https')
      return always('unauthenticated', 'came by HTTPS, where nobody proves who he is (RFC 8460 §5.4)')
    if (!isMail) return always('untrusted', 'no mail that could be signed')
    const mail = await verifyMail(document.bytes, this.#options.dns, document.receivedAt)
    return ({ report, unpacked }) => {
      const { contactInfo } = report
      const submitter = unpacked.context.tlsReportSubmitter
      return judgeMail(mail, {
        ...(contactInfo === undefined ? {} : { contactInfo }),
        ...(submitter === undefined ? {} : { submitter }),
      })
    }
  }

  /**
   * Refuses for now what a working DNS may still prove, as the mail itself is not kept.
   *
   * Errors: `ReportNotStoredError`, for some hours from the first attempt on.
   */
  #putOffUnproved(
    document: IncomingDocument,
    judged: readonly { readonly authentication: Authentication }[],
  ): void {
    if (!judged.some(({ authentication }) => isTemporary(authentication))) return
    const key = createHash('sha256').update(document.bytes).digest('base64')
    const now = this.#options.clock.now()
    const since = this.#putOffSince.get(key)
    if (since !== undefined && now - since >= PUT_OFF_MS) {
      this.#putOffSince.delete(key)
      return
    }
    if (since === undefined) {
      const [oldest] = this.#putOffSince.keys()
      if (oldest !== undefined && this.#putOffSince.size >= MAX_PUT_OFF) this.#putOffSince.delete(oldest)
      this.#putOffSince.set(key, now)
    }
    throw new ReportNotStoredError('the key of its signature cannot be looked up for now')
  }

  async #accept(
    document: IncomingDocument,
    { json, unpacked, report, notes }: ReadReport,
    authentication: Authentication,
  ): Promise<AcceptedReport> {
    const isQuarantined = !this.#isOurs(report, unpacked.context.tlsReportDomain)
    const accepted = { report, notes, authentication, isQuarantined }
    if (this.#options.dryRun === true) return { ...accepted, reportRowId: undefined, isDuplicate: false }
    const storable = toStorableReport({ document, json, report, notes, authentication, isQuarantined })
    const { reportRowId, isDuplicate } = await this.#reports.save(storable)
    if (isQuarantined && !isDuplicate) {
      const { organizationName, reportId } = report
      const domains = storable.policyDomains.slice(0, 10)
      this.#options.log.info({ organizationName, reportId, domains }, 'a report about no domain of ours')
    }
    return { ...accepted, reportRowId, isDuplicate }
  }

  /** A report about one of our domains; under DANE also about an MX host elsewhere, if its mail says for us. */
  #isOurs(report: TlsReport, tlsReportDomain: string | undefined): boolean {
    const { ourDomains } = this.#options
    const { policies } = report
    if (policies.some(({ policyDomain }) => ourDomains(policyDomain ?? ''))) return true
    return (
      tlsReportDomain !== undefined &&
      ourDomains(tlsReportDomain) &&
      policies.every(({ policyType }) => policyType === 'tlsa')
    )
  }
}

function always(trust: Authentication['trust'], reason: string): () => Authentication {
  const authentication = { trust, reason, signatures: [] }
  return () => authentication
}
