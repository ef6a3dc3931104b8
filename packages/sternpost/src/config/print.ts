import { Document, isMap, isScalar, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml'
import { valueAt } from './explain-issue.ts'
import type { LoadedConfig } from './load.ts'
import { configJsonSchema, type SettingSchema } from './setting.ts'

export type GoodConfig = Extract<LoadedConfig, { ok: true }>

/**
 * Writes the effective settings as a `sternpost.yaml`, each with a comment that tells where it comes from.
 *
 * Shape: `answerBudget: 10s # line 7`, `answerBudget: 5s # default`; optional settings nobody set are left out.
 * A password in a URL is not shown.
 */
export function printConfig(loaded: GoodConfig): string {
  const values = effective(configJsonSchema(), [], loaded) as Record<string, unknown>
  const document = new Document(values)
  document.commentBefore = ` effective settings from ${loaded.source}`
  annotate(document.contents as YAMLMap, [], loaded)
  return document.toString({ lineWidth: 0 })
}

/** What is in force of a setting or section, secrets masked. */
export function effective(setting: SettingSchema, path: readonly string[], loaded: GoodConfig): unknown {
  if (setting.properties !== undefined) {
    return Object.fromEntries(
      Object.entries(setting.properties)
        .map(([key, inner]) => [key, effective(inner, [...path, key], loaded)] as const)
        .filter(([, value]) => value !== undefined),
    )
  }
  if (path.length === 1 && path[0] === 'data') return loaded.config.dataDirectory
  const written = valueAt(loaded.document?.content, path)
  return withoutPassword(written ?? setting.default)
}

function annotate(map: YAMLMap, path: readonly string[], loaded: GoodConfig): void {
  for (const { key, value } of map.items as Pair<Scalar<string>, Node>[]) {
    const here = [...path, key.value]
    const isSection = isMap(value)
    if (isSection) {
      annotate(value, here, loaded)
      continue
    }
    const origin = originOf(here, loaded)
    if (isScalar(value)) value.comment = ` ${origin}`
    else key.commentBefore = ` ${origin}`
  }
}

/** Where a setting comes from: `line 7`, `default`, `--data`. */
export function originOf(path: readonly string[], loaded: GoodConfig): string {
  const { document } = loaded
  if (path[0] === 'data' && loaded.dataFromOption) return '--data'
  if (document === undefined || valueAt(document.content, path) === undefined) return 'default'
  return `line ${document.locate(path).line}`
}

function withoutPassword(value: unknown): unknown {
  if (typeof value !== 'string' || !/^https?:\/\//.test(value) || !URL.canParse(value)) return value
  const url = new URL(value)
  if (url.password === '' && url.username === '') return value
  url.password = ''
  url.username = 'not-shown'
  return url.href
}
