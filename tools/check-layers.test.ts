import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findLayerViolations, type PackageManifest, readSourceTree } from './check-layers.ts'
import { importsOf } from './source-imports.ts'

const manifests = new Map<string, PackageManifest>([
  ['', { name: 'house', dependencies: [], devDependencies: ['vitest'] }],
  ['protocol', { name: '@sternpost/protocol', dependencies: [], devDependencies: [] }],
  [
    'network',
    { name: '@sternpost/network', dependencies: ['@sternpost/protocol', 'dns-packet'], devDependencies: [] },
  ],
  ['lab', { name: '@sternpost/lab', dependencies: ['@sternpost/network'], devDependencies: [] }],
  [
    'sternpost',
    {
      name: 'sternpost',
      dependencies: ['@sternpost/network', '@sternpost/protocol', 'pino'],
      devDependencies: ['@sternpost/lab'],
    },
  ],
  ['dashboard', { name: '@sternpost/dashboard', dependencies: [], devDependencies: ['react'] }],
])

function violations(path: string, ...lines: string[]): string[] {
  return findLayerViolations({ files: [{ path, text: lines.join('\n') }], manifests }).map(
    ({ message }) => message,
  )
}

describe('the direction of packages', () => {
  it('lets network use protocol', () => {
    expect(violations('packages/network/src/a.ts', `import { x } from '@sternpost/protocol'`)).toEqual([])
  })

  it.each([
    ['protocol', '@sternpost/network'],
    ['network', '@sternpost/lab'],
    ['network', 'sternpost'],
    ['lab', 'sternpost'],
    ['sternpost', '@sternpost/lab'],
  ])('catches %s importing %s', (folder, name) => {
    expect(violations(`packages/${folder}/src/a.ts`, `import { x } from '${name}'`)).toHaveLength(1)
  })

  it('catches a type import too, since the direction is about knowledge', () => {
    expect(
      violations('packages/protocol/src/a.ts', `import type { X } from '@sternpost/network'`),
    ).toHaveLength(1)
  })

  it('lets the dashboard know the types of the API, and nothing else of the program', () => {
    const imports = (statement: string) => violations('packages/dashboard/src/api/a.ts', statement)
    expect(imports(`import type { X } from 'sternpost/api'`)).toEqual([])
    expect(imports(`import { type X } from 'sternpost/api'`)).toHaveLength(1)
    expect(imports(`import type { X } from 'sternpost'`)).toHaveLength(1)
    expect(imports(`import { useState } from 'react'`)).toEqual([])
  })

  it('catches a re-export, a dynamic import and an import over several lines', () => {
    const forbidden = [
      [`export { x } from '@sternpost/lab'`],
      [`const lab = await import('@sternpost/lab')`],
      ['import {', '  x,', '  type Y,', `} from '@sternpost/lab'`],
      [`import '@sternpost/lab'`],
    ]
    for (const lines of forbidden) expect(violations('packages/network/src/a.ts', ...lines)).toHaveLength(1)
  })

  it('catches another package reached by path, and a path inside a package', () => {
    expect(
      violations('packages/network/src/a.ts', `import { x } from '../../protocol/src/x.ts'`),
    ).toHaveLength(1)
    expect(violations('e2e/a.ts', `import { x } from '@sternpost/network/src/x.ts'`)).toHaveLength(1)
  })

  it('lets tests of sternpost use the lab', () => {
    expect(violations('packages/sternpost/src/a.test.ts', `import { x } from '@sternpost/lab'`)).toEqual([])
  })
})

describe('the pure package', () => {
  it('imports neither Node nor any dependency', () => {
    expect(violations('packages/protocol/src/a.ts', `import { readFileSync } from 'node:fs'`)).toHaveLength(1)
    expect(violations('packages/protocol/src/a.ts', `import x from 'dns-packet'`)).toHaveLength(1)
  })
})

describe('declared dependencies', () => {
  it('catches an import that the package does not declare', () => {
    expect(violations('packages/network/src/a.ts', `import pino from 'pino'`)).toHaveLength(1)
    expect(violations('packages/sternpost/src/a.ts', `import pino from 'pino'`)).toEqual([])
  })

  it('lets only tests use the tools of the house', () => {
    expect(violations('packages/network/src/a.test.ts', `import { it } from 'vitest'`)).toEqual([])
    expect(violations('packages/network/src/a.ts', `import { it } from 'vitest'`)).toHaveLength(1)
  })
})

