import type { ProtocolIssueCode } from '../issues.ts'
import {
  type FailureClass,
  type FailureReading,
  failureClasses,
  type LikelyCause,
  unknownFailureClass,
} from './failure-classes.ts'
import { type ResultType, resultTypes } from './result-type.ts'

/** Failed sessions of one result type at one MX host, as one reporter saw them from one network. */
export interface FailureSighting {
  readonly organization: string
  /** The sender's network (`192.0.2.0/24`, `2001:db8:1::/48`), or undefined where the report names no address. */
  readonly sendingNetwork: string | undefined
  readonly receivingIp: string | undefined
  readonly failedSessionCount: number
  /** UTC days, `YYYY-MM-DD`. */
  readonly firstDay: string
  readonly lastDay: string
  readonly reasonCodes: readonly string[]
}

/** What one reporter says of the whole domain in the same days. */
export interface ReporterTotals {
  readonly organization: string
  readonly successfulSessionCount: number
  readonly failedSessionCount: number
}

/** One failure, everything that was seen of it, and what others saw at the same time. */
export interface DiagnosisInput {
  readonly resultType: ResultType | (string & {})
  readonly mxHost: string | undefined
  /** Every sighting of this result type at this MX host; at least one. */
  readonly sightings: readonly FailureSighting[]
  /** Every reporter with sessions for the domain in those days, those of the sightings among them. */
  readonly reporters: readonly ReporterTotals[]
  /** Whether the policy allows the MX host; undefined where no policy or no MX host is known. */
  readonly mxHostIsInPolicy?: boolean | undefined
}

export interface Diagnosis {
  readonly likelyCause: LikelyCause
  /** How far the reports carry the cause; never certain, as reports are what others say. */
  readonly confidence: 'very likely' | 'likely' | 'possible' | 'unclear'
  /** A sentence: what happened. */
  readonly summary: string
  /** Sentences: what speaks for the cause. */
  readonly evidence: readonly string[]
  /** A sentence: what the reports cannot tell. */
  readonly doubt: string
  /** A sentence or two: what to do. */
  readonly remedy: string
  readonly findingCode: ProtocolIssueCode
}

/** How widely a failure is seen. */
type Spread =
  /** Every reporter with sessions fails, and there are at least two of them. */
  | 'all'
  /** Several reporters fail, others do not. */
  | 'several'
  /** One reporter fails while others deliver. */
  | 'one-reporter'
  /** All failures come from one network, though more than one reporter sends from it. */
  | 'one-network'
  /** Nobody else reports, so nothing can be compared. */
  | 'no-comparison'

/**
 * Says what a failure most likely comes from, on what evidence, and what to do.
 *
 * Unclear: reports name an MX host only for failures, so that others delivered well to the same host is an
 * inference from their totals; `doubt` says so.
 * Source: RFC 8460 §4.3 (result types), §1 (downgrade attacks), RFC 8461 §10.
 */
export function diagnoseFailure(input: DiagnosisInput): Diagnosis {
  const spread = spreadOf(input)
  if (input.mxHostIsInPolicy === false && input.resultType !== 'starttls-not-supported')
    return outsidePolicy(input, spread)
  const failureClass = failureClassOf(input.resultType)
  const reading = readingFor(failureClass, spread)
  return {
    likelyCause: reading.cause,
    confidence: confidenceOf(reading, spread, input),
    summary: failureClass.summary,
    evidence: evidenceOf(input, spread),
    doubt: `${doubts[spread]}${reading.doubt === undefined ? '' : ` ${reading.doubt}`}`,
    remedy: reading.remedy,
    findingCode:
      reading.cause === 'possible-downgrade' ? 'tls-rpt/possible-downgrade' : failureClass.findingCode,
  }
}

/** Says what a result type is about, whoever wrote it. */
export function failureClassOf(resultType: string): FailureClass {
  const known = resultTypes.find(type => type === resultType)
  return known === undefined ? unknownFailureClass : failureClasses[known]
}

function readingFor(failureClass: FailureClass, spread: Spread): FailureReading {
  if (spread === 'all' || spread === 'several') return failureClass.seenByMany
  if (spread === 'no-comparison') return failureClass.seenWithoutComparison
  return failureClass.seenByOne
}

function confidenceOf(
  reading: FailureReading,
  spread: Spread,
  { sightings }: DiagnosisInput,
): Diagnosis['confidence'] {
  if (reading.cause === 'undecided') return 'unclear'
  if (spread === 'no-comparison') return 'possible'
  if (reading.cause === 'possible-downgrade') return 'possible'
  // A handful of sessions can be a restart or a broken connection.
  if (sessionsOf(sightings) < 3) return 'possible'
  return spread === 'all' ? 'very likely' : 'likely'
}

