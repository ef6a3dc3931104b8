import { type DecisionRule, formatMxHostPattern } from '@sternpost/protocol'
import type { LookUpReport } from './look-up.ts'

/** One question on the way to what Postfix is told. */
export interface LookUpStep {
  readonly step: 'override' | 'dane' | 'announced' | 'policy' | 'mode'
  /** For people: `Is a policy announced?` */
  readonly question: string
  /** A word or two. */
  readonly answer: string
  readonly reason: string
  /** Whether the answer let the next question be asked, decided, or was not needed any more. */
  readonly outcome: 'went-on' | 'decided' | 'not-needed'
  /** What the answer rests on: MX hosts, an attempt to fetch. */
  readonly rests: readonly {
    readonly what: string
    readonly answer: string
    readonly reason: string
  }[]
}

/** At which question each rule decides. */
const decidedAt = {
  'override-skip': 'override',
  'override-minimum-level': 'override',
  'dane-complete': 'dane',
  'dane-unknown': 'dane',
  'dane-partial': 'dane',
  'mta-sts-enforce': 'mode',
  'mta-sts-testing': 'mode',
  'mta-sts-none': 'mode',
  'mta-sts-pending': 'policy',
  'mta-sts-unavailable': 'policy',
  'mta-sts-unknown': 'announced',
  'no-policy': 'announced',
} as const satisfies Record<DecisionRule, LookUpStep['step']>

/** Rules that are settled only after the whole of MTA-STS was looked at. */
const afterAll: ReadonlySet<DecisionRule> = new Set(['dane-partial', 'override-minimum-level'])

type Question = Omit<LookUpStep, 'outcome'>

/** Puts a lookup as the questions that were asked in turn, each with its answer and what it led to. */
export function lookUpSteps(report: LookUpReport): readonly LookUpStep[] {
  const { rule } = report.decision
  const questions = [override(report), dane(report), announced(report), policy(report), mode(report)]
  const decisive = questions.findIndex(({ step }) => step === decidedAt[rule])
  return questions.map((question, place) => ({
    ...question,
    outcome:
      place === decisive
        ? 'decided'
        : place < decisive || (afterAll.has(rule) && isAnswered(question))
          ? 'went-on'
          : 'not-needed',
  }))
}

function isAnswered({ step, answer }: Question): boolean {
  return step !== 'mode' || answer !== NO_POLICY
}

const NO_POLICY = 'no policy'

function override(report: LookUpReport): Question {
  return {
    step: 'override',
    question: 'Did the operator give an order for this domain?',
    answer: report.override === undefined ? 'no' : 'yes',
    reason: report.override ?? 'no override in the configuration fits it',
    rests: [],
  }
}

function dane({ dane: { state, observation }, resolvers }: LookUpReport): Question {
  const signed =
    observation !== undefined && 'mxDnssec' in observation
      ? [
          {
            what: 'MX records',
            answer: observation.mxDnssec === 'secure' ? 'signed' : 'not signed',
            reason:
              observation.mxDnssec === 'secure'
                ? 'DNSSEC vouches for the names of the MX hosts'
                : 'anybody on the way could name other MX hosts',
          },
        ]
      : []
  return {
    step: 'dane',
    question: 'Does DANE protect every way to it?',
    answer: state.kind,
    reason: state.reason,
    rests: [
      ...resolvers.map(({ resolver, state: answer, detail }) => ({
        what: `resolver ${resolver}`,
        answer,
        reason: detail,
      })),
      ...signed,
      ...('hosts' in state
        ? state.hosts.map(({ mxHost, protection, reason }) => ({ what: mxHost, answer: protection, reason }))
        : []),
    ],
  }
}

function announced({ mtaSts: { record } }: LookUpReport): Question {
  const question = 'Does a DNS record announce an MTA-STS policy?'
  if (record.kind === 'id')
    return {
      step: 'announced',
      question,
      answer: 'yes',
      reason: `the record names policy ${record.policyId}`,
      rests: [],
    }
  const answer = record.kind === 'none' ? 'no' : 'cannot be told'
  return { step: 'announced', question, answer, reason: record.reason, rests: [] }
}

function policy({ mtaSts: { record, fetch, cached, state }, lookedUpAt }: LookUpReport): Question {
  const isCachedInForce = cached !== undefined && lookedUpAt < cached.expiresAt
  const live = record.kind === 'id' && fetch?.ok === true
  const answer = live ? 'fetched now' : isCachedInForce ? 'from the cache' : 'no'
  return {
    step: 'policy',
    question: 'Is there a policy to go by?',
    answer,
    reason:
      state.kind === 'applicable'
        ? `policy ${state.policyId} applies`
        : 'nothing was fetched and nothing that is cached is still in force',
    rests: [
      ...(fetch === undefined
        ? []
        : [
            {
              what: fetch.evidence.url,
              answer: fetch.ok ? 'fetched' : 'failed',
              reason: fetch.issues[0]?.message ?? `${fetch.evidence.durationMs} ms`,
            },
          ]),
      ...(cached === undefined
        ? []
        : [
            {
              what: `cached policy ${cached.policyId}`,
              answer: isCachedInForce ? 'in force' : 'expired',
              reason: `fetched ${new Date(cached.document.fetchedAt).toISOString()}, max_age ends ${new Date(cached.expiresAt).toISOString()}`,
            },
          ]),
    ],
  }
}

function mode({ mtaSts: { state }, decision }: LookUpReport): Question {
  const question = 'What does the policy ask for?'
  // An override may have put another policy or mode in its place.
  const applied = decision.action === 'require-mta-sts' ? decision : state
  if (!('document' in applied))
    return { step: 'mode', question, answer: NO_POLICY, reason: applied.reason, rests: [] }
  const { mode: answer, mxHostPatterns } = applied.document.value
  const reasons = {
    enforce: 'mail goes only to hosts that the policy allows and that have a good certificate',
    testing: 'failures are reported; mail goes as if there were no policy',
    none: 'the domain has taken its policy back',
  } as const
  return {
    step: 'mode',
    question,
    answer,
    reason: reasons[answer],
    rests: mxHostPatterns.map(pattern => ({
      what: formatMxHostPattern(pattern),
      answer: 'allowed',
      reason: 'an mx line of the policy',
    })),
  }
}
