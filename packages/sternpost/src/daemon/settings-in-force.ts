import { type ListedSetting, type LoadedConfig, listSettings } from '../config/index.ts'

type GoodConfig = Extract<LoadedConfig, { readonly ok: true }>

/** What is taken over while the daemon runs: the level of the logs, and what `outboundSettings` reads. */
const TAKEN_OVER = /^(log\.level|outbound\.([A-Za-z]+|cache\.maxDomains))$/

/**
 * The settings as they are in force: those of the file that was read last, but what changes with a restart only is
 * told as it was at the start.
 */
export function settingsInForce(started: GoodConfig, readLast: GoodConfig): readonly ListedSetting[] {
  const atStart = new Map(listSettings(started).map(setting => [setting.path, setting]))
  return listSettings(readLast).map(setting => {
    const before = atStart.get(setting.path)
    if (before === undefined || TAKEN_OVER.test(setting.path) || isSame(before.value, setting.value))
      return setting
    return { ...before, origin: `${before.origin} at the start; another value waits for a restart` }
  })
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
