import { askResolver, type ExchangeResult } from './exchange.ts'
import { encodeQuery } from './message.ts'
import type { Resolver } from './resolver-list.ts'
import type { DnsClientStats } from './transport.ts'

/**
 * Whether one resolver can be relied on for DNSSEC.
 *
 * - `validates`: it is trusted and says AD of a signed name (and SERVFAIL of a bogus one, where one was found).
 * - `does-not-validate`: trusted, but no AD for a signed name, or it gives out a bogus name.
 * - `untrusted`: neither on this machine nor declared trusted, so that its AD bit means nothing.
 * - `unreachable`: no answer, so nothing is known.
 */
export interface ResolverValidation {
  readonly state: 'validates' | 'does-not-validate' | 'untrusted' | 'unreachable'
  readonly resolver: string
  /** A sentence for the log and for `/health`. */
  readonly detail: string
}

export interface ValidationProbe {
  /** A name in a signed zone, asked for its SOA; `.` is signed and always known. */
  readonly signedName: string
  /** Names with broken signatures; on a closed network there may be none, or no answer about them. */
  readonly bogusNames: readonly string[]
  readonly timeoutMs: number
}

/** What the resolvers of a client together mean for DANE: `unknown` while a trusted one could not be asked. */
export interface ValidationSummary {
  readonly dane: 'on' | 'off' | 'unknown'
  /** For the log and for `/health`. */
  readonly detail: string
}

/** Sums up what was proved of each resolver; one that validates is enough, as the others are then passed by. */
export function summarizeValidation(validations: readonly ResolverValidation[]): ValidationSummary {
  const of = (state: ResolverValidation['state']) =>
    validations.filter(validation => validation.state === state)
  const details = (chosen: readonly ResolverValidation[]) => chosen.map(({ detail }) => detail).join(' ')
  const validating = of('validates')
  if (validating.length > 0) return { dane: 'on', detail: details(validating) }
  if (of('unreachable').length > 0) {
    return { dane: 'unknown', detail: `Whether DANE can be used is not known yet. ${details(validations)}` }
  }
  return { dane: 'off', detail: `DANE is off. ${details(validations)}` }
}

/** Puts a resolver to the proof: a signed name must carry AD, a bogus one must SERVFAIL. */
export async function proveResolver(
  resolver: Resolver,
  probe: ValidationProbe,
  stats: DnsClientStats,
): Promise<ResolverValidation> {
  const about = (state: ResolverValidation['state'], detail: string): ResolverValidation => ({
    state,
    resolver: resolver.label,
    detail,
  })
  const signed = await ask(resolver, probe.signedName, 'SOA', probe, stats)
  if (!signed.ok) {
    return about('unreachable', `Whether DNSSEC is validated is not known: ${signed.message}.`)
  }
  if (!resolver.trusted) {
    const seen = signed.response.authenticData ? 'sets the AD bit, but' : 'does not set the AD bit, and'
    return about(
      'untrusted',
      `Resolver ${resolver.label} ${seen} is neither on this machine nor declared trusted.`,
    )
  }
  if (!signed.response.authenticData) {
    return about(
      'does-not-validate',
      `Resolver ${resolver.label} does not validate DNSSEC: no AD bit for the signed name ${probe.signedName}.`,
    )
  }
  let refused: string | undefined
  for (const name of probe.bogusNames) {
    const bogus = await ask(resolver, name, 'A', probe, stats)
    if (bogus.ok && bogus.response.records.length > 0) {
      return about(
        'does-not-validate',
        `Resolver ${resolver.label} sets the AD bit but gives out ${name}, whose signatures are invalid.`,
      )
    }
    if (!bogus.ok && (bogus.code === 'dns/servfail' || bogus.code === 'dns/bogus')) refused ??= name
  }
  return about(
    'validates',
    refused === undefined
      ? `Resolver ${resolver.label} validates DNSSEC (AD bit seen; no bogus name could be asked for).`
      : `Resolver ${resolver.label} validates DNSSEC (AD bit seen; ${refused} refused as bogus).`,
  )
}

/** Two tries, as a single lost packet shall not read as "unreachable". */
async function ask<T extends 'SOA' | 'A'>(
  resolver: Resolver,
  name: string,
  type: T,
  probe: ValidationProbe,
  stats: DnsClientStats,
): Promise<ExchangeResult<T>> {
  const query = encodeQuery(name, type)
  if (query === null) return { ok: false, code: 'dns/name', message: 'the name asked for is none' }
  const first = await askResolver(resolver, query, probe.timeoutMs, stats)
  return !first.ok && first.code === 'dns/timeout'
    ? askResolver(resolver, query, probe.timeoutMs, stats)
    : first
}
