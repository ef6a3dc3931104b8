import type { DomainRange } from './domains.ts'
import type { WarmPlan } from './measure.ts'

/** How much is measured. */
export interface Plan {
  readonly kind: 'full' | 'quick'
  readonly warm: WarmPlan
  /** Names that only have MTA-STS: what a server that knows nothing else can keep. */
  readonly warmSts: WarmPlan
  readonly pinned: WarmPlan
  /** Names of one measurement of discovery. */
  readonly coldDomains: number
  /** Undefined leaves the hundred thousand out. */
  readonly manyDomains: readonly DomainRange[] | undefined
  /** Policies laid into the database before the start is timed. */
  readonly storedPolicies: number
  readonly starts: number
  /** Given to a server to come to rest before its memory is read. */
  readonly settleMs: number
}

export const KNOWN_DOMAINS: readonly DomainRange[] = [
  { kind: 'sts', from: 0, count: 1000 },
  { kind: 'dane', from: 0, count: 1000 },
  { kind: 'none', from: 0, count: 1000 },
]

/** Domains whose policy the world serves: the known ones and those of discovery. */
export const FETCHABLE_DOMAINS = 2_000

const ROUND = { warmUpMs: 500, rounds: 3, roundMs: 1_200 } as const
const QUICK_ROUND = { warmUpMs: 500, rounds: 1, roundMs: 1_000 } as const

export const plans: Readonly<Record<Plan['kind'], Plan>> = {
  full: {
    kind: 'full',
    warm: { connections: [1, 16, 64], ...ROUND },
    warmSts: { connections: [1, 16, 64], ...ROUND },
    pinned: { connections: [1, 16, 64], ...ROUND },
    coldDomains: 5_000,
    // About what a busy sender meets: few domains have a policy, some more have DANE, most have nothing.
    manyDomains: [
      { kind: 'sts', from: 0, count: 2_000 },
      { kind: 'dane', from: 0, count: 18_000 },
      { kind: 'none', from: 0, count: 80_000 },
    ],
    storedPolicies: 100_000,
    starts: 5,
    settleMs: 15_000,
  },
  quick: {
    kind: 'quick',
    warm: { connections: [1, 16, 64], ...QUICK_ROUND },
    warmSts: { connections: [16], ...QUICK_ROUND },
    pinned: { connections: [16], ...QUICK_ROUND },
    coldDomains: 2_000,
    manyDomains: undefined,
    storedPolicies: 100_000,
    starts: 3,
    settleMs: 1_000,
  },
}

/** Names of discovery without MTA-STS, half with DANE; `turn` gives others each time. */
export function coldDaneOrNone(count: number, turn: number): DomainRange[] {
  const half = count / 2
  const from = 900_000 + turn * half
  return [
    { kind: 'dane', from, count: half },
    { kind: 'none', from, count: half },
  ]
}

/** Names of discovery of which a fifth has a policy to be fetched. */
export function coldWithSts(count: number): DomainRange[] {
  const [sts, rest] = [count / 5, (count / 5) * 2]
  return [
    { kind: 'sts', from: FETCHABLE_DOMAINS - sts, count: sts },
    { kind: 'dane', from: 800_000, count: rest },
    { kind: 'none', from: 800_000, count: rest },
  ]
}

export function countOf(domains: readonly DomainRange[]): number {
  return domains.reduce((sum, { count }) => sum + count, 0)
}
