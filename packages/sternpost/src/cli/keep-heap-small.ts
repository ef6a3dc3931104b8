import { setFlagsFromString } from 'node:v8'

/**
 * For commands that stream: what is alive at a time is small, and without this V8 lets several times as much garbage
 * pile up before it looks. `growingPercent` is how much may come on top before it does.
 */
export function keepHeapSmall(growingPercent: number): void {
  setFlagsFromString(`--heap-growing-percent=${growingPercent}`)
}
