import type { AddressGuard } from '../address/public-address.ts'
import type { DnsAnswer, DnsLookup } from '../dns/answer.ts'
import type { FetchDeadline } from './fetch-deadline.ts'
import { fault } from './fetch-fault.ts'

/** More addresses than this are not tried. */
export const MAX_ADDRESSES = 8
/** How long the slower family is waited for once the other one has addresses. */
const SECOND_FAMILY_WAIT_MS = 2_000

export interface RefusedAddress {
  readonly address: string
  readonly reason: string
}

/**
 * Looks up where the policy host is and leaves out what may not be called.
 *
 * Shape: both families at once, alternating in the result, IPv6 first. A family that fails, or is slower than
 * the other by two seconds, does not spoil the other.
 * Errors: faults `policy-host/dns`, `policy-host/no-address`, `policy-host/address-refused`.
 */
export async function resolvePolicyHost(
  policyHost: string,
  dns: DnsLookup,
  guard: AddressGuard,
  deadline: FetchDeadline,
  onRefused: (refused: RefusedAddress) => void,
): Promise<string[]> {
  deadline.enter(`the addresses of ${policyHost}`)
  const answers = await lookupBoth(policyHost, dns, deadline)
  const found = alternate(addressesOf(answers.AAAA), addressesOf(answers.A))
  if (found.length === 0) throw noAddressFault(policyHost, answers)

  const usable: string[] = []
  const refused: RefusedAddress[] = []
  for (const address of found) {
    if (usable.length === MAX_ADDRESSES || refused.length === MAX_ADDRESSES) break
    const verdict = guard(address)
    if (verdict.allowed) usable.push(address)
    else {
      refused.push({ address, reason: verdict.reason })
      onRefused({ address, reason: verdict.reason })
    }
  }
  if (usable.length === 0) {
    const reasons = refused.map(({ reason }) => reason).join('; ')
    const message = `${policyHost} has no address that may be called: ${reasons}. A policy host needs a public one`
    throw fault('policy-host/address-refused', `${message} (RFC 8461 §3.3)`)
  }
  return usable
}

interface BothAnswers {
  readonly A: DnsAnswer<'A'> | undefined
  readonly AAAA: DnsAnswer<'AAAA'> | undefined
}

function lookupBoth(policyHost: string, dns: DnsLookup, deadline: FetchDeadline): Promise<BothAnswers> {
  let timer: NodeJS.Timeout | undefined
  return deadline.run<BothAnswers>(
    (resolve, reject) => {
      let A: DnsAnswer<'A'> | undefined
      let AAAA: DnsAnswer<'AAAA'> | undefined
      const onAnswer = () => {
        if (A !== undefined && AAAA !== undefined) resolve({ A, AAAA })
        else if (A?.kind === 'records' || AAAA?.kind === 'records')
          timer = setTimeout(() => resolve({ A, AAAA }), SECOND_FAMILY_WAIT_MS)
      }
      dns.lookup(policyHost, 'AAAA').then(answer => {
        AAAA = answer
        onAnswer()
      }, reject)
      dns.lookup(policyHost, 'A').then(answer => {
        A = answer
        onAnswer()
      }, reject)
    },
    () => clearTimeout(timer),
  )
}

export function addressesOf(answer: DnsAnswer<'A' | 'AAAA'> | undefined): readonly string[] {
  return answer?.kind === 'records' ? answer.records : []
}

export function alternate(first: readonly string[], second: readonly string[]): string[] {
  const all = new Set<string>()
  for (let i = 0; i < Math.max(first.length, second.length); i += 1) {
    const pair = [first[i], second[i]]
    for (const address of pair) if (address !== undefined) all.add(address)
  }
  return [...all]
}

function noAddressFault(policyHost: string, answers: BothAnswers): Error {
  const failures = [answers.AAAA, answers.A].flatMap(answer => (answer?.kind === 'failure' ? [answer] : []))
  if (failures.length > 0) {
    const messages = failures.map(({ question, message }) => `${question.type}: ${message}`).join('; ')
    return fault('policy-host/dns', `the addresses of ${policyHost} cannot be looked up: ${messages}`)
  }
  return fault(
    'policy-host/no-address',
    `${policyHost} has no address, so its policy cannot be fetched (RFC 8461 §3.3)`,
  )
}
