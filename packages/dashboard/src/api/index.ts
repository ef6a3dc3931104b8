/** The API as screens use it. */
export {
  ApiError,
  type ApiInput,
  apiUrl,
  callApi,
  isNotSignedIn,
  openApi,
  UnreachableError,
} from './client.ts'
export { connection } from './connection.ts'
export { daemonClock } from './daemon-clock.ts'
export { hearOtherTabs, tellOtherTabs } from './other-tabs.ts'
export { type Standing, session } from './session.ts'
export { type UseApiChangeOptions, type UseApiOptions, useApi, useApiChange, useApiPages } from './use-api.ts'
export { useConnection } from './use-connection.ts'
export { type UseEventsOptions, useEvents } from './use-events.ts'
export { useNow } from './use-now.ts'
export { type Rights, useRights } from './use-rights.ts'
export { useHasExpired, useSession } from './use-session.ts'
export { useStatus } from './use-status.ts'
