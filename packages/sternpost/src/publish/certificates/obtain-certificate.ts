import type { DnsLookup } from '@sternpost/network'
import type { AcmeAccount } from './acme/acme-account.ts'
import { isProblem } from './acme/acme-connection.ts'
import type { ChallengeSolver, ChallengeType } from './acme/challenge-answers.ts'
import { type OrderedCertificate, orderCertificate } from './acme/order-certificate.ts'
import { renewalId } from './acme/renewal-info.ts'
import type { Authority } from './authority.ts'
import { CertificateFault, type CertificateIssueCode } from './certificate-issues.ts'
import type { CertificateOrderRow, CertificateRow, CertificateStore } from './certificate-store.ts'
import { checkCaa } from './check-caa.ts'
import { checkHost, type PolicyHostReach } from './check-host.ts'
import { loadCertificateFor } from './judge-certificate.ts'
import { overdueTime, type Validity } from './renewal-schedule.ts'

type ObtainSolvers = ReadonlyMap<ChallengeType, ChallengeSolver>

export interface ObtainOptions {
  /** In the order they are asked. */
  readonly authorities: readonly Authority[]
  readonly store: CertificateStore
  readonly dns: Pick<DnsLookup, 'lookup'>
  readonly reach: () => PolicyHostReach
  /** The ways to prove this host, in the order they are tried. */
  readonly solversFor: (host: string) => Promise<ObtainSolvers>
  readonly now: () => number
  /** Waits, and holds on to the host meanwhile. */
  readonly wait: (milliseconds: number) => Promise<void>
  /** Told of every try at an authority that failed, before the next is asked. */
  readonly onFault: (authority: Authority, fault: CertificateFault) => void
}

export interface Obtained extends OrderedCertificate, Validity {
  readonly authority: Authority
}

/** Faults that are about an authority and not about the host: another one may do better. */
const elsewhere: ReadonlySet<CertificateIssueCode> = new Set<CertificateIssueCode>([
  'certificate/acme-unreachable',
  'certificate/acme-malformed',
  'certificate/acme-rate-limited',
  'certificate/acme-refused',
  'certificate/acme-account',
  'certificate/caa-forbids',
  'certificate/challenge-none',
  'certificate/order-invalid',
  'certificate/order-slow',
  'certificate/unfit',
  'certificate/budget-spent',
])

/**
 * Has one authority after the other asked for a certificate for a host, until one gives it.
 *
 * Shape: while the certificate that is served lasts long enough, only the first authority is asked: one that is down for
 * some days costs nothing yet.
 * Errors: `CertificateFault` of the first authority that had something to say.
 */
export async function obtainCertificate(
  row: CertificateOrderRow,
  current: CertificateRow | undefined,
  options: ObtainOptions,
): Promise<Obtained> {
  const { host } = row
  const solvers = await solversFor(host, options)
  const canWait = current !== undefined && options.now() < overdueTime(validityOf(current))
  const authorities = canWait ? options.authorities.slice(0, 1) : options.authorities
  const faults: CertificateFault[] = []
  for (const authority of authorities) {
    try {
      const got = await orderAt(authority, row, current, solvers, options)
      return { ...got, ...(await judge(host, got, authority, options)), authority }
    } catch (error) {
      if (!(error instanceof CertificateFault)) throw error
      options.onFault(authority, error)
      if (!elsewhere.has(error.code)) throw error
      faults.push(error)
    }
  }
  // That an authority is being left alone says nothing of the host; what another one said of it does.
  throw (
    faults.find(({ code }) => code !== 'certificate/budget-spent') ??
    faults[0] ??
    new CertificateFault('certificate/acme-account', 'no certificate authority is configured')
  )
}

/** What came is judged before it takes the place of one that works; an order that gave such is not gone on with. */
async function judge(
  host: string,
  ordered: OrderedCertificate,
  { settings }: Authority,
  { store, now }: ObtainOptions,
): Promise<Validity> {
  try {
    const { notBefore, notAfter } = loadCertificateFor(host, ordered, now())
    return { notBefore, notAfter }
  } catch (error) {
    await store.keepOrder(host, undefined)
    const why = error instanceof Error ? error.message : String(error)
    throw new CertificateFault(
      'certificate/unfit',
      `the certificate from ${settings.name} is of no use: ${why}`,
    )
  }
}

/** The ways that can succeed: a name that leads elsewhere can be proved by DNS alone. */
async function solversFor(host: string, options: ObtainOptions): Promise<ObtainSolvers> {
  const solvers = await options.solversFor(host)
  const byDns = solvers.get('dns-01')
  try {
    if (byDns === undefined || solvers.size > 1) await checkHost(options.dns, host, options.reach())
    return solvers
  } catch (error) {
    if (byDns === undefined || !(error instanceof CertificateFault)) throw error
    return new Map([['dns-01', byDns]])
  }
}

async function orderAt(
  authority: Authority,
  row: CertificateOrderRow,
  current: CertificateRow | undefined,
  solvers: ObtainSolvers,
  options: ObtainOptions,
): Promise<OrderedCertificate> {
  const { budget } = authority
  try {
    await budget.check()
    const account = await authority.account()
    try {
      return await orderWith(account, authority, row, current, solvers, options)
    } catch (error) {
      if (!isProblem(error, 'accountDoesNotExist')) throw error
      await authority.renewAccount(account)
      return await orderWith(await authority.account(), authority, row, current, solvers, options)
    }
  } catch (error) {
    if (
      error instanceof CertificateFault &&
      (error.code === 'certificate/acme-rate-limited' || error.code === 'certificate/acme-unreachable')
    )
      await budget.pause(error.retryAfterSeconds)
    throw error
  }
}

async function orderWith(
  account: AcmeAccount,
  { settings, connection, budget }: Authority,
  row: CertificateOrderRow,
  current: CertificateRow | undefined,
  solvers: ObtainSolvers,
  options: ObtainOptions,
): Promise<OrderedCertificate> {
  const { directoryUrl, profile } = settings
  const { host } = row
  const { meta } = await connection.directory()
  const identities = (meta?.caaIdentities ?? settings.caaIdentities).map(name => name.toLowerCase())
  const { methods } =
    identities.length === 0
      ? { methods: undefined }
      : await checkCaa(options.dns, { host, identities, accountUrl: account.accountUrl })
  const isItsOrder = row.order_directory_url === directoryUrl
  return await orderCertificate({
    connection,
    account,
    host,
    solvers: new Map([...solvers].filter(([type]) => methods === undefined || methods.includes(type))),
    profile,
    replaces: current?.directory_url === directoryUrl ? renewalId(current.chain_pem) : undefined,
    resumed:
      isItsOrder && row.order_url !== null && row.order_key_pem !== null
        ? { orderUrl: row.order_url, keyPem: row.order_key_pem }
        : undefined,
    beforePlacing: () => budget.take(),
    onPlaced: placed => options.store.keepOrder(host, { ...placed, directoryUrl }),
    wait: options.wait,
  })
}

function validityOf({ not_before, not_after }: CertificateRow): Validity {
  return { notBefore: Number(not_before), notAfter: Number(not_after) }
}
