/** What every room stands on: time. */
export { type Clock, type ClockJump, createSteadyClock, type SteadyClock, type Timer } from './clock.ts'
