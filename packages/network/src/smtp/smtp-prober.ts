import { isDomainName } from '@sternpost/protocol'
import { type AddressGuard, createAddressGuard } from '../address/public-address.ts'
import { createChainObserver } from '../certificate/observe-chain.ts'
import { HostTurns } from './host-turns.ts'
import { probeHost } from './probe-host.ts'
import type { NotTriedReason, SmtpFault, SmtpObservation } from './smtp-observation.ts'
import type { SmtpProbeRequest, SmtpProber, SmtpProberOptions } from './smtp-prober-options.ts'
import { createTlsContexts } from './tls-contexts.ts'
import { TrialMemory } from './trial-memory.ts'

/** So many observations are kept for those who ask for the same. */
const MAX_KEPT = 512
/** An address as it may stand in RCPT TO: nothing that could end the line or the path (RFC 5321 §4.1.2). */
const RECIPIENT = /^[^\s<>\p{Cc}]{1,64}@[^\s<>\p{Cc}]{1,255}$/u

/**
 * Makes a prober of MX hosts.
 *
 * It sends no mail: at most MAIL, RCPT and RSET where a recipient is asked about. It says who it is by `heloName`,
 * visits a host with one connection at a time and gives an observation out again for a while, so that a thousand
 * domains with one provider do not mean a thousand visits.
 * Errors: throws TypeError or RangeError when an option is unusable.
 */
export function createSmtpProber(options: SmtpProberOptions): SmtpProber {
  if (!isDomainName(options.heloName) && !/^\[[0-9a-fA-F:.]+\]$/.test(options.heloName))
    throw new RangeError('heloName must be a domain name or an address in brackets (RFC 5321 §4.1.1.1)')
  const port = options.port ?? 25
  const now = options.now ?? Date.now
  const pauseMs = options.pauseMs ?? 100
  const reuseMs = (options.reuseSeconds ?? 60) * 1000
  const guard = createAddressGuard({ allow: options.allowAddresses ?? [] })
  const tls = createTlsContexts(options.ca)
  const chains = createChainObserver({ ca: options.ca, now })
  const turns = new HostTurns({ maxRunning: options.maxSessions ?? 64, pauseMs })
  const trialMemory = new TrialMemory({ keepMs: reuseMs, now })
  const kept = new Map<string, { readonly at: number; readonly observation: Promise<SmtpObservation> }>()

  async function visit(request: SmtpProbeRequest): Promise<SmtpObservation> {
    const startedAt = now()
    const startedMs = performance.now()
    const base = {
      mxHost: request.mxHost,
      address: request.address,
      port,
      heloName: options.heloName,
      startedAt,
    }
    const refused = refusal(request, guard)
    if (refused !== undefined) return unseen(base, refused)
    const observation = await turns.run(request.address, request.signal, async () => {
      const visitedMs = performance.now()
      const context = {
        request,
        port,
        heloName: options.heloName,
        limits: {
          connectTimeoutMs: options.connectTimeoutMs ?? 5000,
          stepTimeoutMs: options.stepTimeoutMs ?? 10_000,
          deadlineAt: visitedMs + (options.totalTimeoutMs ?? 30_000),
          signal: request.signal,
        },
        pauseMs,
        tls,
        chains,
        knownTrials: trialMemory.find(request),
        connections: 0,
      }
      const { recipient: _, trials = noTrials('no-time'), ...seen } = await probeHost(context)
      const observed: SmtpObservation = {
        ...base,
        ...seen,
        trials,
        durationMs: Math.round(performance.now() - visitedMs),
        connections: context.connections,
      }
      trialMemory.keep(request, observed)
      return observed
    })
    if (observation !== undefined) return observation
    const message = 'the probe was given up by its caller before its turn came (RFC 5321 §3.8)'
    const given = unseen(base, { step: 'connect', code: 'smtp/aborted', message })
    return { ...given, durationMs: Math.round(performance.now() - startedMs) }
  }

  return {
    async probe(request) {
      const key = keyOf(request)
      for (let known = kept.get(key); known !== undefined; known = kept.get(key)) {
        const ageMs = now() - known.at
        if (ageMs < 0 || ageMs >= reuseMs) break
        const observation = await known.observation
        if (observation.fault?.code !== 'smtp/aborted' || request.signal?.aborted === true) return observation
        // Somebody else lost patience, which is nothing of the host's; another may look at it by now.
        if (kept.get(key) === known) kept.delete(key)
      }
      const observation = visit(request)
      if (reuseMs > 0 && request.recipient === undefined) {
        kept.delete(key)
        kept.set(key, { at: now(), observation })
        const [oldest] = kept.size > MAX_KEPT ? kept.keys() : []
        if (oldest !== undefined) kept.delete(oldest)
      }
      return await observation
    },
  }
}

function keyOf({
  mxHost,
  address,
  tryServerNames,
  tryTlsVersions,
  tryInjection,
  recipient,
}: SmtpProbeRequest): string {
  return [
    mxHost,
    address,
    tryServerNames ?? true,
    tryTlsVersions ?? true,
    tryInjection ?? true,
    recipient,
  ].join(' ')
}

function refusal(request: SmtpProbeRequest, guard: AddressGuard): SmtpFault | undefined {
  const verdict = guard(request.address)
  if (!verdict.allowed)
    return {
      step: 'address',
      code: 'smtp/address-refused',
      message: `not called: ${verdict.reason} (RFC 5321 §5.1)`,
    }
  if (request.recipient !== undefined && !RECIPIENT.test(request.recipient))
    throw new RangeError('the recipient is no mail address that could stand in RCPT TO')
  return undefined
}

function unseen(
  base: Pick<SmtpObservation, 'mxHost' | 'address' | 'port' | 'heloName' | 'startedAt'>,
  fault: SmtpFault,
): SmtpObservation {
  return { ...base, durationMs: 0, fault, trials: noTrials('no-starttls'), connections: 0 }
}

function noTrials(reason: NotTriedReason): SmtpObservation['trials'] {
  const none = { kind: 'not-tried', reason } as const
  return {
    withoutServerName: none,
    otherServerName: none,
    tlsVersions: { TLSv1: none, 'TLSv1.1': none, 'TLSv1.2': none, 'TLSv1.3': none },
    injection: none,
  }
}
