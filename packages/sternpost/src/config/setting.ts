import * as z from 'zod'
import { configSchema } from './schema.ts'

/** JSON Schema as far as our own schema uses it. */
export interface SettingSchema {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, SettingSchema>>
  readonly required?: readonly string[]
  readonly items?: SettingSchema
  readonly oneOf?: readonly SettingSchema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly minimum?: number
  readonly maximum?: number
  /** Ours: what a value is, in words, such as `duration`. */
  readonly form?: string
  /** Ours: a value to show where there is no telling default. */
  readonly example?: unknown
  /** Ours: the limits of a duration or size, as written. */
  readonly range?: string
}

let schema: SettingSchema | undefined

/** The JSON Schema of `sternpost.yaml` as a person writes it: for editors, for the reference, for messages. */
export function configJsonSchema(): SettingSchema {
  schema ??= {
    ...(z.toJSONSchema(configSchema, { io: 'input' }) as SettingSchema),
    title: 'sternpost.yaml',
  } as SettingSchema
  return schema
}

/** Finds what may stand at a path; several schemas where the choice hangs on another key. */
export function settingsAt(path: readonly PropertyKey[]): readonly SettingSchema[] {
  let found: readonly SettingSchema[] = [configJsonSchema()]
  for (const step of path) {
    found = found.flatMap(setting => {
      const next = typeof step === 'number' ? setting.items : childOf(setting, String(step))
      return next === undefined ? [] : (next.oneOf ?? [next])
    })
  }
  return found
}

function childOf(setting: SettingSchema, key: string): SettingSchema | undefined {
  return setting.properties !== undefined && Object.hasOwn(setting.properties, key)
    ? setting.properties[key]
    : undefined
}

/** The keys that may stand in the section at a path. */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  return [...new Set(settingsAt(path).flatMap(setting => Object.keys(setting.properties ?? {})))]
}
