import type { ObservedChain } from '../certificate/presented-certificate.ts'
import { matchDnsId } from '../policy/match-dns-id.ts'
import type { SmtpHandshakeTrial, SmtpObservation } from './smtp-observation.ts'
import type { SmtpProbeRequest } from './smtp-prober-options.ts'

/** Trials as they are kept: without the recipient, which is of one domain. */
export type SharedTrials = Omit<SmtpObservation['trials'], 'recipient'>

/** So many addresses are remembered. */
const MAX_KEPT = 2048

/**
 * Remembers for a while what further connections to an address showed.
 *
 * TLS versions, injection and what is shown without the host's own name belong to the server at an address, not to the
 * name a domain calls it by. A provider that gives each customer a host name of its own, at a few addresses, is so
 * visited once with all trials and for the rest with one connection each.
 */
export class TrialMemory {
  readonly #keepMs: number
  readonly #now: () => number
  readonly #kept = new Map<string, { readonly at: number; readonly trials: SharedTrials }>()

  constructor({ keepMs, now }: { readonly keepMs: number; readonly now: () => number }) {
    this.#keepMs = keepMs
    this.#now = now
  }

  /** The trials of the same address under another name, judged for this one. */
  find(request: SmtpProbeRequest): SharedTrials | undefined {
    const kept = this.#kept.get(keyOf(request))
    if (kept === undefined) return undefined
    const ageMs = this.#now() - kept.at
    if (ageMs < 0 || ageMs >= this.#keepMs) return undefined
    const { trials } = kept
    const withoutServerName = judgedFor(trials.withoutServerName, request.mxHost)
    const otherServerName = judgedFor(trials.otherServerName, request.mxHost)
    if (withoutServerName === undefined || otherServerName === undefined) return undefined
    return { ...trials, withoutServerName, otherServerName }
  }

  /** Keeps trials that all came to an end of their own. */
  keep(
    request: SmtpProbeRequest,
    observation: Pick<SmtpObservation, 'mxHost' | 'startedAt' | 'tls' | 'trials'>,
  ): void {
    const { recipient: _, ...trials } = observation.trials
    const all = [
      trials.withoutServerName,
      trials.otherServerName,
      trials.injection,
      ...Object.values(trials.tlsVersions),
    ]
    const isWhole = all.every(
      trial =>
        trial.kind !== 'failed' &&
        (trial.kind !== 'not-tried' || trial.reason === 'not-wanted' || trial.reason === 'not-testable'),
    )
    if (this.#keepMs <= 0 || observation.tls === undefined || trials.seenFor !== undefined || !isWhole) return
    const seenFor = { mxHost: observation.mxHost, at: observation.startedAt }
    this.#kept.delete(keyOf(request))
    this.#kept.set(keyOf(request), { at: this.#now(), trials: { ...trials, seenFor } })
    const [oldest] = this.#kept.size > MAX_KEPT ? this.#kept.keys() : []
    if (oldest !== undefined) this.#kept.delete(oldest)
  }
}

/** What was asked of the address, whatever the name. */
function keyOf({ address, tryServerNames, tryTlsVersions, tryInjection }: SmtpProbeRequest): string {
  return [address, tryServerNames ?? true, tryTlsVersions ?? true, tryInjection ?? true].join(' ')
}

/** Undefined where the certificate has more names than were kept, so that the verdict cannot be worked out. */
function judgedFor(trial: SmtpHandshakeTrial, mxHost: string): SmtpHandshakeTrial | undefined {
  if (trial.kind !== 'done') return trial
  const chain = chainFor(trial.tls.chain, mxHost)
  return chain === undefined ? undefined : { kind: 'done', tls: { ...trial.tls, chain } }
}

function chainFor(chain: ObservedChain, referenceName: string): ObservedChain | undefined {
  const [leaf] = chain.certificates
  if (leaf === undefined || leaf.dnsNames.length < leaf.dnsNamesTotal) return undefined
  const nameMatches = matchDnsId(referenceName, leaf.dnsNames)
  const others = chain.faults.filter(fault => fault !== 'wrong-name')
  return {
    ...chain,
    referenceName,
    nameMatches,
    valid: chain.trusted && nameMatches,
    faults: nameMatches ? others : [...others, 'wrong-name'],
  }
}
