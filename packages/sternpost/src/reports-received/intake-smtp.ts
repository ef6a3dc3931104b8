import { hostname } from 'node:os'
import type { SMTPServerAddress, SMTPServerDataStream, SMTPServerSession } from 'smtp-server'
import { SMTPServer } from 'smtp-server'
import { sourceOf } from '../base/index.ts'
import type { Logger } from '../log/index.ts'
import type { IntakeBudget } from './intake-budget.ts'
import { type CertificateFiles, readCertificate, watchCertificate } from './intake-certificate.ts'
import { type DocumentIntake, verdictLine } from './intake-document.ts'
import { bindListener, IntakeListenError, type IntakeListener } from './intake-smtp-listen.ts'
import { matchRecipient } from './intake-smtp-recipient.ts'
import { RateLimit } from './rate-limit.ts'
import type { IntakeVerdict } from './verdict.ts'

/** Silence after which a connection ends (RFC 5321 §4.5.3.2.7 asks for 5 minutes). */
const IDLE_TIMEOUT_MS = 300_000
/** However busy it looks: who drips bytes does not keep a place. */
const CONNECTION_LIFETIME_MS = 1_200_000
const CLOSE_TIMEOUT_MS = 3_000
const MAX_RECIPIENTS = 100
/** What one source may have open at least; a relay of our own opens some twenty at once. */
const MIN_CONNECTIONS_PER_SOURCE = 20

export interface SmtpIntakeOptions {
  readonly intake: DocumentIntake
  readonly budget: IntakeBudget
  readonly listeners: readonly IntakeListener[]
  /** The only recipients: `a@example.com`, or `@example.com` for all of a domain. */
  readonly recipients: readonly string[]
  /** Default false: SMTP. */
  readonly lmtp?: boolean
  /** Default: the name of the machine. */
  readonly hostname?: string
  /** With it STARTTLS is offered. */
  readonly certificate?: CertificateFiles
  readonly certificateLookEveryMs?: number
  readonly maxMessageBytes: number
  readonly maxConnections: number
  /** Mails from one source. */
  readonly maxPerMinute: number
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly log: Logger
}

export interface RunningSmtpIntake {
  /** Where it listens in truth: `127.0.0.1:2525`, `unix:/path`. */
  readonly addresses: readonly string[]
  close(): Promise<void>
}

/**
 * Takes mail with reports and nothing else: it relays nothing, signs nobody in, and sends no mail, so that no loop
 * of reports about reports can begin here.
 *
 * Shape: 250 once the report is on disk, also where it was there already; 451 where it could not be stored for now.
 * Mail without a report is refused with 554 while its sender is still there to be told: taking it would lose a
 * human's letter without a word, and the null sender of bounces keeps refusals from going round in circles.
 * Errors: `ListenError`.
 */
export async function startSmtpIntake(options: SmtpIntakeOptions): Promise<RunningSmtpIntake> {
  const { certificate, log } = options
  const pair =
    certificate &&
    (await readCertificate(certificate).catch(error => {
      throw new IntakeListenError(error, options.listeners[0], 'reportsReceived.smtp.certFile')
    }))
  const desk = new SmtpDesk(options)
  const servers: SMTPServer[] = []
  const addresses: string[] = []
  const close = async () => {
    stopWatching()
    await Promise.all(servers.map(server => new Promise<void>(resolve => server.close(() => resolve()))))
  }
  const stopWatching =
    certificate === undefined
      ? () => {}
      : watchCertificate({
          ...certificate,
          ...(options.certificateLookEveryMs === undefined
            ? {}
            : { lookEveryMs: options.certificateLookEveryMs }),
          onChange: renewed => {
            for (const server of servers) server.updateSecureContext(renewed)
            log.info({ certFile: certificate.certFile }, 'the certificate for mailed reports was renewed')
          },
          onTrouble: err => log.error({ err }, 'the new certificate for mailed reports cannot be used'),
        })
  try {
    for (const listener of options.listeners) {
      const server = new SMTPServer({
        name: options.hostname ?? hostname(),
        lmtp: options.lmtp === true,
        ...(pair ?? {}),
        disabledCommands: pair === undefined ? ['AUTH', 'STARTTLS'] : ['AUTH'],
        authOptional: true,
        disableReverseLookup: true,
        size: options.maxMessageBytes,
        maxClients: options.maxConnections,
        maxRecipients: MAX_RECIPIENTS,
        maxCommandLength: 4096,
        socketTimeout: IDLE_TIMEOUT_MS,
        closeTimeout: CLOSE_TIMEOUT_MS,
        logger: false,
        onConnect: (session, callback) => callback(desk.connect(session)),
        onClose: session => desk.disconnect(session),
        onMailFrom: (_address, session, callback) => callback(desk.mailFrom(session)),
        onRcptTo: (address, _session, callback) => callback(desk.recipient(address)),
        onData: (stream, session, callback) => {
          const cut = () => {
            for (const connection of server.connections)
              if (connection.session === session) connection.close()
          }
          desk.data(stream, session, cut).then(
            text => callback(null, text),
            error => callback(error),
          )
        },
      })
      // A stranger's broken connection is nobody's error; the server goes on.
      server.on('error', err => log.debug({ err }, 'a mail connection broke'))
      server.server.on('connection', socket => {
        const lifetime = setTimeout(() => socket.destroy(), CONNECTION_LIFETIME_MS)
        lifetime.unref()
        socket.once('close', () => clearTimeout(lifetime))
      })
      addresses.push(await bindListener(server.server, listener))
      servers.push(server)
    }
  } catch (error) {
    await close()
    throw error
  }
  return { addresses, close }
}