describe('the rooms of sternpost', () => {
  it('lets outbound use the store through its index', () => {
    expect(
      violations('packages/sternpost/src/outbound/a.ts', `import { x } from '../store/index.ts'`),
    ).toEqual([])
  })

  it('catches reaching past the index', () => {
    expect(
      violations('packages/sternpost/src/outbound/a.ts', `import { x } from '../store/open.ts'`),
    ).toHaveLength(1)
    expect(
      violations('packages/sternpost/src/daemon.ts', `import { x } from './store/open.ts'`),
    ).toHaveLength(1)
  })

  it('catches an edge that the table does not have, and a room it does not know', () => {
    expect(
      violations('packages/sternpost/src/store/a.ts', `import { x } from '../outbound/index.ts'`),
    ).toHaveLength(1)
    expect(
      violations('packages/sternpost/src/cellar/a.ts', `import { x } from '../store/index.ts'`),
    ).toHaveLength(1)
  })

  it('lets daemon.ts and the commands join rooms, and nobody else', () => {
    const line = `import { x } from './store/index.ts'`
    expect(violations('packages/sternpost/src/daemon.ts', line)).toEqual([])
    expect(violations('packages/sternpost/src/helper.ts', line)).toHaveLength(1)
    expect(violations('packages/sternpost/src/cli/serve.ts', `import { x } from '../daemon.ts'`)).toEqual([])
    expect(
      violations('packages/sternpost/src/outbound/a.ts', `import { x } from '../daemon.ts'`),
    ).toHaveLength(1)
  })
})

describe('what tests stand on', () => {
  it('lets tests read vectors, and nobody else', () => {
    const line = `import cases from '../../../vectors/cases.json'`
    expect(violations('packages/protocol/src/a.test.ts', line)).toEqual([])
    expect(violations('packages/protocol/src/a.ts', line)).toHaveLength(1)
  })

  it('keeps test support out of the program', () => {
    expect(violations('packages/network/src/a.test.ts', `import { x } from './testing/x.ts'`)).toEqual([])
    expect(violations('packages/network/src/a.ts', `import { x } from './testing/x.ts'`)).toHaveLength(1)
    expect(violations('packages/network/src/testing/a.ts', `import { it } from 'vitest'`)).toEqual([])
  })

  it('lets measurements take a room through its index, and nobody else', () => {
    const line = (file: string) => `import { x } from '../packages/sternpost/src/store/${file}'`
    expect(violations('bench/a.ts', line('index.ts'))).toEqual([])
    expect(violations('bench/a.ts', line('open.ts'))).toHaveLength(1)
    expect(violations('tools/a.ts', line('index.ts'))).toHaveLength(1)
  })
})

describe('circles and mocks', () => {
  it('catches files that import each other at run time', () => {
    const files = [
      { path: 'packages/protocol/src/a.ts', text: `import { b } from './b.ts'` },
      { path: 'packages/protocol/src/b.ts', text: `import { a } from './a.ts'` },
    ]
    expect(findLayerViolations({ files, manifests })).toHaveLength(1)
    const typed = [files[0]!, { path: 'packages/protocol/src/b.ts', text: `import type { a } from './a.ts'` }]
    expect(findLayerViolations({ files: typed, manifests })).toEqual([])
  })

  it('catches a mocked module', () => {
    expect(violations('packages/network/src/a.test.ts', `vi.mock('./b.ts')`)).toHaveLength(1)
  })
})

it('tells type imports from a default import called type', () => {
  expect(importsOf(`import type { A } from './a.ts'`)).toEqual([{ specifier: './a.ts', typeOnly: true }])
  expect(importsOf(`import type from './a.ts'`)).toEqual([{ specifier: './a.ts', typeOnly: false }])
  expect(importsOf(`export const a = 1 // from 'x'`)).toEqual([])
})

it('reads this repository, tests included', () => {
  const tree = readSourceTree(join(import.meta.dirname, '..'))
  expect(tree.manifests.get('protocol')?.name).toBe('@sternpost/protocol')
  expect(tree.files.map(({ path }) => path)).toContain('tools/check-layers.test.ts')
})
