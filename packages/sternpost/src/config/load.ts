import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { isLoopbackAddress } from '@sternpost/network'
import type * as z from 'zod'
import { type ConfigDocument, readConfigDocument } from './document.ts'
import { explainIssue, valueAt } from './explain-issue.ts'
import type { ConfigIssue } from './issues.ts'
import { type Config, configSchema } from './schema.ts'
import { settingsAt } from './setting.ts'
import type { ListenAddress } from './values.ts'

/** The words that stand for "no file" where a source is named. */
export const BUILT_IN_DEFAULTS = 'built-in defaults'

export interface LoadOptions {
  /** `--config`: this file and no other; it must exist. */
  readonly path?: string | undefined
  /** `--data`: stronger than the file. */
  readonly dataDirectory?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly isRoot: boolean
  /** Milliseconds since 1970, to tell which overrides have run out. */
  readonly now: number
}

/** What came of looking for a configuration; `source` is the file, or `BUILT_IN_DEFAULTS`. */
export type LoadedConfig =
  | {
      readonly ok: true
      readonly config: Config
      readonly source: string
      readonly document: ConfigDocument | undefined
      /** Whether the data directory was named by `--data`. */
      readonly dataFromOption: boolean
      readonly warnings: readonly ConfigIssue[]
    }
  | { readonly ok: false; readonly source: string; readonly issues: readonly ConfigIssue[] }

/**
 * Finds the configuration, reads it and fills in the defaults.
 *
 * The first of these counts: `--config`, `$STERNPOST_CONFIG`, `./sternpost.yaml`,
 * `/etc/sternpost/sternpost.yaml`, the built-in defaults.
 * Errors: as issues with file, line and column; nothing is thrown.
 */
export function loadConfig(options: LoadOptions): LoadedConfig {
  const file = findConfigFile(options)
  if (file === undefined) return checkDocument(undefined, options)
  const read = readConfigDocument(file)
  if (!read.ok) return { ok: false, source: file, issues: read.issues }
  const checked = checkDocument(read.document, options)
  return checked.ok ? { ...checked, warnings: [...read.warnings, ...checked.warnings] } : checked
}

/** The file that counts, or undefined where there is none. */
export function findConfigFile(options: Pick<LoadOptions, 'path' | 'env' | 'cwd'>): string | undefined {
  const named = options.path ?? (options.env.STERNPOST_CONFIG || undefined)
  if (named !== undefined) return resolve(options.cwd, named)
  return [join(options.cwd, 'sternpost.yaml'), '/etc/sternpost/sternpost.yaml'].find(file => existsSync(file))
}

/** Checks what a document says, or the defaults where there is none. */
export function checkDocument(document: ConfigDocument | undefined, options: LoadOptions): LoadedConfig {
  const source = document?.file ?? BUILT_IN_DEFAULTS
  const parsed = configSchema.safeParse(withoutEmptySections(document?.content ?? {}, []))
  if (!parsed.success) {
    // The defaults alone always pass; without a document there is nothing that could be wrong.
    const issues =
      document === undefined ? [] : parsed.error.issues.flatMap(issue => explainIssue(issue, document))
    return { ok: false, source, issues: inOrder(issues) }
  }
  const base = document === undefined ? options.cwd : dirname(document.file)
  const config = withPaths(parsed.data, base, options)
  const warnings = warningsFor(config, document, options.now)
  return { ok: true, config, source, document, dataFromOption: options.dataDirectory !== undefined, warnings }
}

/** A section whose lines are all commented out reads as null in YAML; it means "the defaults". */
function withoutEmptySections(value: unknown, path: readonly string[]): unknown {
  const [setting] = settingsAt(path)
  if (setting?.properties === undefined) return value
  if (value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withoutEmptySections(inner, [...path, key])]),
  )
}

function withPaths(parsed: z.output<typeof configSchema>, base: string, options: LoadOptions): Config {
  const { data, ...sections } = parsed
  const { caFile } = sections.outbound.policyFetch
  return {
    ...sections,
    dns: { ...sections.dns, resolvConf: resolve(base, sections.dns.resolvConf) },
    outbound: {
      ...sections.outbound,
      policyFetch: {
        ...sections.outbound.policyFetch,
        ...(caFile === undefined ? {} : { caFile: resolve(base, caFile) }),
      },
    },
    reportsReceived: withReportPaths(sections.reportsReceived, base),
    publish: withPublishPaths(sections.publish, base),
    access: withAccessPaths(sections.access, base),
    dataDirectory:
      options.dataDirectory !== undefined
        ? resolve(options.cwd, options.dataDirectory)
        : data !== undefined
          ? resolve(base, data)
          : defaultDataDirectory(options),
  }
}

