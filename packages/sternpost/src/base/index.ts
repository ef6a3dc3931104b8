/** What every room stands on: time, news passed on, and who is behind an address. */
export { type Clock, type ClockJump, createSteadyClock, type SteadyClock, type Timer } from './clock.ts'
export { EventHub, type LiveEvent } from './event-hub.ts'
export { sourceOf } from './source-of.ts'
