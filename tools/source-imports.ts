import { dirname, join, normalize } from 'node:path'

/** A source file; `path` is relative to the repository, with forward slashes. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

export interface ImportStatement {
  readonly specifier: string
  /** `import type` and `export type`: gone at run time. */
  readonly typeOnly: boolean
}

/**
 * Finds what a file imports or re-exports.
 *
 * Shape: static statements begin a line, as the formatter leaves them; a dynamic import is found anywhere but in
 * comments that begin their line.
 */
export function importsOf(text: string): ImportStatement[] {
  const found: ImportStatement[] = []
  for (const match of text.matchAll(/^(?:import|export)\b([^'"`;=]*?)\bfrom\s*['"]([^'"]+)['"]/gm)) {
    found.push({ specifier: match[2] ?? '', typeOnly: /^\s+type\s+\S/.test(match[1] ?? '') })
  }
  for (const match of text.matchAll(/^import\s*['"]([^'"]+)['"]/gm)) {
    found.push({ specifier: match[1] ?? '', typeOnly: false })
  }
  for (const match of text
    .replaceAll(/^\s*(?:\/\/|\*|\/\*).*$/gm, '')
    .matchAll(/\bimport\(\s*['"`]([^'"`$]+)['"`]\s*[,)]/g)) {
    found.push({ specifier: match[1] ?? '', typeOnly: false })
  }
  return found
}

/** Finds circles of relative imports that exist at run time; each is listed once, from its first file on. */
export function findImportCycles(files: readonly SourceFile[]): string[][] {
  const targets = new Map(files.map(file => [file.path, runtimeTargets(file)]))
  const done = new Set<string>()
  const cycles: string[][] = []
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path)
    if (at !== -1) {
      cycles.push([...trail.slice(at), path])
      return
    }
    if (done.has(path)) return
    for (const target of targets.get(path) ?? []) visit(target, [...trail, path])
    done.add(path)
  }
  for (const file of files) visit(file.path, [])
  return cycles
}

function runtimeTargets(file: SourceFile): string[] {
  return importsOf(file.text)
    .filter(({ specifier, typeOnly }) => specifier.startsWith('.') && !typeOnly)
    .map(({ specifier }) => normalize(join(dirname(file.path), specifier)))
}
