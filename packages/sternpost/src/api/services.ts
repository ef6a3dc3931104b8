import type { DnsLookup } from '@sternpost/network'
import type { AccessControl, OidcSignIn } from '../access/index.ts'
import type { Clock, EventHub } from '../base/index.ts'
import type { CheckDesk } from '../check/index.ts'
import type { ListedSetting } from '../config/index.ts'
import type { Logger } from '../log/index.ts'
import type { LookUpSources, Outbound } from '../outbound/index.ts'
import type {
  CertificateState,
  EvidenceSources,
  GateSettings,
  PublishDnsSettings,
  RecordPublishing,
  Rollout,
} from '../publish/index.ts'
import type { DocumentIntake } from '../reports-received/index.ts'
import type { Store } from '../store/index.ts'

/** What the handlers work with; the daemon joins it together. */
export interface ApiServices {
  readonly version: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly clock: Clock
  readonly store: Store
  /** Users, sessions, tokens, the log of changes. */
  readonly access: AccessControl
  /** Undefined where the configuration names no provider. */
  readonly oidc: OidcSignIn | undefined
  /** Where people open the dashboard, without a slash at the end; known once the server listens. */
  readonly publicUrl: () => string
  readonly log: Logger
  readonly events: EventHub
  readonly outbound: OutboundServices
  readonly checks: Pick<CheckDesk, 'archive' | 'find' | 'request' | 'watch'>
  /** The one door of reports, for those that are uploaded. */
  readonly reportIntake: DocumentIntake
  /** Another one each time a report was stored. */
  readonly reportsVersion: () => number
  /** The settings in force, secrets masked. */
  readonly configuration: () => ConfigurationInForce
  readonly publish: PublishServices
  readonly health: () => readonly {
    readonly name: string
    readonly state: 'ok' | 'degraded' | 'down'
    readonly message: string
  }[]
}

/** What is told of published domains, and done to them. */
export interface PublishServices {
  /** Orders are written down here; its own executor and scheduler are not set to work. */
  readonly rollout: Rollout
  /** What the configuration says where a domain says nothing. */
  readonly autoAdvance: boolean
  readonly gate: Pick<GateSettings, 'minDays' | 'minReporters' | 'minSessions'>
  readonly sources: Pick<EvidenceSources, 'liveMx' | 'fetchPolicy'>
  /** Where mail for a domain goes today is asked here. */
  readonly dns: DnsLookup
  readonly records: Pick<RecordPublishing, 'ask' | 'ownValues' | 'publisher' | 'writers'>
  readonly recordSettings: Pick<PublishDnsSettings, 'operatorZone' | 'policyHost' | 'ttlSeconds'>
  readonly readCertificate: (domain: string) => Promise<CertificateState>
  readonly ordersCertificates: boolean
  /** Whether a policy host runs here. */
  readonly policyHostListens: boolean
  /** Whether it has certificates of its own; otherwise what stands before it does. */
  readonly policyHostServesHttps: boolean
  /** Sets publishing to work, which does not begin before there is a domain; what fails is told as health and tried again. */
  readonly beginPublishing: () => Promise<void>
}

/** What is told of the outbound room. */
export interface OutboundServices {
  readonly outbound: Pick<
    Outbound,
    'addresses' | 'answerNow' | 'connections' | 'history' | 'policies' | 'settings' | 'told'
  >
  /** Why DANE is off, or undefined while the resolver's word can be trusted. */
  readonly daneOffBecause: () => string | undefined
  /** The eyes of a lookup by hand; its settings are those of the room. */
  readonly lookUpSources: Omit<LookUpSources, 'settings'>
}

/** The configuration as the daemon has it. */
export interface ConfigurationInForce {
  /** The file, or words that stand for none. */
  readonly source: string
  /** Milliseconds since 1970. */
  readonly readAt: number
  readonly settings: readonly ListedSetting[]
}
