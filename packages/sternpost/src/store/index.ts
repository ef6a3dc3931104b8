/** The database: one embedded file, its schema and migrations. */
export type { MtaStsPolicyTable, OutboundEventTable, Schema } from './schema.ts'
export { Store, type StoreNotice, type StoreOptions, type StoreState } from './store.ts'
