import type { ProbeContext } from './probe-context.ts'
import { runTrials } from './probe-trials.ts'
import {
  capabilitiesOf,
  demandEhlo,
  demandGreeting,
  demandStartTls,
  observeHandshake,
  offersStartTls,
  openSession,
  serverNameOf,
} from './session-steps.ts'
import type { RecipientTrial, SmtpObservation } from './smtp-observation.ts'
import { type SmtpSession, SmtpStepFault } from './smtp-session.ts'

/** What the main session brought, as far as it came. */
export type MainSession = {
  -readonly [K in keyof SmtpObservation]?: SmtpObservation[K]
} & { recipient?: RecipientTrial }

/**
 * Probes one host at one address: the main session, then the trials.
 *
 * Shape: never rejects for anything the host does.
 */
export async function probeHost(context: ProbeContext): Promise<MainSession> {
  const seen: MainSession = {}
  let session: SmtpSession | undefined
  try {
    const startedAt = performance.now()
    session = await openSession(context)
    seen.connectMs = Math.round(performance.now() - startedAt)
    await converse(context, session, seen)
  } catch (error) {
    if (!(error instanceof SmtpStepFault)) throw error
    seen.fault = error.fault
  }
  await session?.quit()
  const known = context.knownTrials
  // A server that now speaks another version is not the one that was seen.
  const isSame = seen.tls !== undefined && known?.tlsVersions[seen.tls.version].kind === 'offered'
  const trials =
    known !== undefined && isSame
      ? known
      : await runTrials(context, seen.tls, seen.fault?.code === 'starttls/handshake')
  seen.trials = { ...trials, ...(seen.recipient === undefined ? {} : { recipient: seen.recipient }) }
  return seen
}

/** One session as a sender has it, except that it sends no mail; `seen` is filled step by step. */
async function converse(context: ProbeContext, session: SmtpSession, seen: MainSession): Promise<void> {
  const { heloName, request, tls } = context
  seen.greeting = await session.reply('greeting')
  demandGreeting(seen.greeting)
  seen.ehlo = await session.command('ehlo', `EHLO ${heloName}`)
  demandEhlo('ehlo', seen.ehlo)
  seen.capabilities = capabilitiesOf(seen.ehlo)
  seen.startTlsOffered = offersStartTls(seen.capabilities)
  if (seen.startTlsOffered) {
    seen.startTls = await session.command('starttls', 'STARTTLS')
    if (session.surplusBytes > 0) seen.surplusBytes = session.surplusBytes
    demandStartTls(seen.startTls)
    seen.tls = await observeHandshake(context, session, tls.all, serverNameOf(request.mxHost))
    seen.ehloAfterTls = await session.command('ehlo-tls', `EHLO ${heloName}`)
    demandEhlo('ehlo-tls', seen.ehloAfterTls)
    seen.capabilitiesAfterTls = capabilitiesOf(seen.ehloAfterTls)
  }
  if (request.recipient !== undefined) await tryRecipient(session, request.recipient, seen)
}

/** Asks whether a recipient would be taken, by the null sender, and takes everything back. */
async function tryRecipient(session: SmtpSession, recipient: string, seen: MainSession): Promise<void> {
  const trial: { -readonly [K in keyof RecipientTrial]: RecipientTrial[K] } = {
    recipient,
    overTls: seen.tls !== undefined,
    verdict: 'unknown',
  }
  seen.recipient = trial
  trial.mail = await session.command('mail', 'MAIL FROM:<>')
  trial.verdict = verdictOf(trial.mail.code)
  if (trial.verdict !== 'accepted') return
  trial.verdict = 'unknown'
  trial.rcpt = await session.command('rcpt', `RCPT TO:<${recipient}>`)
  trial.verdict = verdictOf(trial.rcpt.code)
  await session.command('rset', 'RSET')
}

function verdictOf(code: number): RecipientTrial['verdict'] {
  if (code >= 200 && code <= 299) return 'accepted'
  return code >= 400 && code <= 499 ? 'temporary' : 'refused'
}
