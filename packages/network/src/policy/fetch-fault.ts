import {
  type Issue,
  type IssueSpec,
  type ProtocolIssueCode,
  protocolIssues,
  type ResultType,
} from '@sternpost/protocol'
import { type NetworkIssueCode, networkIssues } from '../issues.ts'

export type PolicyFetchIssue = Issue<ProtocolIssueCode | NetworkIssueCode>

/** Ends a fetch from within one of its steps; `createPolicyFetcher` turns it into a result. */
export class PolicyFetchFault extends Error {
  readonly issues: readonly [PolicyFetchIssue, ...PolicyFetchIssue[]]

  constructor(first: PolicyFetchIssue, ...others: readonly PolicyFetchIssue[]) {
    super(first.message)
    this.name = 'PolicyFetchFault'
    this.issues = [first, ...others]
  }
}

export function fault(code: NetworkIssueCode, message: string): PolicyFetchFault {
  return new PolicyFetchFault({ code, message })
}

const specs: Record<ProtocolIssueCode | NetworkIssueCode, IssueSpec> = { ...protocolIssues, ...networkIssues }

export function resultTypeOf(issue: PolicyFetchIssue): ResultType | null {
  return specs[issue.code].resultType
}

/** A socket, TLS or HTTP error in a few words: what its library says is the reason, with the code. */
export function errorName(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  if ('reason' in error && typeof error.reason === 'string' && error.reason !== '') {
    return code === undefined ? error.reason : `${error.reason} (${code})`
  }
  if (code === 'ECONNRESET') return 'the connection was closed (ECONNRESET)'
  return code ?? error.message
}
