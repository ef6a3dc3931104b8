import type { ProbeContext } from './probe-context.ts'
import { cipherOf, observeHandshake, openToStartTls, serverNameOf } from './session-steps.ts'
import type {
  InjectionTrial,
  NotTriedReason,
  SmtpFault,
  SmtpHandshakeTrial,
  SmtpObservation,
  SmtpTlsObservation,
  TlsVersion,
  TlsVersionTrial,
} from './smtp-observation.ts'
import { type SmtpSession, SmtpStepFault } from './smtp-session.ts'

/** A name that no host can have a certificate for (RFC 6761 §6.4). */
const STRANGE_NAME = 'sni-probe.invalid'
/** With less time left than this no further connection is begun. */
const LEAST_TRIAL_MS = 500

type Trials = Omit<SmtpObservation['trials'], 'recipient'>

const notTried = (reason: NotTriedReason) => ({ kind: 'not-tried', reason }) as const

/**
 * Makes the further connections that show what one session cannot.
 *
 * Shape: one after another, the more telling first; what time does not suffice for is `not-tried`. `tls` is the main
 * session's handshake, undefined where there was none; `handshakeFailed` says that STARTTLS was agreed to at least.
 */
export async function runTrials(
  context: ProbeContext,
  tls: SmtpTlsObservation | undefined,
  handshakeFailed: boolean,
): Promise<Trials> {
  const { tryServerNames = true, tryTlsVersions = true, tryInjection = true, signal } = context.request
  const attempt = async <T>(wanted: boolean, trial: () => Promise<T>) => {
    if (!wanted) return notTried('not-wanted')
    if (tls === undefined && !handshakeFailed) return notTried('no-starttls')
    const leftMs = context.limits.deadlineAt - performance.now()
    if (signal?.aborted === true || leftMs < LEAST_TRIAL_MS) return notTried('no-time')
    return await trial()
  }
  const versions: Record<TlsVersion, TlsVersionTrial> = {
    TLSv1: notTried('no-starttls'),
    'TLSv1.1': notTried('no-starttls'),
    'TLSv1.2': notTried('no-starttls'),
    'TLSv1.3': notTried('no-starttls'),
  }
  if (tls !== undefined) noteNegotiated(versions, tls)
  const old = await attempt(tryTlsVersions, () => tryOldVersions(context))
  if ('TLSv1' in old) Object.assign(versions, old)
  else
    for (const version of ['TLSv1', 'TLSv1.1'] as const)
      if (isOpen(versions[version])) versions[version] = old
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    if (!isOpen(versions[version])) continue
    versions[version] = await attempt(tryTlsVersions, () => tryVersions(context, version, version))
  }
  const withoutServerName = await attempt(tryServerNames, () => tryServerName(context, null))
  const injection = await attempt(tryInjection, () => tryInjecting(context))
  const otherServerName = await attempt(tryServerNames, () => tryServerName(context, STRANGE_NAME))
  return { withoutServerName, otherServerName, tlsVersions: versions, injection }
}

function isOpen(trial: TlsVersionTrial): boolean {
  return trial.kind === 'not-tried'
}

/** A server takes the highest version both have, so the main handshake also proves what is not offered above it. */
function noteNegotiated(versions: Record<TlsVersion, TlsVersionTrial>, tls: SmtpTlsObservation): void {
  versions[tls.version] = { kind: 'offered', cipher: tls.cipher }
  const above = Object.keys(versions) as TlsVersion[]
  for (const version of above.slice(above.indexOf(tls.version) + 1))
    versions[version] = {
      kind: 'refused',
      message: `the host chose ${tls.version} though ${version} was offered`,
    }
}

