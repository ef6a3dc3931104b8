import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** What one screen loads when it is the first one opened. */
export interface ScreenSize {
  /** The source of the screen, such as `overview-screen`. */
  readonly screen: string
  /** Scripts of the shell and of the screen together, as sent by gzip. */
  readonly scriptBytes: number
  readonly styleBytes: number
  /** Of `scriptBytes`, what the shell every screen stands in does not have. */
  readonly ownScriptBytes: number
}

/** What Vite writes down about each source it made a file of. */
export interface ManifestChunk {
  readonly file: string
  readonly src?: string
  readonly isEntry?: boolean
  readonly isDynamicEntry?: boolean
  readonly imports?: readonly string[]
  readonly dynamicImports?: readonly string[]
  readonly css?: readonly string[]
}

export type BuildManifest = Readonly<Record<string, ManifestChunk>>

/** Sums up what each screen loads, largest first. Units: bytes by gzip at level 9. */
export function measureScreens(
  manifest: BuildManifest,
  gzipBytesOf: (file: string) => number,
): readonly ScreenSize[] {
  const entry = Object.entries(manifest).find(([, { isEntry }]) => isEntry === true)
  if (entry === undefined) throw new Error('the manifest has no entry')
  const [entryKey] = entry
  const shell = filesOf(manifest, [entryKey])
  const sum = (files: Iterable<string>) => [...files].reduce((total, file) => total + gzipBytesOf(file), 0)
  return Object.entries(manifest)
    .filter(([key, { isDynamicEntry }]) => isDynamicEntry === true && /-screen\.tsx$/.test(key))
    .map(([key]) => {
      const all = filesOf(manifest, [entryKey, key])
      const scriptBytes = sum(all.scripts)
      return {
        screen: key.replace(/^.*\/(.*)\.tsx$/, '$1'),
        scriptBytes,
        styleBytes: sum(all.styles),
        ownScriptBytes: scriptBytes - sum(shell.scripts),
      }
    })
    .sort((a, b) => b.scriptBytes - a.scriptBytes)
}

function filesOf(manifest: BuildManifest, keys: readonly string[]) {
  const scripts = new Set<string>()
  const styles = new Set<string>()
  const visit = (key: string) => {
    const chunk = manifest[key]
    if (chunk === undefined || scripts.has(chunk.file)) return
    scripts.add(chunk.file)
    for (const style of chunk.css ?? []) styles.add(style)
    for (const each of chunk.imports ?? []) visit(each)
  }
  for (const key of keys) visit(key)
  return { scripts, styles }
}

/** Reads what a build left. */
export function readScreenSizes(directory: string): readonly ScreenSize[] {
  const manifest = JSON.parse(
    readFileSync(join(directory, '.vite', 'manifest.json'), 'utf8'),
  ) as BuildManifest
  const sizes = new Map<string, number>()
  return measureScreens(manifest, file => {
    const known = sizes.get(file)
    if (known !== undefined) return known
    const size = gzipSync(readFileSync(join(directory, file)), { level: 9 }).length
    sizes.set(file, size)
    return size
  })
}

/** A table for people; those beyond the budget are marked. */
export function formatScreenSizes(sizes: readonly ScreenSize[], budgetBytes: number): string {
  const kilobytes = (bytes: number) => (bytes / 1000).toFixed(1).padStart(8)
  const width = Math.max(...sizes.map(({ screen }) => screen.length), 'screen'.length)
  return [
    `${'screen'.padEnd(width)}  kB of JS  its own    kB of CSS (gzip; JS at most ${(budgetBytes / 1000).toFixed(0)})`,
    ...sizes.map(
      ({ screen, scriptBytes, styleBytes, ownScriptBytes }) =>
        `${screen.padEnd(width)}  ${kilobytes(scriptBytes)} ${kilobytes(ownScriptBytes)}     ${kilobytes(styleBytes)}${scriptBytes > budgetBytes ? '  TOO LARGE' : ''}`,
    ),
  ].join('\n')
}
