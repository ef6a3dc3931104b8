import { isIP } from 'node:net'
import type { SecureContext, TLSSocket } from 'node:tls'
import { quote } from '@sternpost/protocol'
import { networkIssues } from '../issues.ts'
import type { ProbeContext } from './probe-context.ts'
import {
  type SmtpFault,
  type SmtpReply,
  type SmtpStep,
  type SmtpTlsObservation,
  type TlsVersion,
  tlsVersions,
} from './smtp-observation.ts'
import { SmtpSession, SmtpStepFault } from './smtp-session.ts'

/** Connects, after the pause that is due between two connections to one host. */
export async function openSession(context: ProbeContext): Promise<SmtpSession> {
  if (context.connections > 0) await new Promise(resolve => setTimeout(resolve, context.pauseMs))
  context.connections += 1
  return await SmtpSession.open(context.request.address, context.port, context.limits)
}

/** Errors: `smtp/greeting-temporary`, `smtp/greeting-refused`, and those of the session. */
export function demandGreeting(greeting: SmtpReply): void {
  if (greeting.code === 220) return
  const temporary = greeting.code >= 400 && greeting.code <= 499
  const code = temporary ? 'smtp/greeting-temporary' : 'smtp/greeting-refused'
  throw replyFault('greeting', code, 'the host greeted with', greeting, '220')
}

/** Errors: `smtp/ehlo-refused`, and those of the session. */
export function demandEhlo(step: SmtpStep, ehlo: SmtpReply): void {
  if (ehlo.code !== 250) throw replyFault(step, 'smtp/ehlo-refused', 'EHLO was answered with', ehlo, '250')
}

/** Errors: `starttls/refused`, and those of the session. */
export function demandStartTls(reply: SmtpReply): void {
  if (reply.code !== 220)
    throw replyFault('starttls', 'starttls/refused', 'STARTTLS was answered with', reply, '220')
}

/** What EHLO offers: its lines after the host's own name. */
export function capabilitiesOf(ehlo: SmtpReply): readonly string[] {
  return ehlo.lines.slice(1)
}

export function offersStartTls(capabilities: readonly string[]): boolean {
  return capabilities.some(line => /^STARTTLS\s*$/i.test(line))
}

/** A further connection up to the yes to STARTTLS; `behind` is sent in one packet with the command. */
export async function openToStartTls(context: ProbeContext, behind = ''): Promise<SmtpSession> {
  const session = await openSession(context)
  try {
    demandGreeting(await session.reply('greeting'))
    demandEhlo('ehlo', await session.command('ehlo', `EHLO ${context.heloName}`))
    demandStartTls(await session.command('starttls', `STARTTLS${behind}`))
    return session
  } catch (error) {
    await session.quit()
    throw error
  }
}

/** Shakes hands and reads the chain. Errors: `starttls/handshake`, also where no certificate was shown. */
export async function observeHandshake(
  context: ProbeContext,
  session: SmtpSession,
  secureContext: SecureContext,
  serverName: string | null,
): Promise<SmtpTlsObservation> {
  const startedAt = performance.now()
  const socket = await session.shakeHands(secureContext, serverName)
  const handshakeMs = Math.round(performance.now() - startedAt)
  const chain = context.chains.observe(socket, context.request.mxHost)
  if (chain === null) {
    const message = 'the host showed no certificate (RFC 3207 §4.1)'
    throw new SmtpStepFault({ step: 'handshake', code: 'starttls/handshake', message })
  }
  return {
    version: versionOf(socket),
    cipher: cipherOf(socket),
    ephemeralKey: ephemeralKeyOf(socket),
    handshakeMs,
    serverName,
    chain,
  }
}

/** What may be sent as SNI (RFC 6066 §3): a host name, in ASCII; null for anything else DNS may hold. */
export function serverNameOf(mxHost: string): string | null {
  return isIP(mxHost) === 0 && /^[A-Za-z0-9._-]{1,253}$/.test(mxHost) ? mxHost : null
}

export function cipherOf(socket: TLSSocket): string {
  const { standardName, name }: { readonly standardName?: string; readonly name?: string } =
    socket.getCipher()
  return standardName ?? name ?? 'unknown'
}

export function versionOf(socket: TLSSocket): TlsVersion {
  const protocol = socket.getProtocol()
  return tlsVersions.find(version => version === protocol) ?? 'TLSv1'
}

function ephemeralKeyOf(socket: TLSSocket): SmtpTlsObservation['ephemeralKey'] {
  const key = socket.getEphemeralKeyInfo()
  if (key === null || !('type' in key) || typeof key.type !== 'string') return null
  const name = 'name' in key && typeof key.name === 'string' ? key.name : null
  const bits = 'size' in key && typeof key.size === 'number' ? key.size : null
  return { type: key.type, name, bits }
}

function replyFault(
  step: SmtpStep,
  code: SmtpFault['code'],
  what: string,
  reply: SmtpReply,
  needed: string,
): SmtpStepFault {
  const text = `${reply.code} ${reply.lines[0] ?? ''}`
  const message = `${what} ${quote(text, 200)}; ${needed} is needed (${networkIssues[code].clause})`
  return new SmtpStepFault({ step, code, message, seen: text.slice(0, 500) })
}
