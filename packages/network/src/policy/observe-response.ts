import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import { parseMtaStsPolicy } from '@sternpost/protocol'
import type { ChainObserver } from '../certificate/observe-chain.ts'
import { contextBetween } from '../smtp/tls-contexts.ts'
import { type ConnectAttempt, connectRace } from './connect-race.ts'
import { decodePolicy } from './decode-policy.ts'
import { FetchDeadline } from './fetch-deadline.ts'
import { PolicyFetchFault, type PolicyFetchIssue } from './fetch-fault.ts'
import type { FetchSettings } from './fetch-settings.ts'
import { judgeCertificate } from './judge-certificate.ts'
import type { ObservedDefaultHost, ObservedOldTls, ObservedResponse } from './policy-host-observation.ts'
import { openProxyTunnel } from './proxy-tunnel.ts'
import { requestPolicy } from './request-policy.ts'
import { secureConnection } from './secure-connection.ts'

const REFUSED_BODY_BYTES = 16_384
const MAX_FIELDS = 40
const MAX_FIELD_CHARACTERS = 500

/** What is asked of whom. */
export interface ObservedTarget {
  readonly scheme: 'https' | 'http'
  readonly host: string
  readonly port: number
  readonly path: string
  readonly userAgent: string | null
  /** Where to call; null leaves it to the proxy. */
  readonly address: string | null
}

export interface ObserveLimits {
  readonly totalTimeoutMs: number
  readonly signal?: AbortSignal | undefined
}

type Draft = { -readonly [K in keyof ObservedResponse]: ObservedResponse[K] }

/**
 * Asks one address for a policy and keeps everything that came, good or not.
 *
 * Shape: a certificate that a sender would refuse is an issue, and the request is made all the same: nothing secret
 * is sent, and what stands behind the certificate is half of the explanation. Never rejects.
 */
export async function observeResponse(
  target: ObservedTarget,
  settings: FetchSettings,
  chains: ChainObserver,
  limits: ObserveLimits,
): Promise<ObservedResponse> {
  const { scheme, host, port, path, userAgent, address } = target
  const hostField = port === (scheme === 'https' ? 443 : 80) ? host : `${host}:${port}`
  const attempts: ConnectAttempt[] = []
  const issues: PolicyFetchIssue[] = []
  const seen: Draft = {
    url: `${scheme}://${hostField}${path}`,
    userAgent,
    address: address ?? '',
    startedAt: settings.now(),
    durationMs: 0,
    issues,
    warnings: [],
  }
  const startedMs = performance.now()
  const deadline = deadlineOf(settings, limits)
  const sockets: Socket[] = []
  let body: Buffer | undefined
  try {
    const plain = await openConnection(target, settings, deadline, attempts)
    sockets.push(plain)
    seen.connectMs = sinceMs(startedMs)
    const socket =
      scheme === 'http' ? plain : await secure(plain, target, settings, chains, deadline, seen, issues)
    sockets.push(socket)
    const requestedMs = performance.now()
    const request = { host: hostField, path, userAgent }
    const whole = await requestPolicy(socket, request, deadline, {
      refusedBodyBytes: REFUSED_BODY_BYTES,
      onHead(status, headers) {
        seen.firstByteMs = sinceMs(requestedMs)
        seen.status = status
        seen.headers = fieldsOf(headers)
        if (headers.location !== undefined) seen.location = headers.location.slice(0, 2000)
      },
      onBody(part) {
        body = part
      },
    })
    readPolicy(whole, seen, issues)
  } catch (error) {
    if (!(error instanceof PolicyFetchFault)) throw error
    issues.push(...error.issues)
    // What was refused for its head may still be a policy, as when only the media type is wrong.
    if (body !== undefined) readPolicy(body, seen, [])
  } finally {
    deadline.stop()
    for (const socket of sockets) socket.destroy()
    if (address === null) seen.address = attempts[0]?.address ?? ''
    seen.durationMs = sinceMs(startedMs)
    if (body !== undefined) {
      seen.bodyBytes = body.length
      seen.bodyText = new TextDecoder('utf-8', { ignoreBOM: true }).decode(body)
    }
  }
  return seen
}

