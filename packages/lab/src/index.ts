/**
 * A mail Internet in one process: DNS with DNSSEC status, a throwaway CA, policy hosts, MX hosts and attackers,
 * every fault to be switched on and off while it runs. `createLab` joins them; each part also works alone.
 */
export { type AddressPool, createAddressPool } from './address-pool.ts'
export {
  type Attacker,
  type AttackerOptions,
  type AttackMode,
  createAttacker,
  type TappedSession,
} from './attacker.ts'
export {
  type CertificateAuthority,
  type CertificateOptions,
  createCertificateAuthority,
  type LabKeyType,
  labCertificateAuthority,
} from './certificate-authority.ts'
export type { ClearTextBehaviour } from './clear-text-session.ts'
export type { DnsAnswerFunction, DnsQuestionSeen, DnsReply } from './dns-reply.ts'
export { createDnsServer, type DnsServer, type DnsServerOptions } from './dns-server.ts'
export {
  type FaultDomain,
  type FaultDomains,
  faultLaboratory,
  faultLaboratorySpec,
} from './fault-laboratory/index.ts'
export { createLab, type Lab } from './lab.ts'
export type { LabDomain, LabPortNumbers } from './lab-parts.ts'
export type {
  LabCertificateSpec,
  LabDomainSpec,
  LabMxAddressSpec,
  LabMxFace,
  LabMxSpec,
  LabPolicyAddressSpec,
  LabPolicySpec,
  LabPorts,
  LabSpec,
  LabTlsaSpec,
} from './lab-spec.ts'
export { type LabZoneRecord, labZoneRecords } from './lab-zone-records.ts'
export { LeafCertificate, type TlsaParameters } from './leaf-certificate.ts'
export type { Endpoint } from './listener.ts'
export { type Clock, createManualClock, type ManualClock } from './manual-clock.ts'
export { createMxHost, type MxFault, type MxHost, type MxHostOptions } from './mx-host.ts'
export type { ClearCommand, ReceivedMessage, SeenMessage, TlsFacts } from './mx-record.ts'
export { type MxReply, type MxScript, type MxScriptName, mxScripts } from './mx-script.ts'
export type { MxTls } from './mx-tls.ts'
export { type LabNameServerSpec, startNameServer } from './name-server.ts'
export { createPolicyHost, type PolicyHost, type PolicyHostOptions } from './policy-host.ts'
export type { PolicyFault, PolicySite } from './policy-site.ts'
export {
  formatRecordData,
  type LabRecordType,
  labRecordTypes,
  type ResourceRecord,
} from './resource-record.ts'
export { Zone, type ZoneOptions, zone } from './zone.ts'
export type {
  DnsFault,
  DnsState,
  DnssecState,
  RecordLiteral,
  RrsetLiteral,
  ZoneLiteral,
  ZoneNameLiteral,
} from './zone-literal.ts'
