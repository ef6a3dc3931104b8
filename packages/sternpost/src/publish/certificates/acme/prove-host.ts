import * as z from 'zod'
import { CertificateFault } from '../certificate-issues.ts'
import type { AcmeAccount } from './acme-account.ts'
import type { AcmeConnection, AcmeSigner } from './acme-connection.ts'
import { describeProblem, typeOf } from './acme-problem.ts'
import { type AcmeAuthorization, type AcmeChallenge, authorizationSchema } from './acme-resources.ts'
import type { ChallengeSolver, ChallengeType } from './challenge-answers.ts'
import { keyAuthorization } from './jws.ts'
import { pollDelay } from './poll-delay.ts'

export interface Proof {
  readonly connection: AcmeConnection
  readonly account: AcmeAccount
  readonly signer: AcmeSigner
  readonly host: string
  /** URLs of what the order is to be authorised by. */
  readonly authorizations: readonly string[]
  readonly solvers: ReadonlyMap<ChallengeType, ChallengeSolver>
  readonly polls: number
  readonly wait: (milliseconds: number) => Promise<void>
}

/**
 * Proves to an authority that a host is ours, for every authorization that is not valid from before.
 *
 * Errors: `CertificateFault`.
 * Source: RFC 8555 §7.5.
 */
export async function proveHost(proof: Proof): Promise<void> {
  for (const url of proof.authorizations) {
    const { value } = await proof.connection.post(url, proof.signer, authorizationSchema)
    // A proof that the authority still remembers is not asked for again.
    if (value.status !== 'valid') await proveOnce(proof, url, value)
  }
}

async function proveOnce(proof: Proof, url: string, authorization: AcmeAuthorization): Promise<void> {
  const { connection, signer, host } = proof
  const name = authorization.identifier.value.toLowerCase()
  if (name !== host)
    throw new CertificateFault('certificate/acme-malformed', `${url} is about another name than ${host}`)
  const { challenge, token, solver } = choose(proof, authorization)
  try {
    await solver.put(host, token, keyAuthorization(proof.account.key, token))
    // One that is looked at already, from before a crash, is not asked for a second time.
    if (challenge.status === 'pending') await connection.post(challenge.url, signer, z.looseObject({}), {})
    for (let polls = 0; polls < proof.polls; polls += 1) {
      const { value, retryAfterSeconds } = await connection.post(url, signer, authorizationSchema)
      if (value.status === 'valid') return
      if (value.status !== 'pending') throw refusalOf(value, challenge.type)
      await proof.wait(pollDelay(polls, retryAfterSeconds))
    }
    throw new CertificateFault(
      'certificate/order-slow',
      `the authority did not look at the ${challenge.type} challenge in time`,
    )
  } finally {
    await solver.remove(host, token)
  }
}

/** The first of our ways that the authority offers. */
function choose(proof: Proof, { challenges }: AcmeAuthorization) {
  for (const [type, solver] of proof.solvers) {
    const challenge = challenges.find(offered => offered.type === type)
    if (challenge?.token !== undefined) return { challenge, token: challenge.token, solver }
  }
  const wanted = [...proof.solvers.keys()].join(', ')
  const offered = challenges.map(({ type }) => type).join(', ')
  throw new CertificateFault(
    'certificate/challenge-none',
    `the authority offers ${offered === '' ? 'no challenge' : offered}, and of these none can be answered here (${wanted === '' ? 'none' : wanted})`,
  )
}

function refusalOf({ challenges, status }: AcmeAuthorization, type: string): CertificateFault {
  const failed: AcmeChallenge | undefined =
    challenges.find(challenge => challenge.type === type && challenge.error !== undefined) ??
    challenges.find(challenge => challenge.error !== undefined)
  const why = describeProblem(failed?.error) ?? `the authorization is ${status}`
  const isCaa = failed?.error !== undefined && typeOf(failed.error) === 'caa'
  return new CertificateFault(
    isCaa ? 'certificate/caa-forbids' : 'certificate/challenge-failed',
    `${type}: ${why}`,
  )
}
