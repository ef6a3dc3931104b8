import { type DnsLookup, observeNextHop } from '@sternpost/network'
import {
  type DomainName,
  mailtoAddress,
  parseDomainName,
  SMTP_PORT,
  selectTlsRptRecord,
  type TlsRptUri,
} from '@sternpost/protocol'
import type { CheckEyes } from '../check-eyes.ts'
import type { SeenReportDestination } from '../observation.ts'
import type { CheckDeadline } from './check-deadline.ts'

/** A record of hundreds of addresses must not have us knock at as many doors. */
const MAX_DESTINATIONS = 5

/** The domain or host a report to this address depends on; undefined where there is none. */
export function reportTarget({ scheme, uri }: TlsRptUri): DomainName | undefined {
  const host = scheme === 'mailto' ? mailtoAddress(uri)?.split('@').at(-1) : URL.parse(uri)?.hostname
  const name = parseDomainName(host ?? '')
  return name.ok ? name.value : undefined
}

/**
 * Looks whether the places that TLS reports are to go to exist, and with `rcpt` whether the mailbox does.
 *
 * Effects: with `rcpt` one session to the first address of the most preferred host; no message is sent.
 */
export async function observeReportDestinations(
  domain: DomainName,
  dns: DnsLookup,
  eyes: CheckEyes,
  deadline: CheckDeadline,
  rcpt: boolean,
): Promise<readonly SeenReportDestination[]> {
  const answer = await dns.lookup(`_smtp._tls.${domain}`, 'TXT')
  const selection = selectTlsRptRecord(answer.kind === 'records' ? answer.records : [])
  if (selection.kind !== 'one' || !selection.record.ok) return []
  return Promise.all(
    selection.record.value.rua.slice(0, MAX_DESTINATIONS).map(async (rua): Promise<SeenReportDestination> => {
      const { uri } = rua
      const target = reportTarget(rua)
      if (target === undefined) return { uri }
      const recipient = mailtoAddress(uri)
      if (recipient === undefined) {
        await Promise.all([dns.lookup(target, 'A'), dns.lookup(target, 'AAAA')])
        return { uri }
      }
      const { observation } = await observeNextHop(dns, { domain: target, port: SMTP_PORT, bracketed: false })
      const host =
        'hosts' in observation
          ? observation.hosts.find(({ addresses }) => addresses.kind === 'found')
          : undefined
      if (!rcpt || host === undefined) return { uri }
      const [a, aaaa] = await Promise.all([dns.lookup(host.mxHost, 'A'), dns.lookup(host.mxHost, 'AAAA')])
      const [address] = [a, aaaa].flatMap(found => (found.kind === 'records' ? found.records : []))
      if (address === undefined) return { uri }
      const probe = eyes.prober.probe({
        mxHost: host.mxHost,
        address,
        recipient,
        tryServerNames: false,
        tryTlsVersions: false,
        tryInjection: false,
        signal: deadline.signal,
      })
      const smtp = await deadline.within(`mailbox ${recipient}`, probe, () => undefined)
      return smtp === undefined ? { uri } : { uri, smtp }
    }),
  )
}
