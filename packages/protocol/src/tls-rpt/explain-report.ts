import { type DomainName, parseDomainName } from '../names/domain-name.ts'
import { type MxHostPattern, parseMxHostPattern } from '../names/mx-host-pattern.ts'
import { type Diagnosis, diagnoseFailure } from './diagnose.ts'
import { explainMxMismatch } from './explain-mx-mismatch.ts'
import type { FailureDetail, ReportedPolicy, TlsReport } from './report.ts'
import { describeReportFacts } from './report-sentences.ts'
import { sendingNetworkOf } from './sending-network.ts'
import { type SessionSums, sumSessions } from './session-sums.ts'

/** One kind of failure in a report: a result type at one MX host of a domain under one type of policy. */
export interface ReportProblem {
  /** Empty where the report tells none. */
  readonly domain: string
  readonly policyType: string
  readonly resultType: string
  /** In lower case; empty where the report names none. */
  readonly mxHost: string
  readonly reportedSessionCount: number
  /** Empty where the report names no address. */
  readonly sendingNetworks: readonly string[]
  readonly receivingIps: readonly string[]
  readonly reasonCodes: readonly string[]
  /** Why the policy does not allow the MX host, where it does not. */
  readonly mxMismatch: string | undefined
  readonly diagnosis: Diagnosis
}

export interface ReportExplanation {
  /** What it says, for people. */
  readonly sentences: readonly string[]
  readonly domains: readonly string[]
  readonly sums: SessionSums
  /** Most failed sessions first, at most 500. */
  readonly problems: readonly ReportProblem[]
  /** Kinds of failure beyond those. */
  readonly furtherProblemCount: number
}

/** Real reports have one to ten; a flood of made-up ones is counted. */
const MAX_PROBLEMS = 500

/** Explains a report by itself, as somebody does who has no other to compare it with. */
export function explainReport(report: TlsReport): ReportExplanation {
  const sums = sumSessions(report)
  const domains = sums.domains.map(({ policyDomain }) => policyDomain ?? '')
  const { problems, furtherProblemCount } = problemsOf(report)
  const sentences = describeReportFacts({
    organization: report.organizationName ?? '',
    domains,
    day: report.day,
    successfulSessionCount: sums.success,
    failedSessionCount: sums.failure,
    policyTypes: report.policies.map(({ policyType }) => policyType),
    problems: problems.map(({ diagnosis, mxHost, reportedSessionCount }) => ({
      summary: diagnosis.summary,
      mxHost,
      sessionCount: reportedSessionCount,
    })),
  })
  return { sentences, domains, sums, problems, furtherProblemCount }
}

interface Sighting {
  readonly policy: ReportedPolicy
  readonly failure: FailureDetail
}

function problemsOf(report: TlsReport): Pick<ReportExplanation, 'problems' | 'furtherProblemCount'> {
  const kinds = Map.groupBy(
    report.policies.flatMap(policy => policy.failures.map((failure): Sighting => ({ policy, failure }))),
    ({ policy, failure }) =>
      JSON.stringify([policy.policyDomain, policy.policyType, failure.resultType, mxHostOf(failure)]),
  )
  const largest = [...kinds.values()]
    .map(sightings => ({ sightings, sessionCount: sum(sightings, each => each.failure.failedSessionCount) }))
    .sort((one, other) => other.sessionCount - one.sessionCount)
    .slice(0, MAX_PROBLEMS)
  const surroundings: Surroundings = {
    organization: report.organizationName ?? 'an unnamed reporter',
    day: report.day ?? 'a day it does not tell',
    policiesOf: Map.groupBy(report.policies, ({ policyDomain }) => policyDomain),
  }
  return {
    problems: largest.map(({ sightings, sessionCount }) =>
      explainKind(sightings, sessionCount, surroundings),
    ),
    furtherProblemCount: kinds.size - largest.length,
  }
}

interface Surroundings {
  readonly organization: string
  readonly day: string
  readonly policiesOf: ReadonlyMap<DomainName | undefined, readonly ReportedPolicy[]>
}

function explainKind(
  sightings: readonly Sighting[],
  reportedSessionCount: number,
  { organization, day, policiesOf }: Surroundings,
): ReportProblem {
  const { policy, failure } = sightings[0]!
  const mxHost = mxHostOf(failure)
  const judged = policy.policyType === 'sts' ? judgeMxHost(mxHost, sightings) : undefined
  const policies = policiesOf.get(policy.policyDomain) ?? []
  return {
    domain: policy.policyDomain ?? '',
    policyType: policy.policyType,
    resultType: failure.resultType,
    mxHost,
    reportedSessionCount,
    sendingNetworks: distinct(sightings.map(each => sendingNetworkOf(each.failure.sendingMtaIp))),
    receivingIps: distinct(sightings.map(each => each.failure.receivingIp)),
    reasonCodes: distinct(sightings.map(each => each.failure.failureReasonCode)),
    mxMismatch: judged?.mismatch,
    diagnosis: diagnoseFailure({
      resultType: failure.resultType,
      mxHost: mxHost === '' ? undefined : mxHost,
      sightings: sightings.map(each => ({
        organization,
        sendingNetwork: sendingNetworkOf(each.failure.sendingMtaIp),
        receivingIp: each.failure.receivingIp,
        failedSessionCount: each.failure.failedSessionCount,
        firstDay: day,
        lastDay: day,
        reasonCodes: each.failure.failureReasonCode === undefined ? [] : [each.failure.failureReasonCode],
      })),
      reporters: [
        {
          organization,
          successfulSessionCount: sum(policies, each => each.successfulSessionCount),
          failedSessionCount: sum(policies, each => each.failureSessionCount),
        },
      ],
      mxHostIsInPolicy: judged === undefined ? undefined : judged.mismatch === undefined,
    }),
  }
}

function mxHostOf(failure: FailureDetail): string {
  return (failure.receivingMxHostname ?? '').toLowerCase()
}

function sum<T>(members: readonly T[], count: (member: T) => number): number {
  return members.reduce((total, member) => total + count(member), 0)
}

/** Compares an MX host with the policies the report quotes; undefined where it quotes none, or the host is no name. */
function judgeMxHost(
  mxHost: string,
  sightings: readonly Sighting[],
): { readonly mismatch: string | undefined } | undefined {
  const name = parseDomainName(mxHost, { underscore: true })
  const patterns = [...new Set(sightings.map(({ policy }) => policy))].map(patternsOf)
  const quoted = patterns.filter(each => each.length > 0)
  if (!name.ok || quoted.length === 0) return undefined
  const mismatches = quoted.map(each => explainMxMismatch(name.value, each))
  return { mismatch: mismatches.every(each => each !== undefined) ? mismatches[0] : undefined }
}

/** The `mx` lines of the quoted policy, or `mx-host` where it is not quoted. */
function patternsOf({ policyStrings, mxHostPatterns }: ReportedPolicy): MxHostPattern[] {
  const lines = policyStrings
    .flatMap(text => text.split(/\r?\n/))
    .flatMap(line => /^\s*mx\s*:\s*(\S+)\s*$/.exec(line)?.[1] ?? [])
  return (lines.length > 0 ? lines : mxHostPatterns).flatMap(text => {
    const parsed = parseMxHostPattern(text)
    return parsed.ok ? [parsed.value] : []
  })
}

function distinct(texts: readonly (string | undefined)[]): string[] {
  return [...new Set(texts.filter(text => text !== undefined && text !== ''))].sort() as string[]
}
