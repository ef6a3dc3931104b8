/** What the MTA is told: policies found, kept and watched, decisions made, the socketmap served. */
export type { AnswerCounts, ToldAnswer } from './answer-log.ts'
export { askSocketmap, type SocketmapAddress } from './ask-socketmap.ts'
export {
  downgradeSignals,
  type EventFilter,
  EventHistory,
  type OutboundEvent,
  outboundEventKinds,
  type RecordedEvent,
} from './events.ts'
export {
  type LookUpReport,
  type LookUpSources,
  type LookUpTlsa,
  lookUp,
  parseLookUpKey,
} from './look-up.ts'
export { type LookUpStep, lookUpSteps } from './look-up-steps.ts'
export { findRecord, recordNameOf } from './mta-sts-record.ts'
export { Outbound, type OutboundConnections, type OutboundOptions } from './outbound.ts'
export { Overrides, type ScheduledOverride } from './overrides.ts'
export { type PolicyOrder, type PolicyPosition, policyOrders, positionOf } from './policy-page.ts'
export { PolicyStore } from './policy-store.ts'
export type { OutboundSettings } from './settings.ts'
export { mapDialects, socketmapReplyFor } from './socketmap-answers.ts'
export type { SocketmapListener } from './socketmap-server.ts'
export type { StoredPolicy } from './stored-policy.ts'
