/**
 * The standards as values: MTA-STS (RFC 8461), DANE for SMTP (RFC 7672) and what Postfix is told of them.
 *
 * Everything here is pure: text or bytes in, values out, no clock, no network. The order of use for a sending
 * MTA: `parseDomainName` → (network: look up TXT, fetch the policy, observe the MX hosts) →
 * `selectMtaStsRecord`, `parseMtaStsPolicy` → `decide` → `formatPostfixTlsPolicy`.
 */
export { type DmarcObstacle, dmarcObstacles } from './bimi/dmarc-gate.ts'
export {
  type BimiRecord,
  type BimiRecordSelection,
  declinesBimi,
  formatBimiRecord,
  localPartSelector,
  parseBimiRecord,
  selectBimiRecord,
} from './bimi/record.ts'
export { applyDigestAgility } from './dane/digest-agility.ts'
export type { DnssecStatus } from './dane/dnssec-status.ts'
export { matchTlsa, type PresentedCertificate, type TlsaDigests, type TlsaMatch } from './dane/match.ts'
export { type DaneServerIdentity, daneReferenceIdentifiers } from './dane/reference-identifiers.ts'
export { tlsaName } from './dane/tlsa-base-domain.ts'
export { formatTlsaRecord, parseTlsaRecord } from './dane/tlsa-presentation.ts'
export { decodeTlsaRecord, encodeTlsaRecord, MAX_TLSA_DATA_BYTES } from './dane/tlsa-rdata.ts'
export {
  type TlsaMatchingType,
  type TlsaRecord,
  type TlsaSelector,
  type TlsaUsage,
  tlsaMatchingTypes,
  tlsaSelectors,
  tlsaUsages,
} from './dane/tlsa-record.ts'
export {
  assessTlsaUsability,
  type TlsaUsability,
  type UsableTlsaRecord,
  usableTlsaRecords,
} from './dane/usability.ts'
export {
  type DaneProtection,
  decideDaneProtection,
  type HostAssessment,
  type HostProtection,
} from './decision/dane-protection.ts'
export {
  type DaneState,
  type Decision,
  type DecisionInput,
  type DecisionRule,
  type DomainOverride,
  decide,
  decisionRules,
  type MinimumLevel,
  type MtaStsState,
  minimumLevels,
} from './decision/decide.ts'
export type {
  AddressesObservation,
  HostObservation,
  NextHopObservation,
  TlsaObservation,
} from './decision/observation.ts'
export {
  type DmarcRecords,
  type EffectiveDmarcPolicy,
  effectiveDmarcPolicy,
} from './dmarc/effective-policy.ts'
export {
  type DmarcPolicy,
  type DmarcRecord,
  type DmarcRecordSelection,
  dmarcPolicies,
  formatDmarcRecord,
  parseDmarcRecord,
  selectDmarcRecord,
} from './dmarc/record.ts'
export { type ProtocolIssueCode, protocolIssues } from './issues.ts'
export { explainMxValue, type MxValueExplanation } from './mta-sts/explain-mx-value.ts'
export {
  hosterPatterns,
  type MailHoster,
  type MailHosterName,
  mailHosterOf,
  mailHosters,
} from './mta-sts/mail-hosters.ts'
export {
  formatMtaStsPolicy,
  inspectMtaStsPolicy,
  MAX_MAX_AGE_SECONDS,
  MAX_POLICY_BYTES,
  type MtaStsMode,
  type MtaStsPolicy,
  type MtaStsPolicyDocument,
  type MtaStsPolicyInspection,
  mtaStsModes,
  parseMtaStsPolicy,
} from './mta-sts/policy.ts'
export { nearMtaStsMode, nearPolicyKey, type PolicyKey, policyKeys } from './mta-sts/policy-hints.ts'
export { type PolicyLine, policyLines } from './mta-sts/policy-lines.ts'
export {
  formatMtaStsRecord,
  isPolicyId,
  MAX_POLICY_ID_LENGTH,
  type MtaStsRecord,
  type MtaStsRecordSelection,
  parseMtaStsRecord,
  selectMtaStsRecord,
} from './mta-sts/record.ts'
export {
  type DomainName,
  type DomainNameOptions,
  isDomainName,
  MAX_DOMAIN_NAME_LENGTH,
  MAX_LABEL_LENGTH,
  parseDomainName,
} from './names/domain-name.ts'
export {
  formatMxHostPattern,
  type MxHostPattern,
  matchMxHost,
  parseMxHostPattern,
} from './names/mx-host-pattern.ts'
export { nearestWord } from './nearest-word.ts'
export {
  encodeNetstring,
  type NetstringFrame,
  type NetstringScan,
  scanNetstring,
} from './postfix/netstring.ts'
export {
  formatNextHop,
  type NextHop,
  type NextHopKey,
  parseNextHopKey,
  SMTP_PORT,
} from './postfix/next-hop.ts'
export {
  type PostfixTlsLevel,
  type PostfixTlsPolicyEntry,
  parsePostfixTlsPolicy,
  postfixTlsLevels,
} from './postfix/parse-tls-policy.ts'
export {
  encodeSocketmapReply,
  MAX_REPLY_BYTES,
  MAX_REQUEST_BYTES,
  parseSocketmapReply,
  parseSocketmapRequest,
  type SocketmapReply,
  type SocketmapRequest,
} from './postfix/socketmap.ts'
export {
  formatPostfixTlsPolicy,
  type PostfixDialect,
  type PostfixTlsPolicy,
  postfixTlsPolicyFor,
} from './postfix/tls-policy.ts'
export {
  type AlmostRecord,
  explainAlmostRecord,
  type RecordKind,
  recordKindOf,
  recordKinds,
} from './records/explain-almost-record.ts'
export {
  MAX_EXTENSION_NAME_LENGTH,
  type RecordExtension,
} from './records/extension-field.ts'
export { formatTxtData } from './records/format-txt-data.ts'
export { selectTxtRecord, type TxtRecordSelection } from './records/select-txt-record.ts'
export { type RecordField, type RecordTokens, tokenizeRecord } from './records/tokenize-record.ts'
export { isUriText, uriHost, uriPath, uriScheme } from './records/uri.ts'
export { type Issue, type IssueSpec, invalid, type Parsed, quote, valid } from './result.ts'
export {
  type Diagnosis,
  type DiagnosisInput,
  diagnoseFailure,
  type FailureSighting,
  failureClassOf,
  type ReporterTotals,
} from './tls-rpt/diagnose.ts'
export { explainMxMismatch } from './tls-rpt/explain-mx-mismatch.ts'
export { explainReport, type ReportExplanation, type ReportProblem } from './tls-rpt/explain-report.ts'
export type { FailureClass, FailureReading, LikelyCause } from './tls-rpt/failure-classes.ts'
export { formatTlsReport } from './tls-rpt/format-report.ts'
export { normalizeIpAddress } from './tls-rpt/ip-address.ts'
export {
  parseReportFileName,
  parseReportSubject,
  type ReportFileName,
  type ReportSubject,
} from './tls-rpt/mail-form.ts'
export {
  MAX_FAILURES_PER_REPORT,
  MAX_POLICIES_PER_REPORT,
  MAX_REPORT_CHARACTERS,
  MAX_REPORTS_PER_TEXT,
  type ParseReportOptions,
  parseTlsReport,
  parseTlsReports,
} from './tls-rpt/parse-report.ts'
export {
  formatTlsRptRecord,
  parseTlsRptRecord,
  selectTlsRptRecord,
  type TlsRptRecord,
  type TlsRptRecordSelection,
} from './tls-rpt/record.ts'
export type {
  FailureDetail,
  ReportContext,
  ReportedPolicy,
  ReportedPolicyType,
  ReportNote,
  TlsReport,
  TlsReportReading,
} from './tls-rpt/report.ts'
export { describeReportFacts, type ReportFacts } from './tls-rpt/report-sentences.ts'
export { type ResultType, resultTypes } from './tls-rpt/result-type.ts'
export { mailtoAddress, type TlsRptUri, tlsRptSchemes } from './tls-rpt/rua.ts'
export { sendingNetworkOf } from './tls-rpt/sending-network.ts'
export {
  type CountedPolicy,
  type DomainSessions,
  resultTypeNote,
  type SessionSums,
  type SumRule,
  sumRules,
  sumSessions,
} from './tls-rpt/session-sums.ts'