const doubts: Readonly<Record<Spread, string>> = {
  all: 'Reports are what senders say; a test of the server itself settles it.',
  several:
    'Other reporters saw no such failure; reports name an MX host only for failures, so they may have used another one.',
  'one-reporter':
    'Reports name an MX host only for failures, so the other reporters may have used another MX host or come at another hour.',
  'one-network':
    'Reports name an MX host only for failures, so senders in other networks may have used another MX host.',
  'no-comparison': 'No other reporter sent a report for these days, so nothing can be compared.',
}

function outsidePolicy(input: DiagnosisInput, spread: Spread): Diagnosis {
  return {
    likelyCause: 'our-misconfiguration',
    confidence: spread === 'all' || spread === 'several' ? 'very likely' : 'possible',
    summary: 'Senders reached an MX host that the MTA-STS policy does not allow.',
    evidence: [
      `No mx: line of the policy matches ${input.mxHost ?? 'the host'}.`,
      ...evidenceOf(input, spread),
    ],
    doubt:
      'A sender may still hold an older policy, or may have been led to a foreign MX host by forged DNS.',
    remedy:
      'If the host is yours, add it to the policy with a line mx: and change the id of the TXT record _mta-sts. A wildcard *.example.net stands for one label only: it allows mx.example.net, not a.mx.example.net. If the host is not yours, check your MX records.',
    findingCode: 'tls-rpt/mx-not-in-policy',
  }
}

function spreadOf({ sightings, reporters }: DiagnosisInput): Spread {
  const failing = new Set(sightings.map(({ organization }) => organization))
  const others = reporters.filter(
    ({ organization, successfulSessionCount }) => !failing.has(organization) && successfulSessionCount > 0,
  )
  if (others.length === 0) return failing.size > 1 ? 'all' : 'no-comparison'
  if (failing.size === 1) return 'one-reporter'
  const networks = new Set(sightings.map(({ sendingNetwork }) => sendingNetwork))
  return networks.size === 1 && !networks.has(undefined) ? 'one-network' : 'several'
}

function evidenceOf({ sightings, reporters }: DiagnosisInput, spread: Spread): string[] {
  const failing = new Set(sightings.map(({ organization }) => organization))
  const failingNames = [...failing].sort()
  const others = reporters.filter(
    ({ organization, successfulSessionCount }) => !failing.has(organization) && successfulSessionCount > 0,
  )
  const evidence = [
    `${count(sessionsOf(sightings), 'session')} failed, reported by ${listed(failingNames)}, ${span(sightings)}.`,
  ]
  if (others.length > 0) {
    const delivered = others.reduce((sum, { successfulSessionCount }) => sum + successfulSessionCount, 0)
    evidence.push(
      `In the same days ${listed(others.map(({ organization }) => organization).sort())} saw ${count(delivered, 'good session')} and not this failure.`,
    )
  }
  const ownGood = reporters
    .filter(({ organization }) => failing.has(organization))
    .reduce((sum, { successfulSessionCount }) => sum + successfulSessionCount, 0)
  evidence.push(
    ownGood === 0
      ? `${failing.size === 1 ? 'That reporter' : 'Those reporters'} had no good session in these days.`
      : `${failing.size === 1 ? 'That reporter' : 'Those reporters'} also had ${count(ownGood, 'good session')}, so it does not fail always.`,
  )
  const networks = distinct(sightings.map(({ sendingNetwork }) => sendingNetwork))
  if (networks.length === 1) evidence.push(`All of it comes from the network ${networks[0]}.`)
  else if (networks.length > 1 && spread !== 'no-comparison')
    evidence.push(`It comes from ${networks.length} networks: ${listed(networks)}.`)
  const receiving = distinct(sightings.map(({ receivingIp }) => receivingIp))
  if (receiving.length === 1 && sightings.every(({ receivingIp }) => receivingIp !== undefined))
    evidence.push(`All of it at the address ${receiving[0]}.`)
  else if (receiving.length > 1 && receiving.every(address => address.includes(':')))
    evidence.push('All of it over IPv6.')
  const reasons = distinct(sightings.flatMap(({ reasonCodes }) => reasonCodes))
  if (reasons.length > 0) evidence.push(`The reporter's words: ${listed(reasons)}.`)
  return evidence
}

function sessionsOf(sightings: readonly FailureSighting[]): number {
  return sightings.reduce((sum, { failedSessionCount }) => sum + failedSessionCount, 0)
}

function span(sightings: readonly FailureSighting[]): string {
  const first = sightings.map(({ firstDay }) => firstDay).sort()[0]
  const last = sightings
    .map(({ lastDay }) => lastDay)
    .sort()
    .at(-1)
  return first === last ? `on ${first}` : `from ${first} to ${last}`
}

function distinct(texts: readonly (string | undefined)[]): string[] {
  return [...new Set(texts.filter(text => text !== undefined && text !== ''))].sort() as string[]
}

/** More names than anybody reads are counted, so that a flood of reporters cannot flood a page. */
const MAX_LISTED = 5

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'nobody'
  if (names.length === 1) return names[0]!
  if (names.length > MAX_LISTED)
    return `${names.slice(0, MAX_LISTED).join(', ')} and ${names.length - MAX_LISTED} more`
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