type ReportsReceived = z.output<typeof configSchema>['reportsReceived']

function withReportPaths(section: ReportsReceived, base: string): ReportsReceived {
  return {
    ...section,
    https: { ...section.https, ...absolute(section.https, ['certFile', 'keyFile'], base) },
    smtp: { ...section.smtp, ...absolute(section.smtp, ['certFile', 'keyFile'], base) },
    imap: { ...section.imap, ...absolute(section.imap, ['passwordFile', 'caFile'], base) },
    folders: section.folders.map(folder => ({ ...folder, path: resolve(base, folder.path) })),
  }
}

type Access = z.output<typeof configSchema>['access']

function withAccessPaths(section: Access, base: string): Access {
  return { ...section, oidc: { ...section.oidc, ...absolute(section.oidc, ['clientSecretFile'], base) } }
}

type Publish = z.output<typeof configSchema>['publish']

function withPublishPaths(section: Publish, base: string): Publish {
  const { certificates } = section
  const authorities = certificates.authorities.map(authority => ({
    ...authority,
    ...absolute(authority, ['externalAccountKeyFile', 'caFile'], base),
  }))
  const writers = section.dns.writers.map(writer => withWriterPath(writer, base))
  return {
    ...section,
    certificates: { ...certificates, authorities },
    dns: { ...section.dns, writers },
  }
}

type DnsWriterConfig = Publish['dns']['writers'][number]

function withWriterPath(writer: DnsWriterConfig, base: string): DnsWriterConfig {
  switch (writer.type) {
    case 'rfc2136':
      return { ...writer, ...absolute(writer, ['keyFile'], base) }
    case 'cloudflare':
      return { ...writer, ...absolute(writer, ['tokenFile'], base) }
    case 'route53':
      return { ...writer, ...absolute(writer, ['credentialsFile'], base) }
    case 'hook':
      return writer
  }
}

/** Those of the named settings that are set, as absolute paths. */
function absolute<Key extends string>(
  section: Readonly<Partial<Record<Key, string | undefined>>>,
  keys: readonly Key[],
  base: string,
): Partial<Record<Key, string>> {
  const paths: Partial<Record<Key, string>> = {}
  for (const key of keys) {
    const path = section[key]
    if (path !== undefined) paths[key] = resolve(base, path)
  }
  return paths
}

/** Where the state lies when nobody said so. */
export function defaultDataDirectory(options: Pick<LoadOptions, 'env' | 'isRoot'>): string {
  // systemd may give several folders, separated by colons; the first is the one of StateDirectory=sternpost.
  const [fromSystemd] = (options.env.STATE_DIRECTORY ?? '').split(':')
  if (fromSystemd !== undefined && fromSystemd !== '') return fromSystemd
  if (options.isRoot) return '/var/lib/sternpost'
  const stateHome = options.env.XDG_STATE_HOME
  // The XDG specification has relative values ignored.
  if (stateHome?.startsWith('/')) return join(stateHome, 'sternpost')
  return join(options.env.HOME || homedir(), '.local', 'state', 'sternpost')
}

function warningsFor(config: Config, document: ConfigDocument | undefined, now: number): ConfigIssue[] {
  if (document === undefined) return []
  const { file } = document
  const warnings: ConfigIssue[] = []
  const exposed = (address: ListenAddress | 'off', path: readonly PropertyKey[], danger: string) => {
    if (
      address === 'off' ||
      address.kind === 'unix' ||
      address.host === 'localhost' ||
      isLoopbackAddress(address.host)
    )
      return
    const message = `${address.text} can be reached from other machines and asks for no sign-in: ${danger}`
    warnings.push({ code: 'config/exposed', message, file, ...document.locate(path) })
  }
  for (const [index, address] of config.outbound.socketmap.listen.entries()) {
    const danger = 'whoever reaches it learns where you send mail and can have you look up any domain'
    exposed(address, ['outbound', 'socketmap', 'listen', index], danger)
  }
  exposed(config.http.listen, ['http', 'listen'], 'whoever reaches it reads your metrics')
  for (const [index, override] of config.outbound.overrides.entries()) {
    if (override.expiresAt === undefined || override.expiresAt > now) continue
    const path = ['outbound', 'overrides', index, 'expires']
    const message = `the override for ${override.domain} ended with ${valueAt(document.content, path)} and has no effect; remove it`
    warnings.push({ code: 'config/override-expired', message, file, ...document.locate(path) })
  }
  return inOrder(warnings)
}

function inOrder(issues: readonly ConfigIssue[]): ConfigIssue[] {
  return [...issues].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
}
