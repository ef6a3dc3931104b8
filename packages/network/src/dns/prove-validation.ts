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
    return about(
      'unreachable',
      `Whether DNSSEC is validated is not known: ${signed.message}. DANE is off until then.`,
    )
  }
  if (!resolver.trusted) {
    const seen = signed.response.authenticData ? 'sets the AD bit, but' : 'does not set the AD bit, and'
    return about(
      'untrusted',
      `Resolver ${resolver.label} ${seen} is neither on this machine nor declared trusted. DANE is off.`,
    )
  }
  if (!signed.response.authenticData) {
    return about(
      'does-not-validate',
      `Resolver ${resolver.label} does not validate DNSSEC: no AD bit for the signed name ${probe.signedName}. DANE is off.`,
    )
  }
  let refused: string | undefined
  for (const name of probe.bogusNames) {
    const bogus = await ask(resolver, name, 'A', probe, stats)
    if (bogus.ok && bogus.response.records.length > 0) {
      return about(
        'does-not-validate',
        `Resolver ${resolver.label} sets the AD bit but gives out ${name}, whose signatures are invalid. DANE is off.`,
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
