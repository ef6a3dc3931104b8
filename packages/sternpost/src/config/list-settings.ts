import { effective, type GoodConfig, originOf } from './print.ts'
import { configJsonSchema, type SettingSchema } from './setting.ts'

/** One setting as it is in force. */
export interface ListedSetting {
  /** `outbound.answerBudget`. */
  readonly path: string
  /** As it would be written; a password in a URL is not shown. Undefined where nobody set it. */
  readonly value: unknown
  /** `line 7` of the file, `default`, `--data`. */
  readonly origin: string
  readonly description: string
}

/** Lists every setting with what is in force and where it comes from. */
export function listSettings(loaded: GoodConfig): readonly ListedSetting[] {
  return listBelow(configJsonSchema(), [], loaded)
}

function listBelow(setting: SettingSchema, path: readonly string[], loaded: GoodConfig): ListedSetting[] {
  if (setting.properties !== undefined)
    return Object.entries(setting.properties).flatMap(([key, inner]) =>
      listBelow(inner, [...path, key], loaded),
    )
  return [
    {
      path: path.join('.'),
      value: effective(setting, path, loaded),
      origin: originOf(path, loaded),
      description: setting.description ?? '',
    },
  ]
}
