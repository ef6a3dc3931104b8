import type { NetworkIssueCode } from '@sternpost/network'
import type { ProtocolIssueCode } from '@sternpost/protocol'
import type { IntakeIssueCode } from '../../reports-received/index.ts'
import type { CheckIssueCode } from './check-issues.ts'

/** Issues between Postfix and us, and of our own configuration: never said about a domain or a file. */
type NeverFindings = `socketmap/${string}` | `postfix/${string}` | 'dns/resolver-address'

/** Every code a finding can have. */
export type FindingCode =
  | CheckIssueCode
  | Exclude<ProtocolIssueCode, NeverFindings>
  | Exclude<NetworkIssueCode, NeverFindings>
  | IntakeIssueCode
