/** What others are told: policies served and written to DNS, the certificates for it, the rollout. */

export {
  CertificateFault,
  type CertificateIssueCode,
  certificateIssues,
} from './certificates/certificate-issues.ts'
export { type CertificateJson, certificateJson } from './certificates/certificate-json.ts'
export {
  ACME_TLS_PROTOCOL,
  type CertificateCondition,
  type CertificateError,
  type CertificateOrigin,
  type CertificateSource,
  type CertificateState,
} from './certificates/certificate-source.ts'
export {
  type CertificateHealth,
  type CertificateSettings,
  Certificates,
  type CertificatesOptions,
} from './certificates/certificates.ts'
export { type ListedCertificate, listCertificates } from './certificates/list-certificates.ts'
export { createStateReader, requestCertificate } from './certificates/read-certificate-state.ts'
export { askEveryServer } from './dns/ask-every-server.ts'
export { compareLive, type LiveRecord, type ServerState } from './dns/compare-live.ts'
export {
  createRecordPublishing,
  type RecordPublisherWorld,
  type RecordPublishing,
} from './dns/create-record-publisher.ts'
export { createWriters, type WriterWorld } from './dns/create-writers.ts'
export type { DnsChange, DnsChangeOutcome, DnsWriter } from './dns/dns-writer.ts'
export { type RecordSettings, recordsOfDomain } from './dns/domain-records.ts'
export {
  type FormatOptions,
  formatRecords,
  formatsOfOneZone,
  type RecordFormat,
} from './dns/formats/format-records.ts'
export type { PlacedRecord } from './dns/formats/placed-record.ts'
export type { TerraformProvider } from './dns/formats/terraform.ts'
export { formatRecordData, formatZoneFile } from './dns/formats/zone-file.ts'
export { DnsWriteError, type DnsWriteIssueCode, dnsWriteIssues } from './dns/issues.ts'
export { OwnValues } from './dns/own-values.ts'
export { placeRecords, type ZonePlaces } from './dns/place-records.ts'
export { type ChangePlan, type PlanOptions, planChanges, type RecordConflict } from './dns/plan-changes.ts'
export { type OutcomeJson, outcomeJson, recordJson } from './dns/record-json.ts'
export {
  type ApplyOptions,
  type ApplyResult,
  type Comparison,
  type RecordOutcome,
  RecordPublisher,
  type RecordPublisherOptions,
} from './dns/record-publisher.ts'
export { type RecordSet, type RecordSetType, recordSetTypes } from './dns/record-set.ts'
export {
  type AskEveryServer,
  type ExpectedRecords,
  type RecordVerdict,
  type ServerAnswer,
  type VerifyOptions,
  verifyRecords,
} from './dns/verify-records.ts'
export {
  operatorRecordName,
  type PolicyHostAddress,
  type PolicyHostPlace,
  type RecordDelegation,
  type RecordPurpose,
  sharedPolicyHostName,
  type WantedRecord,
  type WantedRecordsInput,
  wantedRecords,
} from './dns/wanted-records.ts'
export type { DnsWriterSettings, PublishDnsSettings } from './dns/writer-settings.ts'
export { ChangeWatch } from './domains/change-watch.ts'
export { changeOf, type DomainWishes, newDomain } from './domains/domain-wishes.ts'
export {
  createPatternFinder,
  IMPORT_BATCH,
  type ImportedDomain,
  type ImportedPatterns,
  type ImportedState,
  importDomains,
} from './domains/import-domains.ts'
export { lookUpMx, type MxOfDomain } from './domains/look-up-mx.ts'
export {
  type HosterJson,
  hosterJson,
  type MxPreset,
  type MxPresetName,
  mxPresetNames,
} from './domains/mx-presets.ts'
export { nextPolicyId } from './domains/policy-id.ts'
export type { PolicyVersion } from './domains/policy-version.ts'
export { type DomainProposal, type ProposalOptions, proposeDomain } from './domains/propose-domain.ts'
export { proposePatterns } from './domains/propose-patterns.ts'
export { PublishStore } from './domains/publish-store.ts'
export {
  type BimiFacts,
  DEFAULT_MAX_AGE_SECONDS,
  type Delegation,
  type DomainChange,
  type DomainDns,
  delegations,
  dnsApplyWords,
  type NewDomain,
  type PolicyIdForm,
  type PublishedDomain,
  policyIdForms,
  type TlsaFacts,
} from './domains/published-domain.ts'
export { readBimi, readTlsa } from './domains/read-carried.ts'
export {
  readDomain,
  readFirstMode,
  readMxPattern,
  readReportUri,
  WishError,
} from './domains/read-written.ts'
export { StaticSite, StaticSiteError } from './domains/static-site.ts'
export { PolicyHost, type PolicyHostSettings } from './policy-host/policy-host.ts'
export { cacheHorizon, describeHorizon, formatDate, type HeldPolicy } from './rollout/cache-horizon.ts'
export type { EvidenceSources, LiveMx } from './rollout/collect-evidence.ts'
export type { RecordHands } from './rollout/create-publication-hands.ts'
export { createRollout, type Rollout, type RolloutOptions } from './rollout/create-rollout.ts'
export { daemonRuns } from './rollout/daemon-runs.ts'
export { executorName, isDeadExecutor } from './rollout/executor-name.ts'
export {
  type GateCriterion,
  type GateSettings,
  type GateVerdict,
  gate,
  gateCriteria,
} from './rollout/gate.ts'
export type {
  CertificateEvidence,
  CheckEvidence,
  FailureEvidence,
  GateEvidence,
  MxHostEvidence,
  ReportEvidence,
} from './rollout/gate-evidence.ts'
export { listRollouts, type RolloutsJson } from './rollout/list-rollouts.ts'
export type { RolloutSettings } from './rollout/look-after-domain.ts'
export { uncoveredMxHosts } from './rollout/mx-covered.ts'
export { type PlanJson, planForDomain } from './rollout/plan-for-domain.ts'
export { mxChangeStepKinds } from './rollout/plan-mx-change.ts'
export { policyIdOfDomain } from './rollout/policy-id-of-domain.ts'
export {
  nextStep,
  type Publication,
  type PublicationStep,
  publicationPurposes,
  publicationStepKinds,
} from './rollout/publication.ts'
export type { PublicationEnd, PublicationProgress } from './rollout/publication-executor.ts'
export { PublicationStore } from './rollout/publication-store.ts'
export { createRecordHands } from './rollout/record-hands.ts'
export { removeByForce } from './rollout/remove-by-force.ts'
export type { RolloutAnswer } from './rollout/rollout-control.ts'
export { gateJson, type RolloutJson, rolloutJson } from './rollout/rollout-json.ts'
export {
  type RolloutOverride,
  type RolloutStage,
  type RolloutState,
  type RolloutTransition,
  rolloutEvents,
  rolloutStages,
} from './rollout/rollout-state.ts'
export type { RolloutListed } from './rollout/rollout-store.ts'
export {
  type CriteriaChange,
  mostOfCriterion,
  type OwnCriteria,
  readCriteria,
  setCriteria,
} from './rollout/set-criteria.ts'
export { judgeNow, type RolloutTold, tellRollout } from './rollout/tell-rollout.ts'
export {
  type PublishHealth,
  type PublishOptions,
  type RunningPublish,
  startPublish,
} from './start-publish.ts'