/** What is answered to each command of all connections together. */
class SmtpDesk {
  readonly #options: SmtpIntakeOptions
  readonly #rate: RateLimit
  readonly #open = new Map<string, number>()
  readonly #sourceOfSession = new Map<string, string>()

  constructor(options: SmtpIntakeOptions) {
    this.#options = options
    this.#rate = new RateLimit({ perMinute: options.maxPerMinute, now: () => performance.now() })
  }

  connect(session: SMTPServerSession): Error | null {
    const source = sourceOf(session.remoteAddress)
    const count = this.#open.get(source) ?? 0
    const most = Math.max(MIN_CONNECTIONS_PER_SOURCE, Math.floor(this.#options.maxConnections / 4))
    if (count >= most) return reply(421, '4.7.0 too many connections from this address')
    this.#open.set(source, count + 1)
    this.#sourceOfSession.set(session.id, source)
    return null
  }

  disconnect(session: SMTPServerSession): void {
    const source = this.#sourceOfSession.get(session.id)
    if (source === undefined) return
    this.#sourceOfSession.delete(session.id)
    const left = (this.#open.get(source) ?? 1) - 1
    if (left === 0) this.#open.delete(source)
    else this.#open.set(source, left)
  }

  mailFrom(session: SMTPServerSession): Error | null {
    const waitSeconds = this.#rate.take(session.remoteAddress)
    return waitSeconds === 0
      ? null
      : reply(451, `4.7.1 too much mail from this address; in ${waitSeconds} s again`)
  }

  recipient({ address }: SMTPServerAddress): Error | null {
    if (matchRecipient(address, this.#options.recipients)) return null
    return reply(550, '5.1.1 only reports are taken here, and not for this recipient')
  }

  /** Answers the text for 250. Errors: with `responseCode`, as the server says it to the client. */
  async data(stream: SMTPServerDataStream, session: SMTPServerSession, cut: () => void): Promise<string> {
    const { intake, log, maxMessageBytes, now } = this.#options
    const account = this.#options.budget.open()
    try {
      const bytes = await this.#read(stream, account, cut)
      const recipient = session.envelope.rcptTo[0]?.address
      const verdict = await intake
        .take({
          channel: 'smtp',
          bytes,
          sourceAddress: session.remoteAddress,
          receivedAt: now(),
          ...(recipient === undefined ? {} : { recipient }),
        })
        .catch(err => {
          log.warn({ err, source: session.remoteAddress }, 'a mailed report is put off')
          throw reply(451, '4.3.0 the report could not be stored for now')
        })
      return this.#answer(verdict, session)
    } catch (error) {
      if (isReply(error)) throw error
      log.error({ err: error, maxMessageBytes }, 'a mail could not be taken')
      throw reply(451, '4.3.0 the mail could not be taken for now')
    } finally {
      account.close()
    }
  }

  async #read(
    stream: SMTPServerDataStream,
    account: ReturnType<IntakeBudget['open']>,
    cut: () => void,
  ): Promise<Uint8Array> {
    const { maxMessageBytes } = this.#options
    const chunks: Buffer[] = []
    let isBusy = false
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (stream.sizeExceeded || isBusy) {
        // The answer is due after the end; who goes on and on does not hear it.
        if (stream.byteLength > 2 * maxMessageBytes) cut()
        chunks.length = 0
        account.close()
        continue
      }
      isBusy = !account.grow(chunk.length)
      if (!isBusy) chunks.push(chunk)
    }
    if (stream.sizeExceeded) throw reply(552, `5.3.4 more than ${maxMessageBytes} bytes are not taken`)
    if (isBusy) throw reply(452, '4.3.1 too many reports are coming in just now')
    return Buffer.concat(chunks)
  }

  #answer(verdict: IntakeVerdict, session: SMTPServerSession): string {
    if (verdict.verdict === 'report') return '2.0.0 stored'
    if (verdict.verdict === 'duplicate') return '2.0.0 known already'
    const { mailFrom } = session.envelope
    this.#options.log.warn(
      {
        from: mailFrom === false ? '' : mailFrom.address,
        source: session.remoteAddress,
        why: verdictLine(verdict),
      },
      'mail without a report was refused',
    )
    throw reply(554, `5.6.0 ${verdictLine(verdict)}`)
  }
}

interface Reply extends Error {
  readonly responseCode: number
}

function reply(responseCode: number, text: string): Reply {
  return Object.assign(new Error(text), { responseCode })
}

function isReply(error: unknown): error is Reply {
  return error instanceof Error && 'responseCode' in error
}