/** TLS 1.0 and 1.1 by one connection where, as is to be hoped, neither is offered. */
async function tryOldVersions(
  context: ProbeContext,
): Promise<{ readonly TLSv1: TlsVersionTrial; readonly 'TLSv1.1': TlsVersionTrial }> {
  const both = await tryVersions(context, 'TLSv1', 'TLSv1.1')
  if (both.kind !== 'offered') return { TLSv1: both, 'TLSv1.1': both }
  const { version, ...trial } = both
  if (version === 'TLSv1') {
    const message = 'the host chose TLSv1 though TLSv1.1 was offered'
    return { TLSv1: trial, 'TLSv1.1': { kind: 'refused', message } }
  }
  const oldest = await tryVersions(context, 'TLSv1', 'TLSv1')
  return {
    TLSv1: oldest.kind === 'offered' ? { kind: 'offered', cipher: oldest.cipher } : oldest,
    'TLSv1.1': trial,
  }
}

type VersionResult =
  | Exclude<TlsVersionTrial, { readonly kind: 'offered' }>
  | { readonly kind: 'offered'; readonly cipher: string; readonly version: TlsVersion }

async function tryVersions(context: ProbeContext, from: TlsVersion, to: TlsVersion): Promise<VersionResult> {
  const secureContext = context.tls.between(from, to)
  if (secureContext === null) return notTried('not-testable')
  const outcome = await inSession(context, '', async session => {
    const socket = await session.shakeHands(secureContext, serverNameOf(context.request.mxHost))
    const version = socket.getProtocol()
    return { cipher: cipherOf(socket), version: version === 'TLSv1' ? version : to }
  })
  if (outcome.kind === 'done') return { kind: 'offered', ...outcome.value }
  // What OpenSSL says where it was built without a version.
  if (outcome.kind === 'refused' && outcome.message.includes('NO_PROTOCOLS_AVAILABLE'))
    return notTried('not-testable')
  return outcome
}

async function tryServerName(context: ProbeContext, serverName: string | null): Promise<SmtpHandshakeTrial> {
  const outcome = await inSession(context, '', session =>
    observeHandshake(context, session, context.tls.all, serverName),
  )
  return outcome.kind === 'done' ? { kind: 'done', tls: outcome.value } : outcome
}

/**
 * Sends NOOP in one packet with STARTTLS and counts the replies under TLS.
 *
 * Shape: to EHLO and QUIT a host that discards gives two replies, one that was injected into three.
 */
async function tryInjecting(context: ProbeContext): Promise<InjectionTrial> {
  const outcome = await inSession(context, '\r\nNOOP', async session => {
    await session.shakeHands(context.tls.all, serverNameOf(context.request.mxHost))
    const first = await session.command('ehlo-tls', `EHLO ${context.heloName}`)
    const second = await session.command('rset', 'QUIT')
    return second.code === 221 ? undefined : first
  })
  if (outcome.kind === 'done')
    return outcome.value === undefined ? { kind: 'discarded' } : { kind: 'answered', reply: outcome.value }
  if (outcome.kind === 'failed' && outcome.fault.code === 'starttls/refused')
    return { kind: 'refused', message: outcome.fault.message }
  // Ending the session is as good an answer to pipelining that is not allowed here.
  if (outcome.kind === 'failed' && outcome.fault.step !== 'connect' && outcome.fault.code === 'smtp/closed')
    return { kind: 'refused', message: outcome.fault.message }
  return outcome
}

type SessionOutcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'failed'; readonly fault: SmtpFault }

/** Runs one trial from the yes to STARTTLS on, and says goodbye. */
async function inSession<T>(
  context: ProbeContext,
  behind: string,
  trial: (session: SmtpSession) => Promise<T>,
): Promise<SessionOutcome<T>> {
  let session: SmtpSession | undefined
  try {
    session = await openToStartTls(context, behind)
    return { kind: 'done', value: await trial(session) }
  } catch (error) {
    if (!(error instanceof SmtpStepFault)) throw error
    const { fault } = error
    return fault.code === 'starttls/handshake'
      ? { kind: 'refused', message: fault.message }
      : { kind: 'failed', fault }
  } finally {
    await session?.quit()
  }
}
