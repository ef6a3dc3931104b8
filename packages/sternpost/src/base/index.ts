/** What every room stands on: time, and who is behind an address. */
export { type Clock, type ClockJump, createSteadyClock, type SteadyClock, type Timer } from './clock.ts'
export { sourceOf } from './source-of.ts'
