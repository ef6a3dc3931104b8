/** The API as screens use it. */
export { ApiError, type ApiInput, apiUrl, callApi, openApi, UnreachableError } from './client.ts'
export { daemonClock } from './daemon-clock.ts'
export { type UseApiChangeOptions, type UseApiOptions, useApi, useApiChange, useApiPages } from './use-api.ts'
export { useConnection } from './use-connection.ts'
export { type UseEventsOptions, useEvents } from './use-events.ts'
export { useNow } from './use-now.ts'
export { useStatus } from './use-status.ts'