/** Shakes hands without SNI, and no more. Never rejects. */
export async function observeDefaultHost(
  target: ObservedTarget,
  settings: FetchSettings,
  chains: ChainObserver,
  limits: ObserveLimits,
): Promise<ObservedDefaultHost> {
  const attempts: ConnectAttempt[] = []
  const deadline = deadlineOf(settings, limits)
  const address = target.address ?? ''
  try {
    const plain = await openConnection(target, settings, deadline, attempts)
    const { secureContext } = settings
    const handshake = {
      policyHost: target.host,
      serverName: null,
      secureContext,
      deadline,
      timeoutMs: undefined,
    }
    const socket = await secureConnection(plain, handshake)
    const chain = chains.observe(socket, target.host)
    socket.destroy()
    return chain === null ? { address, message: 'no certificate was shown' } : { address, chain }
  } catch (error) {
    if (!(error instanceof PolicyFetchFault)) throw error
    return { address, message: error.message }
  } finally {
    deadline.stop()
  }
}

/** Shakes hands by TLS 1.0 or 1.1; undefined where that fails too. Never rejects. */
export async function observeOldTls(
  target: ObservedTarget,
  settings: FetchSettings,
  limits: ObserveLimits,
): Promise<ObservedOldTls | undefined> {
  const secureContext = contextBetween('TLSv1', 'TLSv1.1')
  if (secureContext === null) return undefined
  const deadline = deadlineOf(settings, limits)
  try {
    const plain = await openConnection(target, settings, deadline, [])
    const handshake = { policyHost: target.host, secureContext, deadline, timeoutMs: undefined }
    const socket = await secureConnection(plain, handshake)
    const seen = {
      address: target.address ?? '',
      version: socket.getProtocol() ?? 'unknown',
      cipher: socket.getCipher().standardName,
    }
    socket.destroy()
    return seen
  } catch (error) {
    if (!(error instanceof PolicyFetchFault)) throw error
    return undefined
  } finally {
    deadline.stop()
  }
}

function deadlineOf({ idleTimeoutMs, totalTimeoutMs }: FetchSettings, limits: ObserveLimits): FetchDeadline {
  return new FetchDeadline({
    totalTimeoutMs: Math.max(1, Math.min(totalTimeoutMs, limits.totalTimeoutMs)),
    idleTimeoutMs,
    signal: limits.signal,
  })
}

async function openConnection(
  { host, port, address }: ObservedTarget,
  { proxy, connectTimeoutMs }: FetchSettings,
  deadline: FetchDeadline,
  attempts: ConnectAttempt[],
): Promise<Socket> {
  if (proxy !== undefined) return await openProxyTunnel(proxy, `${host}:${port}`, deadline, attempts)
  const race = { port, connectTimeoutMs, deadline, attempts }
  return (await connectRace(host, [address ?? ''], race)).socket
}

async function secure(
  plain: Socket,
  { host }: ObservedTarget,
  { secureContext }: FetchSettings,
  chains: ChainObserver,
  deadline: FetchDeadline,
  seen: Draft,
  issues: PolicyFetchIssue[],
): Promise<Socket> {
  const startedMs = performance.now()
  const socket = await secureConnection(plain, {
    policyHost: host,
    secureContext,
    deadline,
    timeoutMs: undefined,
  })
  seen.handshakeMs = sinceMs(startedMs)
  seen.tlsVersion = socket.getProtocol() ?? 'unknown'
  seen.cipher = socket.getCipher().standardName
  const chain = chains.observe(socket, host)
  if (chain !== null) seen.chain = chain
  // Both judge alike; this one has Node build every certificate up to the root as objects, for the words alone.
  if (chain?.valid !== true) issues.push(...judgeCertificate(socket, host).issues)
  return socket
}

function readPolicy(body: Buffer, seen: Draft, issues: PolicyFetchIssue[]): void {
  try {
    const parsed = parseMtaStsPolicy(decodePolicy(body))
    if (!parsed.ok) issues.push(...parsed.issues)
    else {
      seen.policy = parsed.value
      seen.warnings = parsed.warnings
    }
  } catch (error) {
    if (!(error instanceof PolicyFetchFault)) throw error
    issues.push(...error.issues)
  }
}

function fieldsOf(headers: IncomingHttpHeaders): Record<string, string> {
  const fields: [string, string][] = []
  for (const [name, value] of Object.entries(headers)) {
    if (fields.length === MAX_FIELDS) break
    const text = Array.isArray(value) ? value.join(', ') : (value ?? '')
    fields.push([name.slice(0, MAX_FIELD_CHARACTERS), text.slice(0, MAX_FIELD_CHARACTERS)])
  }
  return Object.fromEntries(fields)
}

function sinceMs(startedMs: number): number {
  return Math.round(performance.now() - startedMs)
}
