/** The parts of the settings. */
export const settingsTabs = ['account', 'tokens', 'users', 'log', 'reports', 'configuration'] as const
export type SettingsTab = (typeof settingsTabs)[number]

export interface SettingsSearch {
  readonly tab?: SettingsTab
}

/** Reads the search of /settings; what does not fit is left out. */
export function readSettingsSearch({ tab }: Record<string, unknown>): SettingsSearch {
  const found = settingsTabs.find(each => each === tab)
  return found === undefined ? {} : { tab: found }
}
