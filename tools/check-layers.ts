// Proves that imports only go in the direction of the house plan. Run: node tools/check-layers.ts
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { layerTable } from './layer-table.ts'
import { findImportCycles, importsOf, type SourceFile } from './source-imports.ts'

export interface PackageManifest {
  readonly name: string
  readonly dependencies: readonly string[]
  readonly devDependencies: readonly string[]
}

/** What the rules are applied to; `manifests` is keyed by the folder name under `packages/`, the root's by `''`. */
export interface SourceTree {
  readonly files: readonly SourceFile[]
  readonly manifests: ReadonlyMap<string, PackageManifest>
}

export interface LayerViolation {
  readonly file: string
  readonly message: string
}

/** Lists every import that the table does not allow; empty when the house stands as planned. */
export function findLayerViolations(tree: SourceTree): LayerViolation[] {
  const violations: LayerViolation[] = []
  for (const file of tree.files) {
    if (/\bvi\.(?:mock|doMock)\(/.test(file.text) && !file.path.startsWith('tools/')) {
      violations.push({ file: file.path, message: 'replaces a module by a mock; tests use the real parts' })
    }
    for (const { specifier, typeOnly } of importsOf(file.text)) {
      const message = specifier.startsWith('.')
        ? judgeRelativeImport(file.path, specifier)
        : judgeBareImport(file.path, specifier, typeOnly, tree.manifests)
      if (message !== undefined) violations.push({ file: file.path, message })
    }
  }
  for (const cycle of findImportCycles(tree.files)) {
    violations.push({ file: cycle[0] ?? '', message: `imports itself in a circle: ${cycle.join(' → ')}` })
  }
  return violations
}

interface Place {
  /** Folder under `packages/`, or undefined for e2e, bench, tools, vectors. */
  readonly packageFolder: string | undefined
  /** Folder directly under `src`, or undefined for a file beside them. */
  readonly room: string | undefined
  readonly fileName: string
}

function placeOf(path: string): Place {
  const parts = path.split('/')
  if (parts[0] !== 'packages')
    return { packageFolder: undefined, room: undefined, fileName: parts.at(-1) ?? '' }
  return {
    packageFolder: parts[1],
    room: parts.length > 4 ? parts[3] : undefined,
    fileName: parts.at(-1) ?? '',
  }
}

function isTest(path: string): boolean {
  return /\.(?:test|e2e)\.tsx?$/.test(path) || isTestSupport(path) || !path.startsWith('packages/')
}

/** What only tests use stands in folders called `testing`, which no release contains. */
function isTestSupport(path: string): boolean {
  return path.split('/').includes('testing')
}

function judgeRelativeImport(path: string, specifier: string): string | undefined {
  const target = normalize(join(dirname(path), specifier))
  const from = placeOf(path)
  const to = placeOf(target)
  if (isTestSupport(target) && !isTest(path)) return `stands on ${target}, which is there for tests`
  if (from.packageFolder !== to.packageFolder) {
    if (from.packageFolder === undefined && isOpenRoom(path, to)) return undefined
    // Conformance cases are data that every test may read.
    if (isTest(path) && target.startsWith('vectors/')) return undefined
    return to.packageFolder === undefined
      ? `reaches out of its package to ${target}`
      : `reaches into the package ${to.packageFolder} by path (${specifier}); import it by name`
  }
  const rooms = from.packageFolder === undefined ? undefined : layerTable.rooms[from.packageFolder]
  if (rooms === undefined || from.room === to.room) return undefined
  if (to.room === undefined) {
    const joins = rooms.joiners.includes(to.fileName)
    const mayUseJoiner = from.room !== undefined && rooms.joinedBy.includes(from.room)
    return joins && !mayUseJoiner
      ? `imports ${to.fileName}, which joins the rooms and stands above them`
      : undefined
  }
  if (to.fileName !== 'index.ts') {
    return `reaches into the room ${to.room} (${specifier}); what it needs passes through ${to.room}/index.ts`
  }
  if (from.room === undefined) {
    return rooms.joiners.includes(from.fileName) || isTest(path)
      ? undefined
      : `joins rooms; only ${rooms.joiners.join(', ')} and ${rooms.joinedBy.join(', ')} do`
  }
  // A test may show rooms at work together; it goes through their doors like everybody.
  if (rooms.joinedBy.includes(from.room) || isTest(path)) return undefined
  const allowed = rooms.allowed[from.room]
  if (allowed === undefined)
    return `stands in the room ${from.room}, which tools/layer-table.ts does not know`
  return allowed.includes(to.room)
    ? undefined
    : `goes from the room ${from.room} to ${to.room}; allowed from there: ${allowed.join(', ') || 'none'}`
}

/** Measurements take single rooms of the program, which is no library. */
function isOpenRoom(path: string, to: Place): boolean {
  const rooms = to.packageFolder === undefined ? undefined : layerTable.rooms[to.packageFolder]
  return rooms?.measuredBy.includes(path.split('/')[0] ?? '') === true && to.fileName === 'index.ts'
}

function judgeBareImport(
  path: string,
  specifier: string,
  typeOnly: boolean,
  manifests: ReadonlyMap<string, PackageManifest>,
): string | undefined {
  const { packageFolder } = placeOf(path)
  const test = isTest(path)
  if (specifier.startsWith('node:')) {
    return packageFolder !== undefined && layerTable.pure.includes(packageFolder) && !test
      ? `imports ${specifier}; ${packageFolder} is pure`
      : undefined
  }
  const name = specifier.startsWith('@')
    ? specifier.split('/', 2).join('/')
    : (specifier.split('/', 1)[0] ?? '')
  const rootTools = manifests.get('')?.devDependencies ?? []
  const ours = [...manifests].find(([folder, manifest]) => folder !== '' && manifest.name === name)
  if (packageFolder === undefined) {
    if (ours === undefined)
      return rootTools.includes(name) ? undefined : `imports ${name}, undeclared in package.json`
    return specifier === name ? undefined : `imports ${specifier}; a package is imported by its name alone`
  }
  if (layerTable.typesOf[packageFolder]?.includes(specifier) === true)
    return typeOnly ? undefined : `imports ${specifier} at run time; only its types may be used here`
  const manifest = manifests.get(packageFolder)
  if (manifest === undefined) return `belongs to packages/${packageFolder}, which has no package.json`
  if (ours !== undefined) {
    const allowed = layerTable.packages[packageFolder] ?? []
    const allowedHere = test ? [...allowed, ...(layerTable.inTests[packageFolder] ?? [])] : allowed
    if (!allowedHere.includes(ours[0])) {
      return `goes from ${packageFolder} to ${name}; allowed from there: ${allowedHere.join(', ') || 'none'}`
    }
    if (specifier !== name) return `imports ${specifier}; a package is imported by its name alone`
  } else if (layerTable.pure.includes(packageFolder) && !test) {
    return `imports ${name}; ${packageFolder} imports nothing but itself`
  }
  const built = layerTable.bundled.includes(packageFolder)
  const declared = [
    ...manifest.dependencies,
    ...(test || built ? manifest.devDependencies : []),
    ...(test ? rootTools : []),
  ]
  if (declared.includes(name) || (declared.includes(`@types/${name}`) && test)) return undefined
  return `imports ${name}, undeclared in packages/${packageFolder}/package.json`
}

/** Reads every source file and manifest of the repository. */
export function readSourceTree(root: string): SourceTree {
  const patterns = ['packages/*/src/**/*.{ts,tsx}', '{e2e,bench,tools,vectors}/**/*.ts']
  const files = patterns
    .flatMap(pattern => globSync(pattern, { cwd: root }))
    .sort()
    .map(path => ({ path, text: readFileSync(join(root, path), 'utf8') }))
  const manifests = new Map<string, PackageManifest>()
  for (const path of ['package.json', ...globSync('packages/*/package.json', { cwd: root })]) {
    const json: unknown = JSON.parse(readFileSync(join(root, path), 'utf8'))
    const folder = path === 'package.json' ? '' : relative('packages', dirname(path))
    manifests.set(folder, {
      name: textOf(json, 'name'),
      dependencies: keysOf(json, 'dependencies'),
      devDependencies: keysOf(json, 'devDependencies'),
    })
  }
  return { files, manifests }
}

function textOf(json: unknown, key: string): string {
  const value = typeof json === 'object' && json !== null ? Reflect.get(json, key) : undefined
  return typeof value === 'string' ? value : ''
}

function keysOf(json: unknown, key: string): string[] {
  const value = typeof json === 'object' && json !== null ? Reflect.get(json, key) : undefined
  return typeof value === 'object' && value !== null ? Object.keys(value) : []
}

if (import.meta.main) {
  const violations = findLayerViolations(readSourceTree(join(import.meta.dirname, '..')))
  for (const { file, message } of violations) console.error(`${file}: ${message}`)
  console.error(
    violations.length === 0 ? 'layers: as planned' : `layers: ${violations.length} forbidden imports`,
  )
  process.exitCode = violations.length === 0 ? 0 : 1
}
