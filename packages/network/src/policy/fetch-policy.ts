import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import {
  type DomainName,
  MAX_DOMAIN_NAME_LENGTH,
  type MtaStsPolicyDocument,
  parseMtaStsPolicy,
} from '@sternpost/protocol'
import { type ConnectAttempt, connectRace } from './connect-race.ts'
import { decodePolicy } from './decode-policy.ts'
import { FetchDeadline } from './fetch-deadline.ts'
import { fault, PolicyFetchFault, resultTypeOf } from './fetch-fault.ts'
import type { PolicyFetchEvidence, PolicyFetchResult } from './fetch-result.ts'
import { type FetchSettings, type PolicyFetcherOptions, readFetchSettings } from './fetch-settings.ts'
import { judgeCertificate } from './judge-certificate.ts'
import { openProxyTunnel } from './proxy-tunnel.ts'
import { requestPolicy } from './request-policy.ts'
import { resolvePolicyHost } from './resolve-policy-host.ts'
import { secureConnection } from './secure-connection.ts'

export interface PolicyFetcher {
  /**
   * Fetches and reads the policy of a domain, once.
   *
   * Shape: whatever the outside does, and if the caller aborts, the promise resolves to a result. Its
   * `durationMs` never exceeds the limits by more than the time the machine needs.
   */
  fetch(policyDomain: DomainName, options?: { readonly signal?: AbortSignal }): Promise<PolicyFetchResult>
}

/**
 * Makes a fetcher of MTA-STS policies.
 *
 * Shape: keeps no connection, no cookie, no cache; any number of fetches may run at once.
 * Errors: throws TypeError when an option is unusable.
 * Source: RFC 8461 §3.3.
 */
export function createPolicyFetcher(options: PolicyFetcherOptions): PolicyFetcher {
  const settings = readFetchSettings(options)
  return {
    fetch: (policyDomain, { signal } = {}) => fetchPolicy(policyDomain, settings, signal),
  }
}

type EvidenceDraft = {
  -readonly [Key in keyof PolicyFetchEvidence]: PolicyFetchEvidence[Key]
} & { readonly attempts: ConnectAttempt[] }

async function fetchPolicy(
  policyDomain: DomainName,
  settings: FetchSettings,
  signal: AbortSignal | undefined,
): Promise<PolicyFetchResult> {
  const policyHost = `mta-sts.${policyDomain}`
  const host = settings.port === 443 ? policyHost : `${policyHost}:${settings.port}`
  const evidence: EvidenceDraft = {
    url: `https://${host}/.well-known/mta-sts.txt`,
    startedAt: settings.now(),
    durationMs: 0,
    attempts: [],
  }
  const startedMs = performance.now()
  const deadline = new FetchDeadline({ ...settings, signal })
  let socket: TLSSocket | undefined
  let bodySeen: Buffer | undefined
  try {
    socket = await connectSecurely(policyHost, settings, deadline, evidence)
    const request = { host, userAgent: settings.userAgent }
    const body = await requestPolicy(socket, request, deadline, {
      onHead(status, headers) {
        const contentType = headers['content-type']
        evidence.httpStatus = status
        if (contentType !== undefined) evidence.contentType = contentType
      },
      onBody(seen) {
        bodySeen = seen
      },
    })
    const text = decodePolicy(body)
    evidence.bodyText = text
    const parsed = parseMtaStsPolicy(text)
    if (!parsed.ok) throw new PolicyFetchFault(...parsed.issues)
    const document: MtaStsPolicyDocument = { text, value: parsed.value, fetchedAt: settings.now() }
    return { ok: true, document, warnings: parsed.warnings, evidence }
  } catch (error) {
    if (!(error instanceof PolicyFetchFault)) throw error
    return { ok: false, issues: error.issues, resultType: resultTypeOf(error.issues[0]), evidence }
  } finally {
    deadline.stop()
    socket?.destroy()
    evidence.durationMs = Math.round(performance.now() - startedMs)
    if (bodySeen !== undefined) {
      evidence.bodyBytes = bodySeen.length
      evidence.bodyText ??= new TextDecoder('utf-8', { ignoreBOM: true }).decode(bodySeen)
    }
  }
}

/** Tries the addresses until TLS stands at one, and gives its socket out only if the certificate is good. */
async function connectSecurely(
  policyHost: string,
  settings: FetchSettings,
  deadline: FetchDeadline,
  evidence: EvidenceDraft,
): Promise<TLSSocket> {
  if (policyHost.length > MAX_DOMAIN_NAME_LENGTH) {
    const message = `${policyHost} has more than ${MAX_DOMAIN_NAME_LENGTH} characters and cannot exist`
    throw fault('policy-host/no-address', `${message} (RFC 1035 §2.3.4)`)
  }
  const { attempts } = evidence
  const { port, connectTimeoutMs } = settings
  if (settings.proxy !== undefined) {
    const tunnel = await openProxyTunnel(settings.proxy, `${policyHost}:${port}`, deadline, attempts)
    return await secureAndJudge(tunnel, policyHost, settings, deadline, evidence, undefined)
  }

  let addresses: readonly string[] = await resolvePolicyHost(
    policyHost,
    settings.dns,
    settings.guard,
    deadline,
    refused => attempts.push({ address: refused.address, error: `refused: ${refused.reason}` }),
  )
  let firstFault: PolicyFetchFault | undefined
  for (;;) {
    try {
      const race = { port, connectTimeoutMs, deadline, attempts }
      const { socket, attempt, remaining } = await connectRace(policyHost, addresses, race)
      addresses = remaining
      // A path that swallows large packets lets the connection stand and the handshake hang.
      const timeoutMs = remaining.length > 0 ? connectTimeoutMs : undefined
      try {
        return await secureAndJudge(socket, policyHost, settings, deadline, evidence, timeoutMs)
      } catch (error) {
        if (error instanceof PolicyFetchFault) attempt.error = error.message
        throw error
      }
    } catch (error) {
      if (!(error instanceof PolicyFetchFault)) throw error
      const { code } = error.issues[0]
      // Another address may do better only where this one did not get as far as a certificate.
      if (code !== 'policy-host/tls') throw code === 'policy-host/connect' ? (firstFault ?? error) : error
      firstFault ??= error
      if (addresses.length === 0) throw firstFault
    }
  }
}

async function secureAndJudge(
  socket: Socket,
  policyHost: string,
  { secureContext }: FetchSettings,
  deadline: FetchDeadline,
  evidence: EvidenceDraft,
  timeoutMs: number | undefined,
): Promise<TLSSocket> {
  const tlsSocket = await secureConnection(socket, { policyHost, secureContext, deadline, timeoutMs })
  evidence.tlsVersion = tlsSocket.getProtocol() ?? 'unknown'
  evidence.cipher = tlsSocket.getCipher().standardName
  const { facts, issues } = judgeCertificate(tlsSocket, policyHost)
  if (facts !== undefined) evidence.certificate = facts
  const [first, ...others] = issues
  if (first === undefined) return tlsSocket
  tlsSocket.destroy()
  throw new PolicyFetchFault(first, ...others)
}
