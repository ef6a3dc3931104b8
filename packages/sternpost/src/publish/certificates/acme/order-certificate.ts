import { CertificateFault } from '../certificate-issues.ts'
import type { AcmeAccount } from './acme-account.ts'
import { type AcmeAnswer, type AcmeConnection, isProblem } from './acme-connection.ts'
import { describeProblem, typeOf } from './acme-problem.ts'
import { type AcmeOrder, orderSchema } from './acme-resources.ts'
import { createCertificateKey, createCertificateRequest } from './certificate-request.ts'
import type { ChallengeSolver, ChallengeType } from './challenge-answers.ts'
import { pollDelay } from './poll-delay.ts'
import { proveHost } from './prove-host.ts'

/** An order as it is kept, so that whoever comes after a crash goes on with it. */
export interface PlacedOrder {
  readonly orderUrl: string
  readonly keyPem: string
}

export interface CertificateOrder {
  readonly connection: AcmeConnection
  readonly account: AcmeAccount
  readonly host: string
  /** In the order they are tried; those that can be used now. */
  readonly solvers: ReadonlyMap<ChallengeType, ChallengeSolver>
  /** The authority's word for a kind of certificate, such as `shortlived`. */
  readonly profile: string | undefined
  /** The certificate this one takes the place of (RFC 9773 §5), by its `renewalId`. */
  readonly replaces: string | undefined
  /** What an earlier try left behind. */
  readonly resumed: PlacedOrder | undefined
  /** Asked before a new order is placed; rejects where none may be. */
  readonly beforePlacing: () => Promise<void>
  /** Told before anything is done about a new order; when it rejects, the order is left alone. */
  readonly onPlaced: (placed: PlacedOrder) => Promise<void>
  readonly wait: (milliseconds: number) => Promise<void>
}

export interface OrderedCertificate {
  /** PEM, the leaf first, as the authority sent it. */
  readonly chainPem: string
  readonly keyPem: string
}

/** A challenge is looked at by several places in the world, and retried by the authority. */
const PROOF_POLLS = 60
const ISSUE_POLLS = 60

/**
 * Orders a certificate for one host, or goes on with an order placed before.
 *
 * Errors: `CertificateFault`.
 * Effects: the answers to challenges are put and removed again.
 * Source: RFC 8555 §7.4.
 */
export async function orderCertificate(wish: CertificateOrder): Promise<OrderedCertificate> {
  const { connection, account, host, wait } = wish
  const signer = { key: account.key, accountUrl: account.accountUrl }
  const { placed, order: first } = await place(wish)
  const read = async () => connection.post(placed.orderUrl, signer, orderSchema)

  let order = first
  if (order.status === 'pending') {
    await proveHost({ ...wish, signer, authorizations: order.authorizations, polls: PROOF_POLLS })
    order = await settle(read, ['pending'], wait)
  }
  if (order.status === 'ready') {
    const csr = Buffer.from(await createCertificateRequest(host, placed.keyPem)).toString('base64url')
    order = (await connection.post(order.finalize, signer, orderSchema, { csr })).value
  }
  if (order.status !== 'valid') order = await settle(read, ['pending', 'ready', 'processing'], wait)
  if (order.certificate === undefined)
    throw new CertificateFault('certificate/acme-malformed', `${placed.orderUrl} names no certificate`)
  return {
    chainPem: await connection.postForText(order.certificate, signer),
    keyPem: placed.keyPem,
  }
}

/** Finds the order of an earlier try if it can still give a certificate, or places a new one. */
async function place(wish: CertificateOrder): Promise<{ placed: PlacedOrder; order: AcmeOrder }> {
  const { connection, account, resumed } = wish
  if (resumed !== undefined) {
    const known = await lookAt(wish, resumed.orderUrl)
    if (known !== undefined && known.status !== 'invalid') return { placed: resumed, order: known }
  }
  await wish.beforePlacing()
  const keyPem = createCertificateKey()
  const { newOrder } = await connection.directory()
  const ask = (replaces: string | undefined) =>
    connection.post(newOrder, { key: account.key, accountUrl: account.accountUrl }, orderSchema, {
      identifiers: [{ type: 'dns', value: wish.host }],
      ...(wish.profile === undefined ? {} : { profile: wish.profile }),
      ...(replaces === undefined ? {} : { replaces }),
    })
  const { value, location } = await askWithout(ask, wish.replaces)
  if (location === undefined)
    throw new CertificateFault('certificate/acme-malformed', `${newOrder} names no order URL`)
  const placed = { orderUrl: location, keyPem }
  await wish.onPlaced(placed)
  return { placed, order: value }
}

/** An authority that does not like what the order replaces gets one that replaces nothing (RFC 9773 §5). */
async function askWithout(
  ask: (replaces: string | undefined) => Promise<AcmeAnswer<AcmeOrder>>,
  replaces: string | undefined,
): Promise<AcmeAnswer<AcmeOrder>> {
  try {
    return await ask(replaces)
  } catch (error) {
    const isAboutIt = isProblem(error, 'alreadyReplaced', 'conflict', 'malformed')
    if (replaces === undefined || !isAboutIt) throw error
    return await ask(undefined)
  }
}

/** An order that the authority has forgotten is as good as none. */
async function lookAt(
  { connection, account }: CertificateOrder,
  url: string,
): Promise<AcmeOrder | undefined> {
  try {
    const signer = { key: account.key, accountUrl: account.accountUrl }
    return (await connection.post(url, signer, orderSchema)).value
  } catch (error) {
    if (isProblem(error, 'malformed', 'unauthorized', 'accountDoesNotExist')) return undefined
    throw error
  }
}

/** Reads an order until it is past the given states. */
async function settle(
  read: () => Promise<AcmeAnswer<AcmeOrder>>,
  passing: readonly AcmeOrder['status'][],
  wait: (milliseconds: number) => Promise<void>,
): Promise<AcmeOrder> {
  for (let polls = 0; polls < ISSUE_POLLS; polls += 1) {
    const { value, retryAfterSeconds } = await read()
    if (value.status === 'invalid') {
      const why = describeProblem(value.error) ?? 'the authority does not say why'
      const code =
        value.error !== undefined && typeOf(value.error) === 'caa'
          ? 'certificate/caa-forbids'
          : 'certificate/order-invalid'
      throw new CertificateFault(code, `the order failed: ${why}`)
    }
    if (!passing.includes(value.status)) return value
    await wait(pollDelay(polls, retryAfterSeconds))
  }
  throw new CertificateFault('certificate/order-slow', 'the authority did not finish the order in time')
}
